/** Random traffic on a whole network, and the scoreboard that watches it. */
import { headFlit, field, hostId, modes, type SystemDescription } from '#layout'
import type { Simulator } from '#sim/simulate'
import { randomNumbers } from '../../lib/support/bench.ts'
import { meaning } from './interface-bench.ts'
import { FlitReceiver, FlitSender, runEnds } from './ends.ts'
import { type Fate, fateOf, type Packet, packet, packetsOf } from './packets.ts'

export interface Traffic {
  readonly packets: number
  /** Probability that a module offers a flit, or takes one, in a cycle. */
  readonly offers: number
  readonly takes: number
  readonly seed: number
  readonly longest?: number
  /** Share of packets with any mode, any chip, and a length that need not be the announced one. @defaultValue 0 */
  readonly hostile?: number
}

/** What arrived where it should not, did not arrive, or changed: empty when all is well. */
export interface Outcome {
  readonly faults: readonly string[]
  readonly delivered: number
  readonly flits: number
  readonly cycles: number
}

const classes = [0, 1] as const

/** A network in the engine. */
export interface NetworkSimulator extends Pick<Simulator, 'step' | 'reset'> {
  readonly io: {
    readonly inject: readonly (readonly { readonly valid: { value: number } }[])[]
    readonly deliver: readonly (readonly object[])[]
  }
}

/** Lets all modules send legal packets to all modules, missing ones and the host's chip, and checks every delivery. */
export const exchange = (sim: NetworkSimulator, system: SystemDescription, traffic: Traffic): Outcome => {
  sim.reset()
  for (const stream of sim.io.inject.flat()) stream.valid.value = 0
  const random = randomNumbers(traffic.seed)
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T
  const offers = () => random() < traffic.offers
  const takes = () => random() < traffic.takes
  const streams = system.modules.flatMap(({ mod }, index) =>
    classes.map((messageClass) => ({ mod, index, messageClass })),
  )
  const senders = streams.map(({ index, messageClass }) => new FlitSender(sim.io.inject[index]![messageClass], offers))
  const receivers = streams.map(
    ({ index, messageClass }) => new FlitReceiver(sim.io.deliver[index]![messageClass], takes),
  )

  const expected = new Map<string, Packet[]>()
  const expect = (mod: number, messageClass: number, one: Packet): void => {
    const key = keyOf(one, mod, messageClass)
    const known = expected.get(key)
    if (known) known.push(one)
    else expected.set(key, [one])
  }
  const hasHost = system.modules.some(({ kind }) => kind === 'host')
  let flits = 0
  for (let number = 0; number < traffic.packets; number++) {
    const stream = Math.floor(random() * streams.length)
    const { mod, messageClass } = streams[stream]!
    const toHostChip = hasHost && random() < 0.05
    const targetMod = random() < 0.05 ? missingIn(system, pick) : pick(system.modules).mod
    const ids = {
      targetMod,
      targetChip: toHostChip ? hostId.chip : system.chip,
      sourceMod: Math.floor(random() * 256),
    }
    const one =
      random() < (traffic.hostile ?? 0)
        ? hostilePacket(number, random, ids)
        : randomPacket(messageClass, number, traffic.longest ?? 8, pick, random, ids)
    senders[stream]!.queue.push(...one)
    const fate: Fate = fateOf(system, { chip: system.chip, mod }, messageClass, one)
    if (fate.kind === 'delivered') expect(fate.target.mod, messageClass, fate.packet)
    if (fate.kind === 'answered') expect(mod, 1, fate.answer)
    flits += fate.kind === 'delivered' ? fate.packet.length : fate.kind === 'answered' ? 1 : 0
  }

  const arrived = () => receivers.reduce((sum, { received }) => sum + received.length, 0)
  const limit = 2000 + (400 * flits) / (traffic.offers * traffic.takes)
  const cycles = runEnds(sim, [...senders, ...receivers], () => arrived() >= flits, limit)
  runEnds(sim, [...senders, ...receivers], () => false, 20)

  const faults: string[] = []
  let delivered = 0
  receivers.forEach(({ received }, stream) => {
    const { mod, messageClass } = streams[stream]!
    for (const one of packetsOf(received)) {
      const key = keyOf(one, mod, messageClass)
      const next = expected.get(key)?.shift()
      delivered++
      if (!next || !same(meaning([next])[0]!, meaning([one])[0]!))
        faults.push(`${key}: got ${textOf(one)} instead of ${next ? textOf(next) : 'nothing'}`)
    }
  })
  for (const [key, left] of expected) if (left.length > 0) faults.push(`${key}: ${left.length} packets did not arrive`)
  return { faults, delivered, flits, cycles }
}

const keyOf = (one: Packet, mod: number, messageClass: number): string => {
  const source = (field(headFlit, 'sourceChip', one[0]!) << 8) | field(headFlit, 'sourceMod', one[0]!)
  return `${hex(source)} to ${hex(mod)} in class ${messageClass}`
}

const hex = (id: number): string => `0x${id.toString(16)}`

const textOf = (one: Packet): string => one.map((bits) => bits.toString(16)).join(' ')

const same = (one: Packet, other: Packet): boolean =>
  one.length === other.length && one.every((bits, index) => bits === other[index])

const missingIn = (system: SystemDescription, pick: <T>(from: readonly T[]) => T): number =>
  pick(
    Array.from({ length: 256 }, (_, mod) => mod).filter(
      (mod) => (mod & 3) !== 3 && !system.modules.some((one) => one.mod === mod),
    ),
  )

interface Ids {
  readonly targetMod: number
  readonly targetChip: number
  readonly sourceMod: number
}

/** A packet of any mode, towards any chip, that may be longer or shorter than it says. */
const hostilePacket = (number: number, random: () => number, ids: Ids): Packet => {
  const below = (limit: number): number => Math.floor(random() * limit)
  const targetChip = random() < 0.5 ? ids.targetChip : below(63)
  return packet({ ...ids, targetChip, mode: below(16), address: number }, below(7), BigInt(number), below(7))
}

/** A legal packet of a class. */
const randomPacket = (
  messageClass: 0 | 1,
  number: number,
  longest: number,
  pick: <T>(from: readonly T[]) => T,
  random: () => number,
  ids: Ids,
): Packet => {
  const given = { ...ids, address: number, data0: BigInt(number) }
  const lines = random() < 0.5 ? 0 : 1 + Math.floor(random() * longest)
  if (messageClass === 1) {
    const mode = pick([modes.READ_RSP, modes.TCU_ACK, modes.ERROR])
    return packet({ ...given, mode }, mode === modes.READ_RSP ? lines : 0, BigInt(number))
  }
  const mode = pick([modes.READ_REQ, modes.WRITE_POSTED, modes.TCU_MSG])
  if (mode === modes.READ_REQ) return packet({ ...given, mode }, 0)
  return packet({ ...given, mode }, mode === modes.TCU_MSG ? 2 + lines : lines, BigInt(number))
}
