import { describe, expect, test } from 'vitest'
import { defaultSystem } from '#layout'
import { placeOf, planNetwork, way } from '#hdl/noc'
import { meshOf, modAt, systemOf } from './support/systems.ts'

describe('a way through the mesh', () => {
  test('goes along x first, then along y, then to the module', () => {
    const hops = way(placeOf(modAt(0, 0, 2)), placeOf(modAt(2, 1, 1)))

    expect(hops.map(({ from, to }) => `${from} to ${to}`)).toEqual([
      'module2 to east',
      'west to east',
      'west to north',
      'south to module1',
    ])
  })

  test('is a shortest one between all modules of the largest mesh', () => {
    const { modules } = meshOf(8, 8, 1)
    const places = modules.map(({ mod }) => placeOf(mod))

    for (const source of places)
      for (const target of places) {
        const distance = Math.abs(source.x - target.x) + Math.abs(source.y - target.y)
        expect(way(source, target)).toHaveLength(distance + 1)
      }
  })

  test('to the own module goes to the router and back', () => {
    const place = placeOf(modAt(1, 1, 2))

    expect(way(place, place)).toEqual([{ at: { x: 1, y: 1 }, from: 'module2', to: 'module2' }])
  })
})

describe('a plan', () => {
  test('has the routers of the default system with the ports and turns in use', () => {
    const { routers } = planNetwork(defaultSystem)

    expect(routers.map(({ place, inputs }) => `${place.x},${place.y}: ${inputs.join(' ')}`)).toEqual([
      '0,0: east north module0',
      '1,0: west north module0',
      '0,1: east south module1 module2',
      '1,1: west south module0 module1',
    ])
  })

  test('has no turn from y to x', () => {
    for (const { turns } of planNetwork(meshOf(4, 4, 1)).routers)
      for (const from of ['north', 'south'] as const)
        for (const to of ['east', 'west'] as const) expect(turns(from, to)).toBe(false)
  })

  test('leaves out routers that no packet visits', () => {
    const { routers } = planNetwork(systemOf('corner', 3, 3, [modAt(0, 0, 0), modAt(2, 0, 0)]))

    expect(routers.map(({ place }) => place)).toEqual([
      { x: 0, y: 0 },
      { x: 1, y: 0 },
      { x: 2, y: 0 },
    ])
  })

  test('of the largest network has all of its 64 routers', () => {
    expect(planNetwork(meshOf(8, 8, 3)).routers).toHaveLength(64)
  })
})

describe('a description that does not fit together is refused, with the module and the fix', () => {
  const good = systemOf('board', 2, 2, [0x00, 0x05, 0x24], 0x05)
  const [first, host, third] = good.modules as [
    (typeof good.modules)[0],
    (typeof good.modules)[0],
    (typeof good.modules)[0],
  ]

  test.each([
    [
      'two modules with one id',
      { ...good, modules: [first, { ...third, mod: 0 }] },
      'modules m00 and m24 both have the id 0x00; give',
    ],
    [
      'a module outside of the mesh',
      { ...good, modules: [first, { ...third, mod: 0x48 }] },
      'module m24 with id 0x48 is at router (2, 2), outside of the mesh of 2 x 2; give it an id inside, or add',
    ],
    [
      'two host ports',
      { ...good, modules: [host, { ...host, name: 'other', mod: 0 }] },
      'm05 and other are both host ports',
    ],
    [
      'two modules of one name',
      { ...good, modules: [first, { ...third, name: 'm00' }] },
      'two modules have the name m00; rename',
    ],
    [
      'an id of more than 8 bits',
      { ...good, modules: [{ ...first, mod: 256 }] },
      'module m00 has the id 256; use 0x00 to 0xff',
    ],
    ['a mesh without ids', { ...good, columns: 9 }, 'a mesh of 9 x 2 routers has no ids; use 1 to 8'],
    ['the chip of the host', { ...good, chip: 0x3f }, 'chip 63 cannot be the own chip; use 0 to 62'],
    ['no modules', { ...good, modules: [] }, 'there is no module; add one'],
  ])('%s', (_, system, message) => {
    expect(() => planNetwork(system)).toThrow(`system board: ${message}`)
  })
})
