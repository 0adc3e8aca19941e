/** Modules that keep to no rule on the generated network, and what its probes report. */
import { bodyFlit, encode, field, guardEvents, headFlit, hostId, modeClass, type ProbeName, probeNames } from '#layout'
import { network } from '#hdl/noc'
import type { StepRecord } from '#model'
import { simulate } from '#sim/simulate'
import { type Draws, drawsOf } from '#sim/traffic'
import { type NetworkDescription, planNetwork } from '#topology'

export interface Behaviour {
  readonly seed: number
  /** Cycles in which modules begin packets. */
  readonly cycles: number
  /** Share of packets that are wrong in some way. */
  readonly hostile: number
  /** Share of packets in which the module falls silent, of cycles in which a sink falls asleep. */
  readonly silent: number
  readonly asleep: number
  readonly longest: number
}

/** What the hardware did. */
export interface Seen {
  /** In the order of a replay. */
  readonly records: readonly StepRecord[]
  /** Of each module's interface, by name. */
  readonly counters: ReadonlyMap<string, Readonly<Record<string, number>>>
}

interface Handles {
  readonly payload: { value: unknown }
  readonly valid: { value: unknown }
  readonly ready: { value: unknown }
  readonly fires: boolean
}

const modesOf = (cls: number): readonly number[] =>
  modeClass.flatMap((own, mode) => (own === cls && mode < 9 ? [mode] : []))

/** Flits of a packet; what is hostile about it is drawn. */
const packetOf = (system: NetworkDescription, cls: number, behaviour: Behaviour, number: number, draws: Draws) => {
  const pick = <T>(from: readonly T[]): T => from[draws.below(from.length)] as T
  const isHostile = draws.happens(behaviour.hostile)
  const follows = draws.happens(0.5) ? 0 : draws.between(1, behaviour.longest - 1)
  const [first, mod] = [draws.below(system.modules.length), pick(system.modules).mod]
  const anywhere = draws.below(3) === 0 ? draws.below(256) : (system.modules[first]!.mod & 0xfc) | 3
  const targetChip = isHostile && draws.happens(0.2) ? pick([hostId.chip, 1, system.chip]) : system.chip
  const announced = isHostile && draws.happens(0.5) ? draws.below(behaviour.longest + 2) : follows
  const head = encode(headFlit, {
    ...{ burst: follows > 0 ? 1 : 0, arq: isHostile ? draws.below(2) : 0, bsel: draws.below(256) },
    ...{ sourceMod: draws.below(256), sourceChip: draws.happens(0.5) ? hostId.chip : draws.below(64) },
    ...{ targetMod: isHostile && draws.happens(0.4) ? anywhere : mod, targetChip },
    mode: isHostile && draws.happens(0.3) ? draws.below(16) : pick(modesOf(cls)),
    address: draws.happens(0.2) ? 0xf000_0000 + 8 * draws.below(64) : number * 16,
    data0: (BigInt(number) << 32n) | BigInt(follows > 0 ? announced : number & 0xffff),
  })
  const lines = Array.from({ length: follows }, (_, index) =>
    encode(bodyFlit, {
      ...{ burst: index < follows - 1 ? 1 : 0, arq: 0, bsel: draws.happens(0.95) ? 0xff : 0 },
      ...{ data1: BigInt(number), data0: BigInt(index + 1) },
    }),
  )
  return [head, ...lines]
}

const known = new WeakMap<NetworkDescription, ReturnType<typeof network>>()

/** Compiled once per system. */
const hardwareOf = (system: NetworkDescription): ReturnType<typeof network> => {
  const made = known.get(system) ?? network(system)
  known.set(system, made)
  return made
}

/** Lets all modules send and take what they like for a while, and then finish. */
export const recordTraffic = (system: NetworkDescription, behaviour: Behaviour): Seen => {
  const plan = planNetwork(system)
  const classes = Array.from({ length: plan.classes }, (_, cls) => cls)
  const watched = probeNames.filter((name) => name === 'guards' || classes.includes(Number(name.at(-1))))
  using sim = simulate(hardwareOf(system), { probes: watched })
  const draws = drawsOf(behaviour.seed)
  const inject = sim.io.inject as unknown as readonly (readonly Handles[])[]
  const deliver = sim.io.deliver as unknown as readonly (readonly Handles[])[]
  const streams = system.modules.flatMap((_, module) =>
    classes.map((cls) => ({
      ...{ cls, from: inject[module]![cls]!, to: deliver[module]![cls]! },
      ...{ waiting: [] as bigint[], offers: false, quiet: 0, sleeps: 0 },
    })),
  )
  const { tx, rx } = plan.parameters.guards
  let number = 0

  const cycle = (begins: boolean): void => {
    for (const one of streams) {
      if (begins && one.waiting.length === 0 && draws.happens(0.1))
        one.waiting = packetOf(system, one.cls, behaviour, number++, draws)
      if (!one.offers && one.waiting.length > 0 && one.quiet-- <= 0) {
        one.offers = true
        one.from.payload.value = one.waiting[0]
        one.from.valid.value = 1
      }
      if (begins && draws.happens(behaviour.asleep)) one.sleeps = draws.between(1, 3 * rx)
      one.to.ready.value = one.sleeps-- <= 0 && (!begins || draws.happens(0.8)) ? 1 : 0
    }
    const taken = streams.filter(({ from }) => from.fires)
    sim.step()
    for (const one of taken) {
      one.waiting.shift()
      one.offers = false
      one.from.valid.value = 0
      one.quiet = draws.happens(behaviour.silent) ? draws.between(1, 2 * tx) : draws.below(2)
    }
  }
  for (let count = 0; count < behaviour.cycles; count++) cycle(true)
  const rest = 3 * rx + 100 + 40 * behaviour.longest * system.modules.length + 2 * tx * behaviour.longest
  for (
    let count = 0;
    count < rest && (count < 4 * rx + 400 || streams.some(({ waiting }) => waiting.length > 0));
    count++
  )
    cycle(false)
  for (let count = 0; count < 60 * behaviour.longest; count++) cycle(false)

  const records = watched.flatMap((probe: ProbeName, rank) =>
    sim.records(probe).map(({ cycle: at, path, value }) => ({
      ...{ rank, cycle: at, probe, bits: BigInt(value) },
      module: path.join('.').replace(/^.*ni_([^.]+).*$/, '$1'),
    })),
  )
  records.sort((one, other) => one.cycle - other.cycle || one.rank - other.rank)
  const counters = new Map(
    system.modules.map(({ name }, index) => [
      name,
      sim.io.counters[index]!.value as unknown as Readonly<Record<string, number>>,
    ]),
  )
  return { records: records.map(({ rank: _, ...record }) => record), counters }
}

/** What guards did in a run: how often each of them. */
export const guardsIn = ({ records }: Seen) => {
  const bits = (set: number): number => [1, 2, 4, 8].filter((bit) => (set & bit) !== 0).length
  const of = records.filter(({ probe }) => probe === 'guards').map(({ bits: record }) => record)
  const count = (name: 'stopped' | 'refused' | 'dropped'): number =>
    of.reduce((sum, record) => sum + bits(Number(field(guardEvents, name, record))), 0)
  return { stopped: count('stopped'), refused: count('refused'), dropped: count('dropped') }
}
