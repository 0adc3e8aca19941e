/** Latency, throughput and fairness of open loads. NoC section 12.3. */
import { Exchange, type Load, measure, type Measurement, saturation } from '#sim/traffic'
import { latencyBounds, type NetworkChoice, pathOf } from '#topology'
import type { Carried } from '../../test/support/noc.ts'
import { crossedNetwork, type NocSettings, networkOf, type Shape, told, variants, variantText } from './noc-networks.ts'
import { goalRow, type Row } from './row.ts'

type Variant = keyof typeof variants

const settlingCycles = 50

/** Cycles from the front of a module's queue to the delivery of the tail, in an idle network. */
const idleLatency = ({ carrier, network }: Carried, source: number, target: number, flits: number): number => {
  carrier.reset()
  const exchange = new Exchange({ carrier, network })
  // Clock crossings tell each other that they are there before they take anything.
  while (exchange.cycle < settlingCycles) exchange.step()
  const packet = exchange.send(source, target, 0, flits)
  exchange.drain(1000)
  return exchange.packets.delivered(packet) - exchange.packets.front(packet)
}

/** The slowest pair of modules with k routers between them. */
const idleOver = (carried: Carried, routers: number, flits: number): number => {
  const { carrier, network } = carried
  const modules = Array.from({ length: carrier.modules }, (_, index) => index)
  return Math.max(
    ...modules.flatMap((source) =>
      modules.flatMap((target) =>
        pathOf(network, source, target)?.length === routers ? [idleLatency(carried, source, target, flits)] : [],
      ),
    ),
  )
}

const reference = { 1: 8, 2: 12, 3: 16 } as const

/** Rows of the idle network. */
export const idleRows = (settings: NocSettings): readonly Row[] => {
  const one = networkOf('2x2x3', {}, settings)
  const two = networkOf('2x2x3', { pipeline: 'two' }, settings)
  const crossed = crossedNetwork(settings)
  const hops = [1, 2, 3] as const
  const stream = (): number => {
    one.carrier.reset()
    const exchange = new Exchange(one)
    const packets = 1000
    for (let packet = 0; packet < packets; packet++) exchange.send(0, 11, 0, 1)
    exchange.drain(100)
    return packets / (exchange.packets.delivered(packets - 1) - exchange.packets.delivered(0) + 1)
  }
  return [
    ...hops.map((k) =>
      goalRow(`zero-load, one cycle, k = ${k}`, idleOver(one, k, 1), 'cycles', {
        reference: reference[k],
        goal: k + 1,
      }),
    ),
    ...hops.map((k) =>
      goalRow(`zero-load, two cycles, k = ${k}`, idleOver(two, k, 1), 'cycles', {
        reference: reference[k],
        goal: 2 * k + 1,
      }),
    ),
    ...hops.map((k) =>
      goalRow(`zero-load, clock crossings, k = ${k}`, idleOver(crossed, k, 1), 'cycles', {
        reference: reference[k],
        goal: k + 7,
      }),
    ),
    goalRow('33 flits, clock crossings, k = 1', idleOver(crossed, 1, 33), 'cycles', { reference: 109, goal: 40 }),
    goalRow('33 flits, interface to interface, k = 1', idleOver(one, 1, 33), 'cycles', { reference: 109, goal: 34 }),
    goalRow('stream of single flits', stream(), 'flit/cycle', { reference: 0.25, goal: 1, better: 'more' }),
  ]
}

type Given = Pick<Load, 'pattern' | 'lengths'>
const uniform = (lengths: Load['lengths']): Given => ({ pattern: { kind: 'uniform' }, lengths })

interface Throughput {
  readonly shape: Shape
  readonly variant: Variant
  readonly name: string
  readonly load: Given
  readonly reference?: number
  readonly goal?: number
}

const accepted: readonly Throughput[] = [
  { shape: '2x2x3', variant: 'plain', name: 'uniform, 1 flit', load: uniform(1), reference: 0.441, goal: 0.45 },
  { shape: '2x2x3', variant: 'twoDeepVcs', name: 'uniform, 1 flit', load: uniform(1), reference: 0.441, goal: 0.5 },
  { shape: '2x2x3', variant: 'plain', name: 'uniform, 9 flits', load: uniform(9), reference: 0.407, goal: 0.407 },
  { shape: '2x2x3', variant: 'plain', name: 'uniform, 33 flits', load: uniform(33), reference: 0.405 },
  { shape: '2x2x3', variant: 'age', name: 'uniform, 33 flits', load: uniform(33), reference: 0.405, goal: 0.41 },
  { shape: '4x4', variant: 'shallow', name: 'uniform, 1 flit', load: uniform(1), goal: 0.62 },
  { shape: '4x4', variant: 'plain', name: 'uniform, 1 flit', load: uniform(1), goal: 0.66 },
  { shape: '4x4', variant: 'twoVcs', name: 'uniform, 1 flit', load: uniform(1) },
  { shape: '4x4', variant: 'twoVcsAge', name: 'uniform, 1 flit', load: uniform(1), goal: 0.74 },
  { shape: '4x4', variant: 'twoVcsAge', name: 'uniform, 5 flits', load: uniform(5), reference: 0.564, goal: 0.56 },
  { shape: '8x8', variant: 'shallow', name: 'uniform, 1 flit', load: uniform(1), reference: 0.365, goal: 0.35 },
  { shape: '8x8', variant: 'twoVcs', name: 'uniform, 1 flit', load: uniform(1), reference: 0.38, goal: 0.4 },
  {
    ...{ shape: '2x2x3', variant: 'plain', name: 'next module, 1 flit', reference: 1, goal: 1 },
    load: { pattern: { kind: 'nextModule' }, lengths: 1 },
  },
  {
    ...{ shape: '2x2x3', variant: 'plain', name: 'opposite corner, 1 flit', reference: 0.333, goal: 0.333 },
    load: { pattern: { kind: 'bitComplement' }, lengths: 1 },
  },
  {
    ...{ shape: '2x2x3', variant: 'plain', name: 'hotspot, 1 flit', reference: 0.0833, goal: 0.0833 },
    load: { pattern: { kind: 'hotspot', module: 3 }, lengths: 1 },
  },
]

const saturated: readonly Throughput[] = [
  { shape: '4x4', variant: 'twoVcsAge', name: 'uniform, 1 flit', load: uniform(1), reference: 0.694, goal: 0.69 },
  { shape: '4x4', variant: 'fourVcsAge', name: 'uniform, 1 flit', load: uniform(1), reference: 0.755, goal: 0.75 },
]

/** Notes what a load moved and what was wrong with it. */
const seenIn = ({ seen }: NocSettings, found: Measurement): Measurement => {
  seen.packets += found.packets
  seen.faults.push(...found.faults)
  return found
}

const text = ({ shape, variant, name }: Throughput): string => `${shape}, ${variantText(variant)}, ${name}`

/** What the network accepts, and from where on it falls behind. */
export const throughputRows = (settings: NocSettings): readonly Row[] => {
  const { seeds, warmUp, cycles, onProgress } = settings
  const accepts = (row: Throughput): Row => {
    const { carrier, network } = networkOf(row.shape, variants[row.variant], settings)
    onProgress(text(row))
    const found = seeds.map((seed) =>
      seenIn(settings, measure(carrier, network, { ...row.load, rate: 1, seed, warmUp, cycles })),
    )
    const value = found.reduce((sum, one) => sum + one.accepted, 0) / seeds.length
    return told(settings, goalRow(`accepted, ${text(row)}`, value, 'flit/cycle', { ...row, better: 'more' }))
  }
  const saturates = (row: Throughput): Row => {
    const { carrier, network } = networkOf(row.shape, variants[row.variant], settings)
    const load = { ...row.load, warmUp, cycles }
    const { rate } = saturation(carrier, network, load, seeds, (at) => onProgress(`${text(row)} at ${at}`), row.goal)
    return told(settings, goalRow(`saturation, ${text(row)}`, rate, 'flit/cycle', { ...row, better: 'more' }))
  }
  // Large meshes last: each takes as long as all others together.
  const isLarge = ({ shape }: Throughput): boolean => shape === '8x8'
  return [
    ...accepted.filter((row) => !isLarge(row)).map(accepts),
    ...saturated.map(saturates),
    ...accepted.filter(isLarge).map(accepts),
  ]
}

const hotspot = (
  shape: Shape,
  choice: NetworkChoice,
  lengths: Load['lengths'],
  settings: NocSettings,
): readonly Measurement[] => {
  const { seeds, warmUp, cycles, onProgress } = settings
  const { carrier, network } = networkOf(shape, choice, settings)
  onProgress(`hotspot on ${shape} ${JSON.stringify(choice)}`)
  const load = { pattern: { kind: 'hotspot', module: 3 }, lengths, rate: 1, warmUp, cycles } as const
  return seeds.map((seed) => seenIn(settings, measure(carrier, network, { ...load, seed })))
}

/** Fairness of a hotspot, and how long its packets wait at most; next to the computed bound. */
export const hotspotRows = (settings: NocSettings): readonly Row[] => {
  const fairness = (['2x2x3', '4x4', '8x8'] as const).flatMap((shape): readonly Row[] => {
    const found = hotspot(shape, {}, 1, settings)
    const [jain, ratio] = [
      Math.min(...found.map((one) => one.fairness.jain)),
      Math.max(...found.map((one) => one.fairness.maxToMin)),
    ]
    const given = shape === '2x2x3' ? [0.572, 12] : []
    return [
      goalRow(`hotspot, ${shape}, Jain index`, jain, '', { reference: given[0], goal: 0.99, better: 'more' }),
      goalRow(`hotspot, ${shape}, most to least`, ratio, '', { reference: given[1], goal: 1.1 }),
    ]
  })
  const slowest = (choice: NetworkChoice): number =>
    Math.max(...hotspot('2x2x3', choice, 'bimodal', settings).map(({ networkLatency }) => networkLatency.max))
  return [
    ...fairness,
    goalRow('hotspot, 1 and 34 flits, slowest', slowest({}), 'cycles', { reference: 6027, goal: 816 }),
    goalRow('hotspot, 1 and 34 flits, slowest, age', slowest(variants.age), 'cycles', { reference: 6027, goal: 450 }),
    goalRow('hotspot, 1 and 34 flits, slowest, round robin', slowest(variants.roundRobin), 'cycles', {
      reference: 6027,
    }),
    boundRow(settings),
  ]
}

/** The largest part of its bound that any pair reached, with hotspot and uniform traffic of the longest packets. */
const boundRow = (settings: NocSettings): Row => {
  const { carrier, network } = networkOf('2x2x3', {}, settings)
  const { seeds, warmUp, cycles, onProgress } = settings
  const bounds = new Map(
    latencyBounds(network, 0).map((bound) => [bound.source * carrier.modules + bound.target, bound.anyTraffic]),
  )
  const patterns = [{ kind: 'hotspot', module: 3 }, { kind: 'uniform' }] as const
  let most = 0
  for (const pattern of patterns)
    for (const seed of seeds) {
      onProgress(`slowest packets against their bounds, ${pattern.kind}`)
      const load = { pattern, lengths: [1, 34, 131], rate: 1, seed, warmUp, cycles } as const
      const { slowest } = seenIn(settings, measure(carrier, network, load))
      for (const [pair, cycles] of slowest) most = Math.max(most, cycles / (bounds.get(pair) ?? 0))
    }
  return goalRow('slowest packet, part of its bound', most, '', { goal: 1 })
}
