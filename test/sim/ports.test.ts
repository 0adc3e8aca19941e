import { beforeAll, describe, expect, test, vi } from 'vitest'
import type { BuiltSimulation } from '#sim/build'
import { openSimulation } from '#sim/bridge'
import { buildPlayground, large, openPlayground, small } from './playground.ts'

// A simulator that is not in the cache yet takes its time on a busy machine.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 })

let built: BuiltSimulation
beforeAll(async () => {
  built = await buildPlayground()
})

describe('a step', () => {
  test('shows the value that an output had during the cycle, before the edge', () => {
    using simulation = openPlayground(built)
    const count = small(simulation, 'count')
    small(simulation, 'enable').value = 1

    const seen = [1, 2, 3].map(() => {
      simulation.step()
      return count.value
    })

    expect(seen).toEqual([0, 1, 2])
  })

  test('of many cycles is the same as many steps', () => {
    using simulation = openPlayground(built)
    small(simulation, 'enable').value = 1

    simulation.step(101)

    expect(small(simulation, 'count').value).toBe(100)
    expect(simulation.cycle).toBe(103)
  })

  test('of zero cycles changes nothing', () => {
    using simulation = openPlayground(built)

    simulation.step(0)

    expect(simulation.cycle).toBe(2)
  })

  test.each([-1, 1.5, Number.NaN])('refuses %s cycles', (cycles) => {
    using simulation = openPlayground(built)

    expect(() => simulation.step(cycles)).toThrow(`SIM-0201: ${cycles} is not a number of cycles`)
  })
})

describe('a reset', () => {
  test('holds rst for the given cycles and lets go', () => {
    using simulation = openPlayground(built)
    small(simulation, 'enable').value = 1
    simulation.step(5)

    simulation.reset(1)

    simulation.step()
    expect(small(simulation, 'count').value).toBe(0)
    simulation.step()
    expect(small(simulation, 'count').value).toBe(1)
  })
})

describe('a port', () => {
  test('of 64 bits is a bigint', () => {
    using simulation = openPlayground(built)
    large(simulation, 'left').value = 0xffff_ffff_0000_0000n
    large(simulation, 'right').value = 0xffff_ffffn

    simulation.step()

    expect(large(simulation, 'sum').value).toBe(0xffff_ffff_ffff_ffffn)
  })

  test('of 300 bits is a bigint, and the same as words', () => {
    using simulation = openPlayground(built)
    const pattern = (0x5an << 292n) | 0x1234_5678_9abc_def0n
    large(simulation, 'wide__in').value = pattern

    simulation.step()

    const inverted = large(simulation, 'inverted')
    expect(inverted.value).toBe(~pattern & ((1n << 300n) - 1n))
    expect(inverted.words[0]).toBe(~0x9abc_def0 >>> 0)
    expect(small(simulation, 'low').value).toBe(0x9abc_def0)
  })

  test.each([256, -1, 0.5, Number.NaN])('of 8 bits refuses %s', (value) => {
    using simulation = openPlayground(built)

    expect(() => {
      small(simulation, 'data').value = value
    }).toThrow(`SIM-0203: ${value} is not a value of port \`data\`, which has 8 bits\nhelp: a number from 0 to 255`)
  })

  test('of 64 bits refuses what does not fit and what is no bigint', () => {
    using simulation = openPlayground(built)
    const left = large(simulation, 'left')

    expect(() => (left.value = 1n << 64n)).toThrow('18446744073709551616n is not a value of port `left`')
    expect(() => (left.value = -1n)).toThrow('-1n is not a value of port `left`')
    expect(() => (left.value = 1 as unknown as bigint)).toThrow('help: a bigint from 0 to 18446744073709551615')
  })

  test('that is an output cannot be written', () => {
    using simulation = openPlayground(built)

    expect(() => (small(simulation, 'count').value = 0)).toThrow('port `count` is an output and cannot be written')
  })

  test('with a wrong name is an error that knows the right one', () => {
    using simulation = openPlayground(built)

    expect(() => simulation.port('cuont')).toThrow(
      'SIM-0204: `playground` has no port `cuont`\nhelp: did you mean `count`?',
    )
  })
})

describe('simulations', () => {
  test('that are open at once do not see each other', () => {
    const simulations = Array.from({ length: 40 }, () => openPlayground(built))
    simulations.forEach((simulation, index) => {
      small(simulation, 'enable').value = index % 2
      simulation.step(index + 1)
    })

    const counts = simulations.map((simulation) => small(simulation, 'count').value)

    expect(counts).toEqual(simulations.map((_, index) => (index % 2 === 1 ? index : 0)))
    for (const simulation of simulations) simulation.close()
  })

  test('that are closed say so and leave their numbers to the next', () => {
    for (let round = 0; round < 200; round++) openPlayground(built).close()
    const simulation = openPlayground(built)
    const survivor = openPlayground(built)

    simulation.close()
    simulation.close()

    expect(() => simulation.step()).toThrow('SIM-0202: the simulation of `playground` is closed')
    expect(() => simulation.records()).toThrow('is closed')
    expect(() => simulation.memory('cells8')).toThrow('is closed')
    survivor.step()
    survivor.close()
  })

  test('with the same seed begin with the same registers, with another seed with others', () => {
    const first = (seed: number): number => {
      using simulation = openSimulation(built, { seed })
      simulation.step()
      return small(simulation, 'unreset').value
    }

    const values = [0, 1, 2, 3, 4].map(first)

    expect([0, 1, 2, 3, 4].map(first)).toEqual(values)
    expect(new Set(values).size).toBe(5)
  })

  test('with the same seed run the same when others run between their steps', () => {
    using alone = openSimulation(built, { seed: 9 })
    const trace = Array.from({ length: 20 }, () => (alone.step(), small(alone, 'unreset').value))

    using again = openSimulation(built, { seed: 9 })
    const traceAgain = Array.from({ length: 20 }, () => {
      using other = openSimulation(built, { seed: 10 })
      other.step()
      again.step()
      return small(again, 'unreset').value
    })

    expect(traceAgain).toEqual(trace)
  })

  test('refuse a seed that Verilator does not have', () => {
    expect(() => openSimulation(built, { seed: -1 })).toThrow('a seed is an integer from 0 to 2147483646, not -1')
  })
})
