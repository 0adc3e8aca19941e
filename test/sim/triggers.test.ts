import { beforeAll, describe, expect, test, vi } from 'vitest'
import type { BuiltSimulation } from '#sim/build'
import { buildPlayground, large, openPlayground, small } from './playground.ts'

// A simulator that is not in the cache yet takes its time on a busy machine.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 })

let built: BuiltSimulation
beforeAll(async () => {
  built = await buildPlayground()
})

describe('a run', () => {
  test('ends after the cycle in which a level is reached', () => {
    using simulation = openPlayground(built)
    small(simulation, 'enable').value = 1

    const result = simulation.runUntil([{ port: 'count', kind: 'level', value: 50n }], 1000)

    expect(result).toEqual({ reason: 'trigger', cycle: 52, fired: [0] })
    expect(simulation.cycle).toBe(53)
    expect(small(simulation, 'count').value).toBe(50)
  })

  test('ends at once when the level is there already', () => {
    using simulation = openPlayground(built)

    const result = simulation.runUntil([{ port: 'count', kind: 'level', value: 0n }], 1000)

    expect(result).toEqual({ reason: 'trigger', cycle: 2, fired: [0] })
  })

  test('ends at the limit when nothing fires', () => {
    using simulation = openPlayground(built)

    const result = simulation.runUntil([{ port: 'count', kind: 'change' }], 7)

    expect(result).toEqual({ reason: 'limit', cycle: 8, fired: [] })
  })

  test.each([0, -1, Number.NaN])('refuses a limit of %s cycles', (limit) => {
    using simulation = openPlayground(built)

    expect(() => simulation.runUntil([], limit)).toThrow(`${limit} is not a number of cycles`)
  })

  test('names all triggers that fire in the same cycle', () => {
    using simulation = openPlayground(built)
    small(simulation, 'enable').value = 1
    const many = Array.from({ length: 40 }, (_, index) => {
      return { port: 'count', kind: 'level', value: BigInt(index % 20) + 5n } as const
    })

    const result = simulation.runUntil(many, 100)

    expect(result).toEqual({ reason: 'trigger', cycle: 7, fired: [0, 20] })
  })
})

describe('a trigger', () => {
  test('on a rising port fires in the first cycle of each high phase', () => {
    using simulation = openPlayground(built)
    small(simulation, 'enable').value = 1
    const rising = simulation.prepare([{ port: 'busy', kind: 'rising' }])

    const cycles = [1, 2, 3].map(() => simulation.runUntil(rising, 100).cycle)

    expect(cycles).toEqual([4, 8, 12])
  })

  test('on a falling port fires in the first cycle of each low phase', () => {
    using simulation = openPlayground(built)
    small(simulation, 'enable').value = 1
    const falling = simulation.prepare([{ port: 'busy', kind: 'falling' }])

    const cycles = [1, 2].map(() => simulation.runUntil(falling, 100).cycle)

    expect(cycles).toEqual([6, 10])
  })

  test('sees an edge between the last cycle of a step and the first of a run', () => {
    using simulation = openPlayground(built)
    small(simulation, 'enable').value = 1
    simulation.step(2)

    const result = simulation.runUntil([{ port: 'busy', kind: 'rising' }], 100)

    expect(result.cycle).toBe(4)
  })

  test('looks only at the bits under its mask', () => {
    using simulation = openPlayground(built)
    small(simulation, 'enable').value = 1

    const result = simulation.runUntil([{ port: 'count', kind: 'change', mask: 0xf0n }], 100)

    expect(result.cycle).toBe(18)
  })

  test('watches a port of 300 bits', () => {
    using simulation = openPlayground(built)
    const wanted = 1n << 299n
    const set = simulation.prepare([{ port: 'inverted', kind: 'falling', mask: wanted }])
    simulation.step()

    const before = simulation.runUntil(set, 3)
    large(simulation, 'wide__in').value = wanted
    const after = simulation.runUntil(set, 3)

    expect([before.reason, after.reason]).toEqual(['limit', 'trigger'])
  })

  test('that is disabled does not end a run until it is enabled again', () => {
    using simulation = openPlayground(built)
    small(simulation, 'enable').value = 1
    const set = simulation.prepare([
      { port: 'count', kind: 'level', value: 3n },
      { port: 'count', kind: 'level', value: 5n },
    ])
    set.disable(0)

    const first = simulation.runUntil(set, 100)
    set.enable(0)
    const second = simulation.runUntil(set, 300)

    expect([first.fired, first.cycle]).toEqual([[1], 7])
    expect([second.fired, second.cycle]).toEqual([[0], 261])
    expect([set.fired(0), set.fired(1)]).toEqual([true, false])
  })

  test('can be given another value', () => {
    using simulation = openPlayground(built)
    small(simulation, 'enable').value = 1
    const set = simulation.prepare([{ port: 'count', kind: 'level', value: 3n }])
    simulation.runUntil(set, 100)

    set.retarget(0, { value: 9n })
    simulation.runUntil(set, 100)

    expect(small(simulation, 'count').value).toBe(9)
  })

  test('on a port that is no output says what there is', () => {
    using simulation = openPlayground(built)

    expect(() => simulation.prepare([{ port: 'data', kind: 'level' }])).toThrow(
      'watches outputs, and `data` is an input',
    )
    expect(() => simulation.prepare([{ port: 'bussy', kind: 'level' }])).toThrow('did you mean `busy`?')
  })

  test('that compares bits which the port does not have is refused', () => {
    using simulation = openPlayground(built)

    expect(() => simulation.prepare([{ port: 'busy', kind: 'level', value: 2n }])).toThrow('SIM-0205')
  })
})
