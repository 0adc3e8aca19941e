import { describe, expect, test } from 'vitest'
import { Exchange, type Lengths, measure, type Pattern } from '#sim/traffic'
import { type Carried, hardware, timedModel } from '../support/noc.ts'
import {
  gridModules,
  latencyBounds,
  meshSystem,
  type NetworkChoice,
  type NetworkDescription,
  starmesh2x2x3,
  zeroLoadCycles,
} from '#topology'

/** Fewer cycles than the benchmark: it is about changes, not about the last per cent. */
const short = { warmUp: 500, cycles: 3000, seed: 1, messageClass: 0 } as const
const full = { rate: 1, ...short } as const
const uniform: Pattern = { kind: 'uniform' }

const pairsThatDiffer = ({ carrier, network }: Carried): readonly string[] => {
  const found: string[] = []
  const exchange = new Exchange({ carrier, network })
  for (let source = 0; source < carrier.modules; source++)
    for (let target = 0; target < carrier.modules; target++) {
      const packet = exchange.send(source, target, 0, 1)
      exchange.drain(100)
      const cycles = exchange.packets.delivered(packet) - exchange.packets.front(packet)
      const expected = zeroLoadCycles(network, source, target)
      if (cycles !== expected) found.push(`${source} to ${target}: ${cycles} instead of ${expected}`)
    }
  return found
}

const reference = hardware(starmesh2x2x3)

const accepted = (carried: Carried, pattern: Pattern, lengths: Lengths): number =>
  measure(carried.carrier, carried.network, { pattern, lengths, ...full }).accepted

describe('T-9: an idle network', () => {
  test('delivers k + 1 cycles after the module offered the flit, over k routers', () => {
    reference.carrier.reset()

    expect(pairsThatDiffer(reference)).toEqual([])
    expect(
      Math.max(
        ...reference.network.modules.slice(0, 12).map(({ index }) => zeroLoadCycles(reference.network, 0, index)),
      ),
    ).toBe(4)
  })

  test('takes 32 cycles more for 33 flits, and a flit per cycle in a stream of packets', () => {
    const { carrier, network } = reference
    carrier.reset()
    const exchange = new Exchange({ carrier, network })
    const long = exchange.send(0, 1, 0, 33)
    exchange.drain(100)
    for (let packet = 0; packet < 100; packet++) exchange.send(0, 11, 0, 1)
    exchange.drain(100)

    expect(exchange.packets.delivered(long) - exchange.packets.front(long)).toBe(34)
    expect(exchange.packets.delivered(100) - exchange.packets.delivered(1)).toBe(99)
  })
})

describe('T-9: a busy network', () => {
  // What the network reached when this was written, less 3 %.
  test.each([
    ['uniform traffic of single flits', uniform, 1, 0.45],
    ['uniform traffic of 33 flits', uniform, 33, 0.4],
    ['the opposite corner', { kind: 'bitComplement' }, 1, 0.333],
    ['the next module', { kind: 'nextModule' }, 1, 0.999],
    ['a hotspot', { kind: 'hotspot', module: 3 }, 1, 0.0833],
  ] as const)('accepts of %s what it did', (_, pattern, lengths, least) => {
    expect(accepted(reference, pattern, lengths)).toBeGreaterThan(0.97 * least)
  })

  test('serves all sources of a hotspot alike', () => {
    const { carrier, network } = reference

    const { fairness } = measure(carrier, network, { pattern: { kind: 'hotspot', module: 3 }, lengths: 1, ...full })

    expect(fairness.jain).toBeGreaterThan(0.99)
    expect(fairness.maxToMin).toBeLessThan(1.1)
  })

  test.each([{ kind: 'hotspot', module: 3 }, uniform] as const)('is never slower than its bound: %j', (pattern) => {
    const { carrier, network } = reference
    const bounds = new Map(latencyBounds(network, 0).map((one) => [one.source * carrier.modules + one.target, one]))

    const { slowest } = measure(carrier, network, { pattern, lengths: [1, 34, 131], ...full })

    expect(slowest.size).toBeGreaterThan(10)
    for (const [pair, cycles] of slowest) {
      const { anyTraffic, oneTarget } = bounds.get(pair)!
      expect(cycles).toBeLessThanOrEqual(anyTraffic)
      if (pattern.kind === 'hotspot') expect(cycles).toBeLessThanOrEqual(oneTarget ?? Infinity)
    }
  })
})

describe('the timed model', () => {
  const mesh = (choice: NetworkChoice): NetworkDescription => ({
    ...meshSystem({ columns: 2, rows: 2 }),
    network: { counters: false, ...choice },
  })
  const ring: NetworkDescription = {
    ...{ name: 'ring_4', chip: 0, columns: 4, rows: 1, modules: gridModules(4, 1, 1) },
    network: { topology: { kind: 'ring', routers: 4 }, counters: false },
  }

  test.each<readonly [string, NetworkDescription]>([
    ['with one cycle per router', mesh({})],
    ['with two cycles per router', mesh({ pipeline: 'two' })],
    ['with long links', mesh({ linkStages: 2 })],
    ['with two virtual channels and rounds', mesh({ vcsPerClass: 2, depth: 4, rounds: 2 })],
    ['of a ring', ring],
  ])(
    'is as fast as the hardware %s, and saturates within 10 per cent',
    (_, system) => {
      const [model, rtl] = [timedModel(system), hardware(system)]

      expect(pairsThatDiffer(model)).toEqual([])
      expect(pairsThatDiffer(rtl)).toEqual([])
      for (const lengths of [1, 9]) {
        const [modelled, real] = [accepted(model, uniform, lengths), accepted(rtl, uniform, lengths)]
        expect(Math.abs(modelled / real - 1)).toBeLessThan(0.1)
      }
    },
    240_000,
  )
})
