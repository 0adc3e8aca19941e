/** Networks as graphs: which routers and ports there are, and where packets go. */
import { describe, expect, test } from 'vitest'
import { meshSystem, modAt, type Network, pathOf, planNetwork, starmesh2x2x3 } from '#topology'
import { both, systemOf } from './systems.ts'

/** The way between two modules as text: `x0_y0 east`. */
const way = (network: Network, source: string, target: string): readonly string[] => {
  const index = (name: string): number => network.modules.findIndex((module) => module.name === name)
  return (pathOf(network, index(source), index(target)) ?? []).map(
    ({ router, output, to }) =>
      `${network.routers[router]?.name} ${network.routers[router]?.outputs[output]?.name}${to === 1 ? ' in lane 1' : ''}`,
  )
}

describe('the reference system', () => {
  const network = planNetwork(starmesh2x2x3)

  test('has the ids of its table', () => {
    expect(network.modules.slice(0, 12).map(({ mod }) => mod)).toEqual([
      ...[0x04, 0x05, 0x06, 0x24, 0x25, 0x26, 0x00, 0x01, 0x02, 0x20, 0x21, 0x22],
    ])
    expect(network.routers.map(({ registers }) => registers)).toEqual([0x03, 0x23, 0x07, 0x27])
  })

  test('has four routers, each with two neighbours and three modules', () => {
    expect(network.routers.map(({ name, outputs }) => [name, ...outputs.map((port) => port.name)])).toEqual([
      ['x0_y0', 'east', 'north', 'module0', 'module1', 'module2', 'module3'],
      ['x1_y0', 'west', 'north', 'module0', 'module1', 'module2', 'module3'],
      ['x0_y1', 'east', 'south', 'module0', 'module1', 'module2', 'module3'],
      ['x1_y1', 'west', 'south', 'module0', 'module1', 'module2', 'module3'],
    ])
  })

  test('sends packets along x first, to the own router and back for the own module', () => {
    expect(way(network, 'pm0', 'pm6')).toEqual(['x0_y1 east', 'x1_y1 south', 'x1_y0 module0'])
    expect(way(network, 'pm0', 'pm0')).toEqual(['x0_y1 module2'])
  })

  test('weighs an input by the modules whose packets come through it, and registers not at all', () => {
    const [router] = network.routers
    const output = router?.outputs.findIndex(({ name }) => name === 'module0') ?? -1

    expect(router?.inputs.map(({ name }, input) => [name, network.weight(0, input, output)])).toEqual([
      ['east', 3],
      ['north', 6],
      ['module0', 1],
      ['module1', 1],
      ['module2', 1],
      ['module3', 1],
    ])
  })

  test('has no turn from y to x', () => {
    const [router] = network.routers
    const north = router?.inputs.findIndex(({ name }) => name === 'north') ?? -1
    const east = router?.outputs.findIndex(({ name }) => name === 'east') ?? -1

    expect(network.turns(0, north, east)).toBe(false)
    expect(network.turns(0, router?.inputs.findIndex(({ name }) => name === 'module0') ?? -1, east)).toBe(true)
  })

  test('sends packets for the host to the Ethernet module', () => {
    expect(network.gateways).toEqual(new Map([[0x3f, 1]]))
  })

  test('needs two classes, on one plane with one virtual channel each', () => {
    expect(network.classes).toBe(2)
    expect(network.planes).toEqual([{ index: 0, classes: [0, 1], vcs: 2 }])
  })
})

test('every channel has the same two ends, seen from either', () => {
  for (const network of [
    planNetwork(meshSystem({ columns: 3, rows: 4, modulesPerRouter: 2 })),
    planNetwork(systemOf({ kind: 'torus', columns: 3, rows: 2 })),
    planNetwork(systemOf({ kind: 'ring', routers: 5 })),
  ])
    for (const { index, outputs } of network.routers)
      for (const [port, { peer, stages }] of outputs.entries())
        if (peer.kind === 'router')
          expect(network.routers[peer.router]?.inputs[peer.port]).toMatchObject({
            stages,
            peer: { kind: 'router', router: index, port },
          })
        else expect(network.modules[peer.module]).toMatchObject({ router: index, ejection: port })
})

test('yx goes along y first', () => {
  const network = planNetwork(systemOf({ kind: 'mesh', columns: 2, rows: 2 }, { routing: 'yx' }))

  expect(way(network, 'm00', 'm24')).toEqual(['x0_y0 north', 'x0_y1 east', 'x1_y1 module0'])
})

test('a ring takes the shorter way, ties clockwise, and lane 1 from the channel that closes it', () => {
  const network = planNetwork(systemOf({ kind: 'ring', routers: 4 }))

  expect(way(network, 'm00', 'm60')).toEqual(['r0 counterclockwise in lane 1', 'r3 module0 in lane 1'])
  expect(way(network, 'm00', 'm40')).toEqual(['r0 clockwise', 'r1 clockwise', 'r2 module0'])
  expect(way(network, 'm60', 'm20')).toEqual([
    'r3 clockwise in lane 1',
    'r0 clockwise in lane 1',
    'r1 module0 in lane 1',
  ])
  expect(network.lanes).toBe(2)
  expect(network.planes).toEqual([{ index: 0, classes: [0, 1], vcs: 4 }])
})

test('a torus has a dateline in each direction, and a packet that turns begins in lane 0', () => {
  const network = planNetwork(systemOf({ kind: 'torus', columns: 4, rows: 4 }))
  const name = (x: number, y: number): string => `m${modAt(x, y, 0).toString(16).padStart(2, '0')}`

  expect(way(network, name(3, 3), name(0, 0))).toEqual([
    'x3_y3 east in lane 1',
    'x0_y3 north in lane 1',
    'x0_y0 module0 in lane 1',
  ])
  expect(way(network, name(3, 0), name(0, 1))).toEqual(['x3_y0 east in lane 1', 'x0_y0 north', 'x0_y1 module0'])
})

test('a star has one router, and its modules any ids', () => {
  const network = planNetwork({
    name: 'star',
    chip: 0,
    modules: [
      { kind: 'compute', name: 'a', mod: 0x81 },
      { kind: 'memory', name: 'b', mod: 0x13 },
    ],
    network: { topology: { kind: 'star' } },
  })

  expect(network.routers.map(({ outputs }) => outputs.map(({ name }) => name))).toEqual([
    ['module0', 'module1', 'registers'],
  ])
})

test('up*-down* finds ways in any graph, and never goes up after down', () => {
  // The circle a-b-c-d would deadlock; its root is a, so no packet passes c from b to d.
  const channels = both('a-b', 'b-c', 'c-d', 'd-a')
  const network = planNetwork(systemOf({ kind: 'custom', routers: ['a', 'b', 'c', 'd'], channels, root: 'a' }))

  expect(way(network, 'at_b', 'at_d')).toEqual(['b a', 'a d', 'd module0'])
  expect(way(network, 'at_c', 'at_a')).toEqual(['c b', 'b a', 'a module0'])
})

test('a table says the ways of a graph, for one input or for all', () => {
  const table = {
    'a/*/at_c': 'b',
    'b/*/at_c': 'c',
    'b/*/at_a': 'a',
    'c/module0/at_a': 'b',
    'a/*/at_b': 'b',
    'c/*/at_b': 'b',
  }
  const network = planNetwork(
    systemOf({
      kind: 'custom',
      routers: ['a', 'b', 'c'],
      channels: both('a-b', 'b-c'),
      table: { ...table, 'b/*/at_c': 'c' },
    }),
  )

  expect(way(network, 'at_a', 'at_c')).toEqual(['a b', 'b c', 'c module0'])
  expect(way(network, 'at_c', 'at_a')).toEqual(['c b', 'b a', 'a module0'])
})

test('routers without packets, and ports without packets, are not there', () => {
  const modules = [
    { kind: 'compute', name: 'a', mod: modAt(0, 0, 0) },
    { kind: 'memory', name: 'b', mod: modAt(2, 0, 0) },
  ]
  const network = planNetwork({ name: 'row', chip: 0, columns: 3, rows: 2, modules, network: { counters: false } })

  expect(network.routers.map(({ name, outputs }) => [name, ...outputs.map((port) => port.name)])).toEqual([
    ['x0_y0', 'east', 'module0'],
    ['x1_y0', 'east', 'west'],
    ['x2_y0', 'west', 'module0'],
  ])
})

test('a router whose fourth id is taken has no registers', () => {
  const network = planNetwork(meshSystem({ columns: 2, rows: 1, modulesPerRouter: 4 }))

  expect(network.routers.map(({ registers }) => registers)).toEqual([undefined, undefined])
  expect(network.modules).toHaveLength(8)
})
