// Open-loop traffic on a carrier: warm-up, measurement, drain. NoC section 12.2.

import { type Network, pathOf } from '#topology'
import { type Arrival, arrivals, lengthOf, type Lengths } from './arrivals.ts'
import type { Carrier } from './carrier.ts'
import { drawsOf } from './draws.ts'
import { Exchange } from './exchange.ts'
import { type Fairness, fairnessOf, type Times, timesOf } from './metrics.ts'
import { notYet } from './packet-table.ts'
import { chooser, type Pattern, trafficModules } from './patterns.ts'

/** A load on a network. */
export interface Load {
  readonly pattern: Pattern
  readonly lengths: Lengths
  /** Flits per module and cycle that are offered, 0 to 1. */
  readonly rate: number
  /** @defaultValue 'bernoulli' */
  readonly arrival?: Arrival
  /** Message class of all packets. @defaultValue 0 */
  readonly messageClass?: number
  readonly seed: number
  /** Cycles before the measurement. @defaultValue 4000 */
  readonly warmUp?: number
  /** Cycles of the measurement. @defaultValue 16000 */
  readonly cycles?: number
  /** Whether packets of the measurement are waited for. @defaultValue when less than all is offered */
  readonly drain?: boolean
}

/** What a load found. */
export interface Measurement {
  /** Flits per module and cycle. */
  readonly offered: number
  readonly accepted: number
  /**
   * From the generation of a packet to the delivery of its tail, in cycles: of packets generated in the measurement, or,
   * without drain, delivered in it.
   */
  readonly latency: Times
  /** From its head at the front of its source's queue. */
  readonly networkLatency: Times
  /** Of the sources that sent. */
  readonly fairness: Fairness
  /** Flits per cycle by source module. */
  readonly rates: readonly number[]
  /** By router and output (`router.output`): flits per cycle, from the routes of what was accepted. */
  readonly utilisation: ReadonlyMap<string, number>
  /** Highest network latency by pair `source * modules + target`. */
  readonly slowest: ReadonlyMap<number, number>
  readonly packets: number
  readonly faults: readonly string[]
}

const drainLimit = 5000

/** Runs a load; the carrier is reset before. */
export const measure = (carrier: Carrier, network: Network, load: Load): Measurement => {
  const { warmUp = 4000, cycles = 16_000, messageClass = 0, arrival = 'bernoulli' } = load
  carrier.reset()
  const exchange = new Exchange({ carrier, network })
  const choose = chooser(load.pattern, network, drawsOf)
  const sources = trafficModules(network).map(({ index }) => {
    const draws = drawsOf(Math.imul(load.seed, 0x1000193) + index)
    return { index, draws, arrives: arrivals(arrival, load.rate, load.lengths, draws) }
  })
  let offered = 0
  const run = (until: number): void => {
    while (exchange.cycle < until) {
      for (const { index, draws, arrives } of sources) {
        if (!arrives()) continue
        const target = choose(index, draws)
        if (target === undefined) continue
        const flits = lengthOf(load.lengths, draws)
        offered += flits
        exchange.send(index, target, messageClass, flits)
      }
      exchange.step()
    }
  }
  run(warmUp)
  const first = exchange.packets.count
  offered = 0
  exchange.flitsFrom.fill(0)
  run(warmUp + cycles)
  const flits = [...exchange.flitsFrom]
  const last = exchange.packets.count
  const drains = load.drain ?? load.rate < 1
  if (drains) {
    const end = exchange.cycle + drainLimit
    while (exchange.cycle < end && anyLeft(exchange, first, last)) exchange.step()
  }

  const { packets } = exchange
  const generated: number[] = []
  const fronts: number[] = []
  const slowest = new Map<number, number>()
  const passed = new Map<string, number>()
  for (let packet = 0; packet < packets.count; packet++) {
    const delivered = packets.delivered(packet)
    if (delivered === notYet) continue
    if (delivered >= warmUp && delivered < warmUp + cycles) {
      for (const channel of channelsOf(network, packets.source(packet), packets.target(packet)))
        passed.set(channel, (passed.get(channel) ?? 0) + packets.flits(packet))
    }
    const inNetwork = delivered - packets.front(packet)
    const pair = packets.source(packet) * carrier.modules + packets.target(packet)
    slowest.set(pair, Math.max(slowest.get(pair) ?? 0, inNetwork))
    const isMeasured = drains ? packet >= first && packet < last : delivered >= warmUp
    if (!isMeasured) continue
    generated.push(delivered - packets.generated(packet))
    fronts.push(inNetwork)
  }
  const senders = sources.filter(({ index, draws }) => choose(index, draws) !== undefined)
  const total = flits.reduce((sum, count) => sum + count, 0)
  return {
    offered: offered / cycles / carrier.modules,
    accepted: total / cycles / carrier.modules,
    latency: timesOf(generated),
    networkLatency: timesOf(fronts),
    fairness: fairnessOf(senders.map(({ index }) => flits[index]! / cycles)),
    rates: flits.map((count) => count / cycles),
    utilisation: new Map([...passed].map(([channel, count]) => [channel, count / cycles])),
    slowest,
    packets: packets.count,
    faults: exchange.faults,
  }
}

const anyLeft = ({ packets }: Exchange, first: number, last: number): boolean => {
  for (let packet = first; packet < last; packet++) if (packets.delivered(packet) === notYet) return true
  return false
}

const known = new WeakMap<Network, Map<number, readonly string[]>>()

/** The channels that packets of a pair take, by name: `router.output`. */
const channelsOf = (network: Network, source: number, target: number): readonly string[] => {
  const routes = known.get(network) ?? new Map<number, readonly string[]>()
  known.set(network, routes)
  const key = source * network.modules.length + target
  const before = routes.get(key)
  if (before !== undefined) return before
  const channels = (pathOf(network, source, target) ?? []).map(({ router, output }) => {
    const { name, outputs } = network.routers[router]!
    return `${name}.${outputs[output]!.name}`
  })
  routes.set(key, channels)
  return channels
}
