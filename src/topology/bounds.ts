/**
 * Upper bounds on the time from "at the head of its interface's queue" to "tail delivered". The argument for each is in
 * docs/noc-bounds.md. Source: NoC section 10.6, property P-24.
 */
import type { MessageClass } from '#layout'
import { depthForFullRate, roundTrip } from './check-parameters.ts'
import type { Network } from './network.ts'
import { type Hop, pathOf, stagesBetween, zeroLoadCycles } from './path.ts'

/** The bounds of a source, target and class, in cycles. */
export interface LatencyBound {
  readonly source: number
  readonly target: number
  readonly class: MessageClass
  /** In an idle network, to the tail of a packet of one flit. */
  readonly zeroLoad: number
  /**
   * When every packet that shares a channel with it is of its class and goes to its target, whoever sends them and however
   * many, and nobody pauses within a packet. Undefined where `depth` is too small for full rate.
   */
  readonly oneTarget: number | undefined
  /** Whatever all other modules do, pauses up to the guard among it. Infinity where the guards are off. */
  readonly anyTraffic: number
}

export interface BoundOptions {
  /** Cycles that a module may pause within a packet. @defaultValue `guards.tx`, or no bound where that is off */
  readonly pause?: number
}

/**
 * The bounds of all pairs between which packets travel, for one class.
 *
 * Rejects: RangeError when routes close a circle (a network that was forced), because then there is none.
 */
export const latencyBounds = (
  network: Network,
  messageClass: MessageClass,
  options: BoundOptions = {},
): readonly LatencyBound[] => {
  const worst = anyTrafficBound(network, messageClass, options)
  return network.modules.flatMap((source) =>
    network.modules.flatMap((target): readonly LatencyBound[] => {
      const path = pathOf(network, source.index, target.index)
      if (!path) return []
      return [
        {
          source: source.index,
          target: target.index,
          class: messageClass,
          zeroLoad: zeroLoadCycles(network, source.index, target.index),
          oneTarget: oneTargetBound(network, path, source.index, target.index),
          anyTraffic: worst(path),
        },
      ]
    }),
  )
}

/** How many inputs compete with one for an output, and their weights together. */
interface Rivals {
  readonly count: number
  readonly weight: number
}

const rivalsOfNetworks = new WeakMap<Network, Map<number, Rivals>>()

const rivalsOf = (network: Network, { router, input, output }: Hop): Rivals => {
  const known = rivalsOfNetworks.get(network) ?? new Map<number, Rivals>()
  rivalsOfNetworks.set(network, known)
  const key = (router * 512 + input) * 512 + output
  const before = known.get(key)
  if (before) return before
  const weights = (network.routers[router]?.inputs ?? []).flatMap((_, other) =>
    other !== input && network.turns(router, other, output) ? [network.weight(router, other, output)] : [],
  )
  const rivals = { count: weights.length, weight: sum(weights) }
  known.set(key, rivals)
  return rivals
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/**
 * What passes an output before and with `own` flits in `packets` packets that wait at one input all the time: rivals get
 * their shares, rounded up to whole packets.
 */
const passing = (
  network: Network,
  hop: Hop,
  own: { readonly flits: number; readonly packets: number },
): { readonly flits: number; readonly packets: number } => {
  const { arbitration, longestPacket, priority } = network.parameters
  const rivals = rivalsOf(network, hop)
  if (rivals.count === 0) return own
  if (arbitration === 'sourceWeighted') {
    // Rounds until the last own packet begins: those for what the input may owe before, and for its own flits.
    const weight = network.weight(hop.router, hop.input, hop.output)
    const rounds = Math.ceil((greatestDebt(longestPacket, weight + rivals.weight) + own.flits) / weight) + 1
    // Where all owe, the round ends a cycle later than the output needs a packet: it takes one in turn.
    const inTurn = Math.min(rounds, own.packets * rivals.count)
    return {
      flits: own.flits + rivals.weight * (rounds + 1) + rivals.count * (longestPacket + 2) + inTurn * longestPacket,
      packets: own.packets + rivals.weight * (rounds + 1) + rivals.count * 3 + inTurn,
    }
  }
  const before = {
    roundRobin: rivals.count,
    priority: priority.bound + rivals.count,
    age: packetsInside(network),
  }[arbitration]
  const others = own.packets * before
  return { flits: own.flits + others * longestPacket, packets: own.packets + others }
}

/** Flits that the router's arbiter lets an input owe: three quarters of the range of its counters, and one under way. */
const greatestDebt = (longestPacket: number, greatestWeight: number): number => {
  const bits = Math.max(8, Math.ceil(Math.log2(((longestPacket + greatestWeight) * 4) / 3 + 2)))
  return 3 * 2 ** (bits - 2) + 1
}

/** Packets that may be in the network and be older: one per flit of every buffer, and one at every module. */
const packetsInside = ({ routers, modules, parameters: { depth, vcsPerClass } }: Network): number =>
  sum(routers.map(({ inputs }) => inputs.length)) * depth * vcsPerClass + modules.length

/** Cycles in which a virtual channel moves one flit, though `others` share its links. */
const slot = ({ parameters }: Network, sharing: number): number => {
  const { phits, depth } = parameters
  return Math.max(sharing * sharing * phits, Math.ceil(roundTrip(parameters) / depth))
}

const oneTargetBound = (network: Network, path: readonly Hop[], source: number, target: number): number | undefined => {
  const { arbitration, depth, longestPacket, vcsPerClass } = network.parameters
  if (depth < depthForFullRate(network.parameters)) return undefined
  const handOver = path.length * roundTrip(network.parameters) + 2 * stagesBetween(network, source, target)
  const besides = handOver + zeroLoadCycles(network, source, target)
  const perFlit = slot(network, vcsPerClass)
  if (arbitration === 'age') {
    const older = flitsTowards(network, target, handOver)
    // Once until it is in the first buffer, once more from there.
    const cycles = 2 * older * perFlit + besides
    return cycles < oldest ? cycles : undefined
  }
  let waiting = { flits: longestPacket, packets: 1 }
  for (const hop of path)
    // In front of it in the buffer there may be as many flits as the buffer has room for.
    waiting = passing(network, hop, { flits: waiting.flits + depth, packets: waiting.packets + depth })
  return waiting.flits * perFlit + besides
}

/** The greatest age that a flit can have; beyond it ages tell nothing. */
const oldest = 0xffff

/**
 * Flits for a target that may go before a packet that is in the network: those in the buffers that lead to the target, and
 * of every module the packet that it is injecting, with what it begins before the ages tell the difference.
 */
const flitsTowards = (network: Network, target: number, unsure: number): number => {
  const { depth, vcsPerClass, longestPacket } = network.parameters
  let buffers = 0
  for (const { index, inputs } of network.routers)
    for (const input of inputs.keys())
      if (network.route(index, input, 0, target) || network.route(index, input, 1, target)) buffers++
  const sources = network.modules.filter(({ router, injection }) =>
    injection === undefined ? false : network.route(router, injection, 0, target) !== undefined,
  )
  return buffers * depth * vcsPerClass + sources.length * (longestPacket + unsure)
}

/** Bounds for arbitrary traffic, by recursion over the channels in the order of their dependencies. */
const anyTrafficBound = (
  network: Network,
  messageClass: MessageClass,
  { pause = network.parameters.guards.tx === 0 ? Infinity : network.parameters.guards.tx }: BoundOptions,
): ((path: readonly Hop[]) => number) => {
  const { depth, longestPacket } = network.parameters
  const { routers, modules } = network
  const sharing = network.planes.find((plane) => plane.classes.includes(messageClass))?.vcs ?? 1
  const perFlit = slot(network, sharing)
  // A packet that is not offered in the cycle in which its output gets free may see another one begin.
  const missed = sharing * sharing

  /** From the front of an input until the tail has left for good: the longest of all ways on. */
  const known = new Map<string, number>()
  const front = (router: number, input: number, lane: 0 | 1): number => {
    const key = `${router} ${input} ${lane}`
    const before = known.get(key)
    if (before !== undefined && Number.isNaN(before))
      throw new RangeError(`${network.name}: the routes of class ${messageClass} close a circle, so there is no bound`)
    if (before !== undefined) return before
    known.set(key, NaN)
    const ways = new Map<string, Hop>()
    for (const { index } of modules) {
      const way = network.route(router, input, lane, index)
      if (way) ways.set(`${way.output} ${way.lane}`, { router, input, from: lane, output: way.output, to: way.lane })
    }
    const longest = Math.max(0, ...[...ways.values()].map(through))
    known.set(key, longest)
    return longest
  }

  /** The same for one way: the packets that go before it, all that is in the next buffer, and itself. */
  const through = (hop: Hop): number => {
    const through = passing(network, hop, { flits: longestPacket, packets: 1 })
    const port = routers[hop.router]?.outputs[hop.output]
    const perPacket = roundTrip(network.parameters) + 2 * (port?.stages ?? 0) + 1
    const [flits, packets] = [through.flits * missed, through.packets * missed]
    if (port?.peer.kind !== 'router') return flits * perFlit + packets * (perPacket + pause)
    return (packets + depth) * (front(port.peer.router, port.peer.port, hop.to) + perPacket)
  }

  return ([first]) => (first ? depth * front(first.router, first.input, first.from) + through(first) : 0)
}
