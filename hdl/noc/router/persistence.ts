/** Keeps an input from offering the same flit at the wrong moment for ever. */
import { assert, bit, type Bit, implies, mux, reg } from '#edsl'
import { anyOf, atMostOne } from './ranking.ts'

/** What an input offers, where one that was offered in vain goes first. */
export interface Persistence {
  /** The virtual channels in use that may leave, one chosen by its turn; the same with the one that persists before it. */
  readonly prefer: (ready: readonly Bit[], inTurn: readonly Bit[]) => readonly Bit[]
  /** What happened in the cycle: which was offered, and which left. */
  readonly note: (offered: readonly Bit[], taken: readonly Bit[]) => void
}

/**
 * A virtual channel of an input whose flit was offered twice in vain is offered in every cycle from then on in which it may
 * leave, until it does; one at a time per input.
 *
 * An input offers its virtual channels in turn, and an output takes its own in turn. Without this, traffic that repeats can
 * keep the two in step: each time that the output has room, the input offers another flit, and each time that the input
 * offers the one, the output takes another channel. Source: NoC sections 10.3 and 10.6, P-24.
 */
export const persistence = (name: string, vcs: readonly number[]): Persistence => {
  const vain = vcs.map((vc) => reg(bit, 0, `in_vain_${name}_${vc}`))
  const insists = vcs.map((vc) => reg(bit, 0, `insists_${name}_${vc}`))
  assert(atMostOne(insists), `input ${name} insists on one virtual channel`)
  return {
    prefer: (ready, inTurn) => {
      const insisting = ready.map((one, at) => one.and(insists[at]!))
      const any = anyOf(insisting)
      return inTurn.map((one, at) => mux(any, insisting[at]!, one))
    },
    note: (offered, taken) => {
      const none = anyOf(insists).not()
      vcs.forEach((_, at) => {
        const inVain = offered[at]!.and(taken[at]!.not())
        vain[at]!.next(taken[at]!.not().and(vain[at]!.or(inVain)))
        insists[at]!.next(mux(insists[at]!, taken[at]!.not(), none.and(vain[at]!).and(inVain)))
        assert(implies(insists[at]!, vain[at]!), `input ${name} insists on what was offered in vain`)
      })
    },
  }
}

/** For inputs that have nothing to choose, or choose by what was taken. */
export const withoutPersistence: Persistence = {
  prefer: (_, inTurn) => inTurn,
  note: () => undefined,
}
