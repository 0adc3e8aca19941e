import { describe, expect, test } from 'vitest'
import { drawsOf, Exchange, requestAnswer, requestAnswerRows } from '#sim/traffic'
import { type Carried, hardware } from '../support/noc.ts'
import { gridModules, meshSystem, type NetworkDescription, planNetwork, starmesh2x2x3 } from '#topology'
import { runCachedTiles } from './support/cached-tiles.ts'

const long = process.env.TESSERA_LONG === '1'

/** Packets of all classes while the sinks of some take nothing; how many packets of each class arrived. */
const withBlocked = ({ carrier, network }: Carried, blocked: readonly number[]): readonly number[] => {
  carrier.reset()
  const draws = drawsOf(7)
  const arrived = Array.from({ length: carrier.classes }, () => 0)
  const exchange: Exchange = new Exchange({
    carrier,
    network,
    accept: (accepts) => {
      for (let stream = 0; stream < accepts.length; stream++)
        accepts[stream] = blocked.includes(stream % carrier.classes) ? 0 : 1
    },
    onDelivered: (packet) => (arrived[exchange.packets.class(packet)]! += 1),
  })
  for (let packet = 0; packet < 200; packet++)
    for (let source = 0; source < carrier.modules; source++)
      for (let messageClass = 0; messageClass < carrier.classes; messageClass++)
        exchange.send(source, draws.below(carrier.modules), messageClass, draws.happens(0.5) ? 1 : 9)
  exchange.drain(500)
  expect(exchange.faults).toEqual([])
  return arrived
}

describe.each([
  ['on one plane', [[0, 1, 2, 3]]],
  [
    'on two planes',
    [
      [0, 2],
      [1, 3],
    ],
  ],
] as const)('T-5: four classes %s', (_, planes) => {
  test('flow, whichever of the others nobody takes', () => {
    const network = hardware({
      ...meshSystem({ columns: 2, rows: 2 }),
      network: { classes: 4, planes, counters: false, guards: { tx: 4096, rx: 0 } },
    })
    const all = 200 * 4

    for (let subset = 0; subset < 16; subset++) {
      const blocked = [0, 1, 2, 3].filter((one) => ((subset >> one) & 1) === 1)
      const arrived = withBlocked(network, blocked)

      expect(arrived).toEqual([0, 1, 2, 3].map((one) => (blocked.includes(one) ? 0 : all)))
    }
  }, 240_000)
})

describe('T-5: the request and answer load that stops the reference', () => {
  test('completes in two classes, in all rows of the table', () => {
    const { carrier, network } = hardware(starmesh2x2x3)
    const cycles = long ? 200_000 : 3000

    for (const row of requestAnswerRows) {
      const { transactions, deadlockedAt, faults } = requestAnswer(carrier, network, { ...row, cycles, seed: 1 })

      expect({ row, deadlockedAt, faults }).toEqual({ row, deadlockedAt: undefined, faults: [] })
      expect(transactions).toBeGreaterThan((row.reference ?? 0) * (cycles / 200_000))
    }
  }, 600_000)
})

describe('T-6: tiles whose memory is a cache', () => {
  const modules = gridModules(2, 2, 1).map((module, index) => ({ ...module, kind: index === 3 ? 'memory' : 'cached' }))
  const system: NetworkDescription = {
    name: 'cached',
    chip: 0,
    columns: 2,
    rows: 2,
    modules,
    network: { counters: false },
  }
  const two: NetworkDescription = { ...system, network: { ...system.network, classes: 2 } }
  const load = { tiles: [0, 1, 2], memory: 3, reads: 20, seed: 1 }

  test('get four classes, and their refills pass the answers that wait for them', () => {
    const { carrier, network } = hardware(system)

    const { all, done, faults } = runCachedTiles(carrier, network, {
      ...{ ...load, in: { request: 0, response: 1, bypass: 2, refill: 3 } },
    })

    expect(network.classes).toBe(4)
    expect(faults).toEqual([])
    expect(all).toBe(true)
    expect(done).toBeGreaterThan(50)
  }, 240_000)

  test('are refused with two classes', () => {
    expect(() => planNetwork(two)).toThrow(/class/)
  })

  test('stop for ever with two: the refill stands behind the answer that waits for it', () => {
    const { carrier, network } = hardware(two, { unsafe: ['classes', 'deadlock'] })

    const { all, stuckAt, faults } = runCachedTiles(carrier, network, {
      ...{ ...load, in: { request: 0, response: 1, bypass: 0, refill: 1 } },
    })

    expect(faults).toEqual([])
    expect(all).toBe(false)
    expect(stuckAt).toBeLessThan(2000)
  }, 240_000)
})
