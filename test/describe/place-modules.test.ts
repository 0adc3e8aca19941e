/** Modules that do not say where they are, and what a description becomes. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkDescription, DescriptionError, planSystem, type SocDescription, systemOf } from '#describe'
import { defaultSystem } from '#layout'

const mesh = (columns: number, rows: number) => ({ kind: 'mesh', columns, rows }) as const
const plan = (description: SocDescription) => planSystem(checkDescription(description))
const tiles = (count: number): SocDescription['tiles'] =>
  Array.from({ length: count }, (_, index) => ({ kind: 'compute', name: `t${index}` }))

/** The codes and places of a description's mistakes. */
const faultsOf = (description: SocDescription): readonly string[] => {
  try {
    plan(description)
    return []
  } catch (reason) {
    if (reason instanceof DescriptionError) return reason.faults.map(({ code, path }) => `${code} ${path}`)
    throw reason
  }
}

test('modules spread over the routers, and those with places keep them', () => {
  const { modules } = plan({
    name: 'spread',
    network: { topology: mesh(2, 1) },
    tiles: [
      { kind: 'compute', name: 'a' },
      { kind: 'compute', name: 'b', id: '0x00' },
      { kind: 'compute', name: 'c', router: 'x1_y0' },
    ],
    host: { name: 'host', id: 0x21 },
  })

  expect(modules.map(({ name, router, mod }) => [name, router, mod])).toEqual([
    ['a', 'x0_y0', 0x01],
    ['b', 'x0_y0', 0x00],
    ['c', 'x1_y0', 0x20],
    ['host', 'x1_y0', 0x21],
  ])
})

test('in any mesh that has room every module gets an id of its own', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }), fc.nat(), (columns, rows, some) => {
      const count = 1 + (some % (columns * rows * 3))
      const { modules, network } = plan({
        name: 'full',
        network: { topology: mesh(columns, rows) },
        tiles: tiles(count),
      })

      expect(new Set(modules.map(({ mod }) => mod)).size).toBe(count)
      const perRouter = network.routers.map(
        ({ index }) => network.modules.filter(({ router, kind }) => router === index && kind === 'compute').length,
      )
      expect(Math.max(...perRouter)).toBe(Math.ceil(count / (columns * rows)))
    }),
    { seed: 4, numRuns: 40 },
  )
})

describe('mistakes', () => {
  test.each([
    ['more modules than ids', { name: 'x', network: { topology: mesh(1, 1) }, tiles: tiles(4) }, ['NOC-0108 tiles[3]']],
    [
      'a router that is not there',
      { name: 'x', network: { topology: mesh(1, 1) }, tiles: [{ kind: 'compute', name: 'a', router: 'x9_y9' }] },
      ['NOC-0108 tiles[0].router'],
    ],
    [
      'an id of another router',
      {
        name: 'x',
        network: { topology: mesh(2, 1) },
        tiles: [{ kind: 'compute', name: 'a', router: 'x0_y0', id: 0x20 }],
      },
      ['NOC-0108 tiles[0].id'],
    ],
    [
      'an id outside',
      { name: 'x', network: { topology: mesh(2, 1) }, tiles: tiles(1), host: { name: 'h', id: 0x80 } },
      ['NOC-0108 host.id'],
    ],
    ['no module', { name: 'x', network: { topology: mesh(1, 1) }, tiles: [] }, ['NOC-0108 tiles']],
    [
      'too few classes',
      {
        name: 'x',
        network: { topology: mesh(1, 1), classes: 2 },
        tiles: [{ kind: 'cached', name: 'a' }],
        memories: [{ kind: 'dram', name: 'm' }],
      },
      ['NOC-0105 network.classes', 'NOC-0201 network.classes'],
    ],
  ] as const satisfies readonly (readonly [string, SocDescription, readonly string[]])[])(
    '%s',
    (_, description, faults) => {
      expect(faultsOf(description as SocDescription)).toEqual(faults)
    },
  )

  test('without counters a router has four modules', () => {
    expect(faultsOf({ name: 'x', network: { topology: mesh(1, 1), counters: false }, tiles: tiles(4) })).toEqual([])
  })
})

test('the default system can be described', () => {
  const system = systemOf(
    plan({
      name: 'soc_2x2',
      network: { topology: mesh(2, 2) },
      tiles: [
        { kind: 'compute', name: 'kernel', id: '0x06', role: 'kernel' },
        { kind: 'compute', name: 'user1', id: '0x25' },
        { kind: 'compute', name: 'user2', id: '0x00' },
        { kind: 'compute', name: 'user3', id: '0x20' },
      ],
      memories: [{ kind: 'memory', name: 'memory', id: '0x24' }],
      host: { name: 'host', id: '0x05' },
    }),
  )

  const { network, ...rest } = system
  expect(rest).toEqual(defaultSystem)
  expect(network?.topology).toEqual({ kind: 'mesh', columns: 2, rows: 2 })
})
