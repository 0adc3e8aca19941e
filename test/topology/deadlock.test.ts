/** T-8: which networks can deadlock. The check accepts all that are offered, and refuses those that must be. */
import { describe, expect, test } from 'vitest'
import { detours, meshSystem, moduleKinds, type Network, planNetwork } from '#topology'
import { both, faultsOf, systemOf } from './systems.ts'

const sizes = [1, 2, 3, 4, 5, 6, 7, 8]

/** Every route arrives within the diameter, and comes closer with every hop (P-22). */
const expectProgress = (network: Network): void => {
  expect(detours(network, 'graph')).toEqual([])
}

describe('accepted, with progress of every route', () => {
  test.each(sizes)('meshes of %i columns and up to 8 rows, xy and yx', (columns) => {
    for (const rows of sizes)
      for (const routing of ['xy', 'yx'] as const)
        expectProgress(planNetwork(systemOf({ kind: 'mesh', columns, rows }, { routing, classes: 4 })))
  })

  test.each(sizes)('tori of %i columns and up to 8 rows', (columns) => {
    for (const rows of sizes) expectProgress(planNetwork(systemOf({ kind: 'torus', columns, rows }, { classes: 4 })))
  })

  test('rings of up to 64 routers', () => {
    for (let routers = 1; routers <= 64; routers++) expectProgress(planNetwork(systemOf({ kind: 'ring', routers })))
  })

  test('star-meshes of 2 to 4 modules per router, and stars', () => {
    for (const perRouter of [2, 3, 4]) {
      expectProgress(planNetwork(systemOf({ kind: 'mesh', columns: 4, rows: 4 }, { perRouter, classes: 4 })))
      expectProgress(planNetwork(systemOf({ kind: 'star' }, { perRouter, classes: 4 })))
    }
  })

  test('an 8x8 mesh of cached tiles and memories with four classes, on one, two and four planes', () => {
    const system = meshSystem({ columns: 8, rows: 8, modulesPerRouter: 3, kind: 'cached' })
    const modules = system.modules.map((module, index) => ({ ...module, kind: index % 3 === 2 ? 'dram' : module.kind }))
    for (const planes of [
      [[0, 1, 2, 3]],
      [
        [0, 2],
        [1, 3],
      ],
      [[0], [1], [2], [3]],
    ] as const)
      expect(planNetwork({ ...system, modules, network: { planes } }).classes).toBe(4)
  })

  test('three classes, when a READ never waits for the cache', () => {
    const system = systemOf({ kind: 'mesh', columns: 2, rows: 2 }, { kind: 'cachedBounded' })

    expect(planNetwork(system).classes).toBe(3)
    const cached = { ...system, modules: system.modules.map((each) => ({ ...each, kind: 'cached' })) }
    const network = { ...system.network, classes: 3 as const }
    expect(faultsOf({ ...cached, network }, { unsafe: ['classes'] }).map(({ code }) => code)).toEqual(['NOC-0201'])
  })

  test('up*-down* in graphs with many circles', () => {
    const routers = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
    const channels = both('a-b', 'b-c', 'c-d', 'd-e', 'e-f', 'f-g', 'g-a', 'a-d', 'b-e', 'c-f', 'd-g', 'g-b')
    for (const root of [undefined, ...routers]) {
      const network = planNetwork(systemOf({ kind: 'custom', routers, channels, root }))
      expect(detours(network, 'route')).toEqual([])
    }
  })
})

describe('refused', () => {
  const refusal = (...system: Parameters<typeof systemOf>) => {
    const [fault, ...others] = faultsOf(systemOf(...system), { unsafe: ['classes'] })
    expect(others).toEqual([])
    expect(fault?.code).toBe('NOC-0201')
    return { message: fault?.message, fix: fault?.fix, channels: fault?.cycle?.map(({ channel }) => channel) }
  }

  test('a ring without dateline: the circle is the ring', () => {
    const { channels, fix } = refusal({ kind: 'ring', routers: 4 }, { routing: 'shortest' })

    expect(channels).toEqual([
      'r0 to clockwise (class 0, vc 0)',
      'r1 to clockwise (class 0, vc 0)',
      'r2 to clockwise (class 0, vc 0)',
      'r3 to clockwise (class 0, vc 0)',
    ])
    expect(fix).toBe("to break it, use routing 'dateline' with 2 virtual channels per class")
  })

  test('a torus without dateline', () => {
    expect(refusal({ kind: 'torus', columns: 4, rows: 3 }, { routing: 'shortest' }).channels).toHaveLength(4)
  })

  test('a mesh with all turns: the circle names routes', () => {
    const { message, fix } = refusal({ kind: 'mesh', columns: 2, rows: 2 }, { routing: 'shortest' })

    expect(message).toContain(
      'x0_y0 to east (class 0, vc 0) waits for x1_y0 to north (class 0, vc 0): a packet from m00 to m24',
    )
    expect(fix).toBe("to break it, take turns out: use routing 'xy' or 'yx'")
  })

  test('one class for requests and answers: the circle names the module', () => {
    const { message, fix } = refusal({ kind: 'mesh', columns: 2, rows: 1 }, { classes: 1 })

    expect(message).toContain('m00 (compute) takes a packet of class 0 after one of class 0: a request is answered')
    expect(fix).toContain('use 2 classes')
  })

  test('two classes with cached tiles: a refill stands behind the answer that waits for it', () => {
    const system = {
      ...systemOf({ kind: 'mesh', columns: 2, rows: 1 }, { classes: 2 }),
      modules: [
        { kind: 'cached', name: 'cpu', mod: 0x00 },
        { kind: 'memory', name: 'ram', mod: 0x20 },
      ],
    }
    const [fault] = faultsOf(system, { unsafe: ['classes'] })

    expect(fault?.cycle?.map(({ waits }) => waits).join('\n')).toContain('the received bytes may miss in the cache')
    expect(fault?.fix).toContain('use 4 classes')
  })

  test('a table with a circle', () => {
    const names = ['a', 'b', 'c']
    const clockwise = names.flatMap((router, index) =>
      names
        .filter((target) => target !== router)
        .map((target) => [`${router}/*/at_${target}`, names[(index + 1) % 3] ?? '']),
    )
    const table = Object.fromEntries(clockwise) as Record<string, string>
    const graph = { kind: 'custom', routers: names, channels: both('a-b', 'b-c', 'c-a') } as const

    const { channels, fix } = refusal({ ...graph, table })

    expect(channels).toHaveLength(3)
    expect(fix).toContain('take one of these routes away')
    // The same ways with a dateline from c to a.
    const cut = Object.fromEntries(
      Object.entries(table).map(([key, to]) => [key, key.startsWith('c/') ? `${to}:1` : to]),
    )
    expect(planNetwork(systemOf({ ...graph, table: cut }, { vcsPerClass: 2 })).lanes).toBe(2)
  })

  test('a kind of module that waits for its own class', () => {
    const relay = {
      ...(moduleKinds['compute'] ?? expect.fail()),
      waits: { 0: [{ for: 'injecting', class: 0, because: 'it hands messages on' }], 1: [], 2: [], 3: [] },
    } as const

    const [fault] = faultsOf(systemOf({ kind: 'mesh', columns: 2, rows: 1 }, { kind: 'relay' }), { kinds: { relay } })

    expect(fault?.message).toContain('m00 (relay) takes a packet of class 0 after one of class 0: it hands messages on')
    expect(fault?.fix).toContain('let m00 (relay) take packets of class 0 without waiting for class 0')
  })

  test('unless it is forced, for a simulation', () => {
    const system = systemOf({ kind: 'ring', routers: 4 }, { routing: 'shortest', classes: 1 })

    expect(planNetwork(system, { unsafe: ['classes', 'deadlock'] }).lanes).toBe(1)
    expect(faultsOf(system, { unsafe: ['deadlock'] }).map(({ code }) => code)).toEqual(['NOC-0105'])
    expect(faultsOf(system).map(({ code }) => code)).toEqual(['NOC-0105', 'NOC-0201'])
  })
})
