/** Wrong parameters and combinations: each is told with its place and a fix, all at once. */
import { describe, expect, test } from 'vitest'
import { meshSystem, NetworkError, type NetworkDescription, planNetwork } from '#topology'
import { both, faultsOf, systemOf } from './systems.ts'

const mesh = { kind: 'mesh', columns: 2, rows: 2 } as const
const graph = { kind: 'custom', routers: ['a', 'b'], channels: both('a-b') } as const
const withModules = (modules: NetworkDescription['modules']): NetworkDescription => ({ ...systemOf(mesh), modules })
const cpu = { kind: 'compute', name: 'cpu', mod: 0 }

const cases: readonly (readonly [
  title: string,
  system: NetworkDescription,
  code: string,
  path: string,
  fix: string,
])[] = [
  [
    'a dateline with one virtual channel',
    systemOf({ kind: 'ring', routers: 4 }, { vcsPerClass: 1 }),
    'NOC-0103',
    'network.vcsPerClass',
    'use 2 or 4',
  ],
  [
    'a dateline with three',
    systemOf({ kind: 'torus', columns: 2, rows: 2 }, { vcsPerClass: 3 }),
    'NOC-0103',
    'network.vcsPerClass',
    'use 2 or 4',
  ],
  [
    'two modules with one id',
    withModules([cpu, { ...cpu, name: 'other' }]),
    'NOC-0107',
    'modules[1].mod',
    'give one of them another id',
  ],
  [
    'two modules with one name',
    withModules([cpu, { ...cpu, mod: 1 }]),
    'NOC-0107',
    'modules[1].name',
    'rename one of them',
  ],
  ['an id of more than 8 bits', withModules([{ ...cpu, mod: 256 }]), 'NOC-0107', 'modules[0].mod', 'use 0x00 to 0xff'],
  [
    'a class without a plane',
    systemOf(mesh, { planes: [[0]] }),
    'NOC-0104',
    'network.planes',
    'add 1 to one of the planes',
  ],
  [
    'a class on two planes',
    systemOf(mesh, { planes: [[0, 1], [1]] }),
    'NOC-0104',
    'network.planes',
    'leave 1 in one of them',
  ],
  ['a plane without a class', systemOf(mesh, { planes: [[0, 1], []] }), 'NOC-0104', 'network.planes[1]', 'take it out'],
  [
    'a plane with a class that is not there',
    systemOf(mesh, { planes: [[0, 1, 2]] }),
    'NOC-0104',
    'network.planes[0]',
    'use classes 0 to 1',
  ],
  [
    'too little depth for full rate',
    systemOf(mesh, { fullRate: true, depth: 4, linkStages: 3, pipeline: 'two' }),
    'NOC-0106',
    'network.depth',
    'use a depth of 10 or more',
  ],
  [
    'a module outside of the mesh',
    withModules([{ ...cpu, mod: 0x60 }]),
    'NOC-0108',
    'modules[0].mod',
    'add columns or rows',
  ],
  [
    'a module behind the last router of a ring',
    { ...systemOf({ kind: 'ring', routers: 3 }), modules: [{ ...cpu, mod: 0x60 }] },
    'NOC-0108',
    'modules[0].mod',
    'add routers',
  ],
  [
    'a module without a router',
    { ...systemOf(graph), modules: [cpu] },
    'NOC-0108',
    'modules[0].router',
    'give it one of a, b',
  ],
  ['no module', withModules([]), 'NOC-0108', 'modules', 'add one'],
  [
    'two hosts',
    withModules([
      { ...cpu, kind: 'host' },
      { kind: 'host', name: 'host2', mod: 1 },
    ]),
    'NOC-0109',
    'modules[1].kind',
    'take one of them out',
  ],
  ["the host's chip as the own one", { ...systemOf(mesh), chip: 0x3f }, 'NOC-0109', 'chip', 'use 0 to 62'],
  [
    'a kind that nobody declared',
    withModules([{ ...cpu, kind: 'dsp' }]),
    'NOC-0110',
    'modules[0].kind',
    'use one of compute,',
  ],
  [
    'an unguarded module that may refuse',
    { ...withModules([{ ...cpu, kind: 'dram' }]), network: { topology: mesh, guards: { tx: 4096, rx: 0 } } },
    'NOC-0113',
    'network.guards.rx',
    'give a number of cycles',
  ],
  [
    'fewer classes than the modules need',
    systemOf(mesh, { kind: 'cached', classes: 2 }),
    'NOC-0105',
    'network.classes',
    'use 4 classes',
  ],
  [
    'a routing of another topology',
    systemOf(mesh, { routing: 'dateline' }),
    'NOC-0102',
    'network.routing',
    'use one of "xy", "yx"',
  ],
  [
    'a table routing without a table',
    systemOf(graph, { routing: 'table' }),
    'NOC-0102',
    'network.topology.table',
    'add `table`',
  ],
  [
    'a table beside up*-down*',
    systemOf({ ...graph, table: {} }, { routing: 'upDown' }),
    'NOC-0102',
    'network.routing',
    "use routing 'table'",
  ],
  [
    'nine columns',
    systemOf({ kind: 'mesh', columns: 9, rows: 1 }),
    'NOC-0101',
    'network.topology.columns',
    'from 1 to 8',
  ],
  [
    '65 routers in a ring',
    systemOf({ kind: 'ring', routers: 65 }),
    'NOC-0101',
    'network.topology.routers',
    'from 1 to 64',
  ],
  ['depth 1', systemOf(mesh, { depth: 1 }), 'NOC-0101', 'network.depth', 'from 2 to 64'],
  ['five virtual channels', systemOf(mesh, { vcsPerClass: 5 }), 'NOC-0101', 'network.vcsPerClass', 'from 1 to 4'],
  ['three phits', systemOf(mesh, { phits: 3 as 4 }), 'NOC-0101', 'network.phits', 'use one of 1, 2, 4, 8'],
  ['nine stages', systemOf(mesh, { linkStages: 9 }), 'NOC-0101', 'network.linkStages', 'from 0 to 8'],
  [
    'levels for too few classes',
    systemOf(mesh, { arbitration: 'priority', priority: { levels: [0], bound: 4 } }),
    'NOC-0101',
    'network.priority.levels',
    'one level per class',
  ],
  [
    'a bound of 0',
    systemOf(mesh, { priority: { levels: [0, 1], bound: 0 } }),
    'NOC-0101',
    'network.priority.bound',
    'from 1 to',
  ],
  [
    'a rate above a flit per cycle',
    systemOf(mesh, { rateLimit: { flits: 257, burst: 1 } }),
    'NOC-0101',
    'network.rateLimit.flits',
    'from 1 to 256',
  ],
  [
    'a router named like a port',
    systemOf({ ...graph, routers: ['a', 'module1'], channels: [] }),
    'NOC-0112',
    'network.topology.routers[1]',
    'use small letters',
  ],
  [
    'two routers of one name',
    systemOf({ ...graph, routers: ['a', 'b', 'a'] }),
    'NOC-0112',
    'network.topology.routers[2]',
    'rename one of them',
  ],
  [
    'a channel to nowhere',
    systemOf({ ...graph, channels: both('a-c') }),
    'NOC-0112',
    'network.topology.channels[0]',
    'use one of a, b',
  ],
  [
    'a channel to itself',
    systemOf({ ...graph, channels: [{ from: 'a', to: 'a' }, ...both('a-b')] }),
    'NOC-0112',
    'network.topology.channels[0]',
    'take it out',
  ],
  [
    'a channel twice',
    systemOf({ ...graph, channels: [...both('a-b'), { from: 'a', to: 'b' }] }),
    'NOC-0112',
    'network.topology.channels[2]',
    'take one out',
  ],
  [
    'a root that is no router',
    systemOf({ ...graph, root: 'c' }),
    'NOC-0112',
    'network.topology.root',
    'use one of a, b',
  ],
  [
    'an entry for an unknown module',
    systemOf({ ...graph, table: { 'a/*/nobody': 'b' } }),
    'NOC-0112',
    'network.topology.table["a/*/nobody"]',
    'use the name of a module',
  ],
  [
    'an entry to no channel',
    systemOf({ ...graph, table: { 'a/*/at_b': 'c' } }),
    'NOC-0112',
    'network.topology.table["a/*/at_b"]',
    'use one of b',
  ],
  [
    'an entry from no input',
    systemOf({ ...graph, table: { 'a/north/at_b': 'b' } }),
    'NOC-0112',
    'network.topology.table["a/north/at_b"]',
    'use one of b, module0, *',
  ],
  [
    'an entry for a local module',
    systemOf({ ...graph, table: { 'a/*/at_a': 'b' } }),
    'NOC-0112',
    'network.topology.table["a/*/at_a"]',
    'take it out',
  ],
  [
    'a table with a gap',
    systemOf({ ...graph, table: { 'a/*/at_b': 'b' } }),
    'NOC-0111',
    'network.topology',
    'add a channel or an entry',
  ],
  ['a graph in two parts', systemOf({ ...graph, channels: [] }), 'NOC-0111', 'network.topology', 'add a channel'],
]

test.each(cases)('%s', (_, system, code, path, fix) => {
  const found = faultsOf(system).find((fault) => fault.code === code && fault.path === path)

  expect(found?.fix).toContain(fix)
})

test('a table whose packets walk in a circle', () => {
  const table = { 'a/*/at_c': 'b', 'b/*/at_c': 'a', 'c/*/at_a': 'a', 'c/*/at_b': 'a', 'a/*/at_b': 'b', 'b/*/at_a': 'a' }
  const system = systemOf({
    kind: 'custom',
    routers: ['a', 'b', 'c'],
    channels: [...both('a-b'), ...both('a-c')],
    table,
  })

  expect(faultsOf(system).map(({ code, message }) => [code, message])).toContainEqual([
    'NOC-0111',
    'a packet from at_a to at_c walks in a circle through router b',
  ])
})

test('a kind whose declaration lacks a class', () => {
  const kinds = { dsp: { summary: 'x', waits: { 0: [] } as never, needs: 2, sinks: 'bounded' } } as const

  expect(faultsOf(systemOf(mesh, { kind: 'dsp' }), { kinds })[0]).toMatchObject({
    code: 'NOC-0110',
    fix: 'add `waits[1]` to the kind, empty if it waits for nothing',
  })
})

describe('the error', () => {
  test('has all mistakes, with the name of the system', () => {
    const system = meshSystem({ columns: 2, rows: 2, network: { depth: 1, phits: 3 as 4 } })

    expect(() => planNetwork(system)).toThrow(NetworkError)
    expect(() => planNetwork(system)).toThrow(
      'system mesh_2x2x1: depth is 1; give a whole number from 2 to 64 [NOC-0101]\n' +
        'system mesh_2x2x1: phits is 3; use one of 1, 2, 4, 8 [NOC-0101]',
    )
  })
})
