import { describe, expect, test } from 'vitest'
import { Exchange, notYet, requestAnswer } from '#sim/traffic'
import { type Carried, hardware } from '../support/noc.ts'
import { gridModules, meshSystem, type NetworkDescription, planNetwork } from '#topology'

/** Everybody sends long packets half around a circle; the cycle of the last move when they do not all arrive. */
const rush = (
  { carrier, network }: Carried,
  far: number,
): { readonly stuckAt: number; readonly faults: readonly string[] } => {
  const exchange = new Exchange({ carrier, network })
  for (let packet = 0; packet < 20; packet++)
    for (let source = 0; source < carrier.modules; source++)
      exchange.send(source, (source + far) % carrier.modules, 0, 34)
  const all = exchange.drain(1000)
  return { stuckAt: all ? notYet : exchange.lastMove, faults: exchange.faults }
}

const ring = (routing?: 'shortest'): NetworkDescription => ({
  name: 'ring_4',
  chip: 0,
  columns: 4,
  rows: 1,
  modules: gridModules(4, 1, 1),
  network: { topology: { kind: 'ring', routers: 4 }, routing, depth: 4, counters: false },
})

/** A circle whose table sends everybody round in one direction. */
const circle = (): NetworkDescription => {
  const routers = ['r0', 'r1', 'r2', 'r3']
  const next = (at: number): string => routers[(at + 1) % routers.length]!
  const modules = gridModules(4, 1, 1).map((module, index) => ({ ...module, router: routers[index]! }))
  const table = Object.fromEntries(
    routers.flatMap((router, at) =>
      modules.flatMap(({ name }, target) => (target === at ? [] : [[`${router}/*/${name}`, next(at)] as const])),
    ),
  )
  const channels = routers.map((from, at) => ({ from, to: next(at) }))
  return {
    name: 'one_way',
    chip: 0,
    modules,
    network: { topology: { kind: 'custom', routers, channels, table }, routing: 'table', depth: 4, counters: false },
  }
}

describe('networks that are refused deadlock when they are forced', () => {
  test('a ring without datelines; with them it goes on', () => {
    expect(() => planNetwork(ring('shortest'))).toThrow(/NOC-02/)

    const forced = rush(hardware(ring('shortest'), { unsafe: ['deadlock'] }), 2)
    const safe = rush(hardware(ring()), 2)

    expect(forced.stuckAt).toBeGreaterThan(0)
    expect(forced.stuckAt).toBeLessThan(1000)
    expect(safe.stuckAt).toBe(notYet)
    expect([...forced.faults, ...safe.faults]).toEqual([])
  }, 240_000)

  test('a table that leads everybody round in one direction', () => {
    expect(() => planNetwork(circle())).toThrow(/NOC-02/)

    const { stuckAt, faults } = rush(hardware(circle(), { unsafe: ['deadlock'] }), 3)

    expect(stuckAt).toBeGreaterThan(0)
    expect(stuckAt).toBeLessThan(1000)
    expect(faults).toEqual([])
  }, 240_000)

  test('requests and answers in one class; with two they go on', () => {
    const system = meshSystem({ columns: 2, rows: 2, kind: 'compute' })
    const network = { guards: { tx: 4096, rx: 0 }, counters: false }
    const one = { ...system, network: { ...network, classes: 1 as const } }
    const row = { request: 1, answer: 33, queue: 1, outstanding: 2, cycles: 10_000, seed: 1 }
    expect(() => planNetwork(one)).toThrow(/class/)

    const forced = hardware(one, { unsafe: ['classes', 'deadlock'] })
    const stuck = requestAnswer(forced.carrier, forced.network, { ...row, classes: [0, 0] })
    const safe = hardware({ ...system, network })
    const flows = requestAnswer(safe.carrier, safe.network, row)

    expect(stuck.deadlockedAt).toBeGreaterThan(0)
    expect(flows.deadlockedAt).toBeUndefined()
    expect(flows.transactions).toBeGreaterThan(500)
    expect([...stuck.faults, ...flows.faults]).toEqual([])
  }, 240_000)
})
