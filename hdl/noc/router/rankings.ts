/** Who goes before whom in a router: inputs at an output virtual channel, and virtual channels of an input or output. */
import { type Bit, cat, instance, literal, type UInt } from '#edsl'
import type { Network } from '#topology'
import { leastRecent } from './least-recent.ts'
import { byLevel } from './levels.ts'
import { oldest } from './oldest.ts'
import type { PacketState } from './packet-state.ts'
import type { RouterPlan } from './plan-router.ts'
import { anyOf, type Before, orderOf } from './ranking.ts'
import { debtBits, sourceWeighted, weightBits } from './source-weighted.ts'

/** An order that is told whom it served, one bit per member. */
export interface Ranking {
  readonly before: Before
  readonly served: (who: readonly Bit[]) => void
}

/** The orders of a router; `request` of virtual channels is what `priority` needs to know. */
export interface Rankings {
  /** Inputs at an output virtual channel, by their place in `exit.inputs`. */
  readonly atExit: (output: number, vc: number) => Ranking
  /** Whether virtual channels take turns; with levels, the lower ones wait their bound instead. */
  readonly inTurn: boolean
  /** Virtual channels in use at an input, or at an output. */
  readonly turns: (name: string, vcs: readonly number[], requests: readonly Bit[]) => Ranking
}

/** Nobody to be ordered. */
const alone: Ranking = {
  before: () => literal(1, 0),
  served: () => undefined,
}

export const rankings = (
  network: Network,
  index: number,
  plan: RouterPlan,
  { requests }: PacketState,
  weights: readonly (readonly UInt[])[] | undefined,
  buffers: readonly object[],
): Rankings => {
  const { arbitration, priority, longestPacket, vcsPerClass } = network.parameters
  const bits = (of: readonly Bit[]): UInt => cat(...of.toReversed())
  const greatest = Math.max(
    weights === undefined ? 1 : 2 ** weightBits - 1,
    ...plan.inputsOf.flatMap((inputs, output) => inputs.map((input) => network.weight(index, input, output))),
  )
  const atExit = new Map<string, Ranking>()
  for (const { output, vc, inputs } of plan.exits.flat()) {
    const n = inputs.length
    const name = `rank_${output}_${vc}`
    const wanting = (of: (request: (typeof requests)[number]) => Bit): UInt =>
      bits(
        inputs.map((input) =>
          anyOf(
            requests.flatMap((one) =>
              one.input === input && one.output === output && one.outputVc === vc ? [of(one)] : [],
            ),
          ),
        ),
      )
    const make = (): Ranking => {
      if (n < 2) return alone
      if (arbitration === 'sourceWeighted') {
        const usual = inputs.map((input) => Math.min(2 ** weightBits - 1, network.weight(index, input, output)))
        const part = instance(
          sourceWeighted(weights === undefined ? usual : { adjustable: n }, debtBits(longestPacket, greatest)),
          name,
        )
        inputs.forEach((input, one) => {
          const given = weights?.[output]?.[plan.inputsOf[output]!.indexOf(input)]
          if (given !== undefined) (part as { weights?: { drive(weight: UInt): void }[] }).weights![one]!.drive(given)
        })
        part.waiting.drive(wanting(({ waits }) => waits))
        part.moving.drive(wanting(({ moves }) => moves))
        return { before: orderOf(part.before), served: (who) => part.sent.drive(bits(who)) }
      }
      if (arbitration === 'age') {
        const part = instance(oldest(n), name)
        inputs.forEach((input, one) => {
          // Of the virtual channels of the input the one that wants to leave here; with a dateline there may be two.
          const ages = (buffers[input] as { ages: readonly UInt[] }).ages
          const candidates = requests.filter(
            (each) => each.input === input && each.output === output && each.outputVc === vc,
          )
          part.ages[one]!.drive(
            candidates
              .map((each): UInt =>
                candidates.length === 1
                  ? ages[each.vc]!
                  : ages[each.vc]!.and(cat(...Array.from({ length: 16 }, () => each.waits))),
              )
              .reduce((all, each) => all.or(each)) as never,
          )
        })
        return { before: orderOf(part.before), served: (who) => part.served.drive(bits(who)) }
      }
      const part = instance(leastRecent(n), name)
      return { before: orderOf(part.before), served: (who) => part.served.drive(bits(who)) }
    }
    atExit.set(`${output} ${vc}`, make())
  }
  return {
    inTurn: arbitration !== 'priority',
    atExit: (output, vc) => atExit.get(`${output} ${vc}`)!,
    turns: (name, vcs, asking) => {
      if (vcs.length < 2) return alone
      if (arbitration === 'priority') {
        const classOf = (vc: number): number => Math.floor(vc / vcsPerClass)
        const levels = vcs.map((vc) => priority.levels[classOf(vc)] ?? 0)
        const part = instance(byLevel(levels, priority.bound), name)
        part.request.drive(bits(asking))
        return { before: orderOf(part.before), served: (who) => part.served.drive(bits(who)) }
      }
      const part = instance(leastRecent(vcs.length), name)
      return { before: orderOf(part.before), served: (who) => part.served.drive(bits(who)) }
    },
  }
}
