/** Which flits leave in a cycle. */
import { assert, type Bit, implies, literal } from '#edsl'
import type { PacketState } from './packet-state.ts'
import { persistence, withoutPersistence } from './persistence.ts'
import type { RouterPlan } from './plan-router.ts'
import { anyOf, atMostOne, firstOf } from './ranking.ts'
import type { Rankings } from './rankings.ts'

/** What moves in a cycle. */
export interface Moves {
  /** Per input and virtual channel: its front is on the way to the outputs. */
  readonly shown: readonly (readonly Bit[])[]
  /** Per input and virtual channel: its front leaves. */
  readonly taken: readonly (readonly Bit[])[]
  /** Each request, and whether it was granted. */
  readonly granted: readonly {
    readonly input: number
    readonly vc: number
    readonly output: number
    readonly outputVc: number
    readonly here: Bit
  }[]
  /** Per output: the input whose flit leaves, and the virtual channel it leaves in. */
  readonly outputs: readonly {
    readonly from: readonly { readonly input: number; readonly here: Bit }[]
    readonly vcs: readonly { readonly vc: number; readonly here: Bit }[]
  }[]
}

type Grant = Moves['granted'][number]

const never = (): Bit => literal(1, 0)

/**
 * Matches inputs with outputs. In a round each input offers the flit of one virtual channel, of those that may leave, in turn;
 * each output virtual channel takes an input by policy, and each output one of its virtual channels, in turn. In a second
 * round inputs that had no luck offer another flit to outputs that nobody wanted.
 *
 * An input that offered a flit in vain offers another one next time, so that one that is always late for a busy output does
 * not keep the others from idle ones; but one that was in vain twice is offered until it leaves. In two rounds the turns go by
 * what left, which needs neither. Source: NoC sections 10.3, 10.6.
 */
export const allocate = (plan: RouterPlan, { requests }: PacketState, ranks: Rankings, rounds: 1 | 2): Moves => {
  const usedVcs = plan.entries.map(({ channels }) => channels.flatMap(({ vc, table }) => (table ? [vc] : [])))
  const mayOf = (input: number, vc: number): Bit =>
    anyOf(requests.flatMap((one) => (one.input === input && one.vc === vc ? [one.may] : [])))

  const turnsOfInput = plan.entries.map(({ input, name }) =>
    ranks.turns(
      `turn_${name}`,
      usedVcs[input]!,
      usedVcs[input]!.map((vc) => mayOf(input, vc)),
    ),
  )
  const turnsOfOutput = plan.exits.map((exits, output) =>
    ranks.turns(
      `turns_of_${output}`,
      exits.map(({ vc }) => vc),
      exits.map(({ vc }) =>
        anyOf(requests.flatMap((one) => (one.output === output && one.outputVc === vc ? [one.may] : []))),
      ),
    ),
  )

  const persists = plan.entries.map(({ input, name }) =>
    rounds === 1 && ranks.inTurn && usedVcs[input]!.length > 1
      ? persistence(name, usedVcs[input]!)
      : withoutPersistence,
  )

  /** One round among the requests that are left. */
  const round = (left: (request: (typeof requests)[number]) => Bit) => {
    const offered = plan.entries.map(({ input }) => {
      const vcs = usedVcs[input]!
      const ready = vcs.map((vc) =>
        anyOf(requests.flatMap((one) => (one.input === input && one.vc === vc ? [left(one)] : []))),
      )
      const first = persists[input]!.prefer(ready, firstOf(ready, turnsOfInput[input]!.before))
      return plan.entries[input]!.channels.map(({ vc }) => first[vcs.indexOf(vc)] ?? never())
    })
    const asks = requests.map((one) => ({ one, here: left(one).and(offered[one.input]![one.vc]!) }))
    const asked = plan.exits.map((_, output) =>
      anyOf(asks.flatMap(({ one, here }) => (one.output === output ? [here] : []))),
    )
    const granted = plan.exits.flatMap((exits, output): readonly Grant[] => {
      const perExit = exits.map(({ vc, inputs }) => {
        const here = asks.filter(({ one }) => one.output === output && one.outputVc === vc)
        const asking = inputs.map((input) =>
          anyOf(here.flatMap(({ one, here: bit }) => (one.input === input ? [bit] : []))),
        )
        return { here, inputs, asking, winners: firstOf(asking, ranks.atExit(output, vc).before) }
      })
      const chosen = firstOf(
        perExit.map(({ asking }) => anyOf(asking)),
        turnsOfOutput[output]!.before,
      )
      return perExit.flatMap(({ here, inputs, winners }, number) =>
        here.map(({ one, here: bit }): Grant => {
          const several = here.filter((other) => other.one.input === one.input).length > 1
          const wins = winners[inputs.indexOf(one.input)]!.and(chosen[number]!)
          return { ...one, here: several ? wins.and(bit) : wins }
        }),
      )
    })
    return { offered, asked, granted }
  }

  const first = round(({ may }) => may)
  const second = rounds === 2 ? secondRound(plan, first, round) : undefined
  const grantOf = new Map<string, Bit>()
  const keyOf = ({ input, vc, output, outputVc }: Omit<Grant, 'here'>): string =>
    [input, vc, output, outputVc].join(' ')
  for (const one of [...first.granted, ...(second?.granted ?? [])]) {
    const before = grantOf.get(keyOf(one))
    grantOf.set(keyOf(one), before !== undefined ? before.or(one.here) : one.here)
  }
  const granted = requests.map((one): Grant => ({ ...one, here: grantOf.get(keyOf(one)) ?? never() }))

  const taken = plan.entries.map(({ input, channels }) =>
    channels.map(({ vc }) => anyOf(granted.flatMap((one) => (one.input === input && one.vc === vc ? [one.here] : [])))),
  )
  const shown = second ? taken : first.offered
  turnsOfInput.forEach((turns, input) => {
    const used = (of: readonly (readonly Bit[])[]): readonly Bit[] => usedVcs[input]!.map((vc) => of[input]![vc]!)
    turns.served(used(second ? taken : first.offered))
    persists[input]!.note(used(first.offered), used(taken))
  })
  const outputs = plan.exits.map((exits, output) => {
    const leaving = (of: (grant: Grant) => boolean): Bit =>
      anyOf(granted.flatMap((one) => (one.output === output && of(one) ? [one.here] : [])))
    const vcs = exits.map(({ vc }) => ({ vc, here: leaving(({ outputVc }) => outputVc === vc) }))
    turnsOfOutput[output]!.served(vcs.map(({ here }) => here))
    exits.forEach(({ vc, inputs }) => {
      if (inputs.length > 1)
        ranks
          .atExit(output, vc)
          .served(inputs.map((input) => leaving((one) => one.input === input && one.outputVc === vc)))
    })
    return {
      from: plan.inputsOf[output]!.map((input) => ({ input, here: leaving((one) => one.input === input) })),
      vcs,
    }
  })

  assertExclusive(plan, granted)
  assertBusy(plan, requests, granted, rounds)
  return { shown, taken, granted, outputs }
}

type Round = {
  readonly asked: readonly Bit[]
  readonly granted: readonly Grant[]
  readonly offered: readonly (readonly Bit[])[]
}

/** Inputs without a grant, and outputs that nobody asked: the others had their round. */
const secondRound = (
  plan: RouterPlan,
  first: Round,
  round: (left: (request: PacketState['requests'][number]) => Bit) => Round,
): Round => {
  const idle = first.asked.map((asked) => asked.not())
  const free = plan.entries.map(({ input }) =>
    anyOf(first.granted.flatMap((one) => (one.input === input ? [one.here] : []))).not(),
  )
  return round(({ input, output, may }) => may.and(free[input]!).and(idle[output]!))
}

/** P-10, where there is more than one that could leave. */
const assertExclusive = (plan: RouterPlan, granted: readonly Grant[]): void => {
  const exclusive = (leaving: readonly Bit[], sentence: string): void => {
    if (leaving.length > 1) assert(atMostOne(leaving), sentence)
  }
  for (const { input } of plan.entries)
    exclusive(
      granted.flatMap((one) => (one.input === input ? [one.here] : [])),
      `one flit leaves input ${input}`,
    )
  plan.exits.forEach((_, output) =>
    exclusive(
      granted.flatMap((one) => (one.output === output ? [one.here] : [])),
      `one flit leaves output ${output}`,
    ),
  )
}

/** P-12: as far as as many rounds as virtual channels reach; with fewer, an input that offered another flit does not count. */
const assertBusy = (
  plan: RouterPlan,
  requests: PacketState['requests'],
  granted: readonly Grant[],
  rounds: number,
): void => {
  const most = Math.max(...plan.entries.map(({ channels }) => channels.filter(({ table }) => table).length))
  const grants = (of: (grant: Grant) => boolean): Bit => anyOf(granted.flatMap((one) => (of(one) ? [one.here] : [])))
  if (rounds < most) {
    assert(
      implies(anyOf(requests.map(({ may }) => may)), anyOf(granted.map(({ here }) => here))),
      'something moves when something may',
    )
    return
  }
  for (const { input, output, may } of requests)
    assert(
      implies(may, grants((one) => one.input === input).or(grants((one) => one.output === output))),
      `output ${output} is not idle while input ${input}, used by nobody else, has a flit for it`,
    )
}
