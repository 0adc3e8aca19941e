/** Bounds on latency: sums along the way for packets to one target, and never exceeded by the timed model. */
import { describe, expect, test } from 'vitest'
import { measure, modelCarrier } from '#sim/traffic'
import {
  latencyBounds,
  meshSystem,
  type Network,
  type NetworkChoice,
  pathOf,
  planNetwork,
  starmesh2x2x3,
} from '#topology'
import { systemOf } from './systems.ts'

const starmesh = (network: NetworkChoice): Network =>
  planNetwork({
    ...starmesh2x2x3,
    modules: starmesh2x2x3.modules.map((each) => ({ ...each, kind: 'traffic' })),
    network: { classes: 1, ...network },
  })

/** The bound of every pair, by `source * modules + target`. */
const boundsOf = (network: Network, of: 'oneTarget' | 'anyTraffic') =>
  new Map(
    latencyBounds(network, 0, { pause: 0 }).map((each) => [
      each.source * network.modules.length + each.target,
      each[of] ?? expect.fail(),
    ]),
  )

/** Pairs of a measurement that took longer than their bound, and the closest one: measured / bound. */
const compare = (slowest: ReadonlyMap<number, number>, bounds: ReadonlyMap<number, number>) => {
  const shares = [...slowest].map(([pair, cycles]) => cycles / (bounds.get(pair) ?? 0))
  return { exceeded: shares.filter((share) => share > 1).length, pairs: shares.length, closest: Math.max(...shares) }
}

describe('a hotspot with packets of 1 and 34 flits, every source always ready', () => {
  const load = {
    pattern: { kind: 'hotspot', module: 0 },
    lengths: 'bimodal',
    rate: 1,
    seed: 7,
    cycles: 30_000,
  } as const

  test.each(['roundRobin', 'sourceWeighted', 'age'] as const)(
    '%s stays below the bound of one target',
    (arbitration) => {
      const network = starmesh({ arbitration, longestPacket: 34 })
      const { slowest } = measure(modelCarrier(network), network, load)

      expect(compare(slowest, boundsOf(network, 'oneTarget'))).toMatchObject({ exceeded: 0, pairs: 11 })
    },
  )

  test('with shares by sources the bound is within four times of what happens', () => {
    const network = starmesh({ longestPacket: 34 })
    const { slowest } = measure(modelCarrier(network), network, load)

    expect(compare(slowest, boundsOf(network, 'oneTarget')).closest).toBeGreaterThan(0.25)
  })
})

test.each(['roundRobin', 'sourceWeighted', 'age', 'priority'] as const)(
  '%s: no traffic exceeds the bound of any',
  (arbitration) => {
    const network = planNetwork(meshSystem({ columns: 3, rows: 2, network: { arbitration, longestPacket: 34 } }))
    const bounds = boundsOf(network, 'anyTraffic')
    for (const pattern of [{ kind: 'uniform' }, { kind: 'hotspot', module: 2, probability: 0.5 }] as const) {
      const { slowest } = measure(modelCarrier(network), network, {
        pattern,
        lengths: 'bimodal',
        rate: 1,
        seed: 3,
        cycles: 8000,
      })
      expect(compare(slowest, bounds).exceeded).toBe(0)
    }
  },
)

describe('the bound of one target', () => {
  const largest = (choice: NetworkChoice): number => Math.max(...boundsOf(starmesh(choice), 'oneTarget').values())

  test('of the oldest first is a sum: twice as long packets take at most twice as long', () => {
    const [short, long] = [64, 128].map((longestPacket) => largest({ longestPacket, arbitration: 'age' }))

    expect(long).toBeGreaterThan(short ?? 0)
    expect(long).toBeLessThan(2 * (short ?? 0))
  })

  test('grows with what may stand in front', () => {
    expect(largest({ depth: 16 })).toBeGreaterThan(largest({ depth: 8 }))
  })

  test('is below the bound of any traffic, and above an idle network', () => {
    for (const { zeroLoad, oneTarget, anyTraffic } of latencyBounds(starmesh({}), 0)) {
      expect(oneTarget).toBeGreaterThan(zeroLoad)
      expect(anyTraffic).toBeGreaterThan(oneTarget ?? Infinity)
    }
  })

  test('is not there without full rate', () => {
    const network = starmesh({ depth: 2, linkStages: 4 })

    expect(latencyBounds(network, 0)[0]?.oneTarget).toBeUndefined()
  })
})

test('there is no bound when a module may stop for ever', () => {
  expect(latencyBounds(starmesh({ guards: { tx: 0, rx: 65_536 } }), 0)[0]?.anyTraffic).toBe(Infinity)
})

test('there is no bound in a network with a circle', () => {
  const forced = planNetwork(systemOf({ kind: 'ring', routers: 4 }, { routing: 'shortest' }), { unsafe: ['deadlock'] })

  expect(() => latencyBounds(forced, 0)).toThrow('the routes of class 0 close a circle')
})

test('every pair with a way has a bound, in every class', () => {
  const network = planNetwork(systemOf({ kind: 'torus', columns: 3, rows: 3 }, { kind: 'cached' }))
  const pairs = network.modules.flatMap((source) =>
    network.modules.filter((target) => pathOf(network, source.index, target.index)),
  ).length

  for (const each of [0, 1, 2, 3] as const) expect(latencyBounds(network, each)).toHaveLength(pairs)
})
