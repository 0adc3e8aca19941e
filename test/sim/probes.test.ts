import { beforeAll, describe, expect, test, vi } from 'vitest'
import { type BuiltSimulation, build } from '#sim/build'
import { type Records, openSimulation } from '#sim/bridge'
import { buildPlayground, openPlayground, playgroundSource, small } from './playground.ts'

// A simulator that is not in the cache yet takes its time on a busy machine.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 })

let built: BuiltSimulation
beforeAll(async () => {
  built = await buildPlayground()
})

const names = playgroundSource.probes.map(({ name }) => name)

function listed(records: Records): readonly string[] {
  return Array.from({ length: records.length }, (_, index) => {
    return `${records.cycles[index]} ${names[records.probes[index] as number]} ${records.value(index).toString(16)}`
  })
}

describe('records', () => {
  test('come in the order of cycles, then of the probes in the description', () => {
    using simulation = openPlayground(built)
    small(simulation, 'enable').value = 0b101
    small(simulation, 'data').value = 7

    simulation.step(2)

    expect(listed(simulation.records())).toEqual([
      '2 lane2.commit 9',
      '2 lane0.commit 7',
      '2 lane0.tick 0',
      '3 lane2.commit 109',
      '3 lane0.commit 107',
      '3 lane0.trail 123456789abcdef0120107ff',
      '3 lane2.trail 123456789abcdef0120109ff',
      '3 lane0.tick 0',
    ])
  })

  test('have as many words as their probe, without the valid bit', () => {
    using simulation = openPlayground(built)
    small(simulation, 'enable').value = 1
    small(simulation, 'data').value = 7
    simulation.step(2)

    const records = simulation.records()

    const words = Array.from({ length: records.length }, (_, index) => records.wordsOf(index).length)
    expect(listed(records).map((line) => line.split(' ')[1])).toEqual([
      'lane0.commit',
      'lane0.tick',
      'lane0.commit',
      'lane0.trail',
      'lane0.tick',
    ])
    expect(words).toEqual([1, 0, 1, 3, 0])
  })

  test('are handed out once', () => {
    using simulation = openPlayground(built)
    small(simulation, 'enable').value = 1
    simulation.step(3)
    simulation.records()

    const rest = simulation.records()

    expect(rest.length).toBe(0)
    expect(() => rest.wordsOf(0)).toThrow('there is no record 0, there are 0')
  })

  test.each([1, 10, 100])('are all there when only %i fit into the buffer', (recordCapacity) => {
    using roomy = openPlayground(built)
    using tight = openSimulation(built, { recordCapacity })
    tight.reset()
    for (const simulation of [roomy, tight]) {
      small(simulation, 'enable').value = 0b111
      small(simulation, 'data').value = 6
      simulation.step(300)
      simulation.runUntil([{ port: 'count', kind: 'level', value: 0x90n }], 1000)
    }

    const all = listed(tight.records())

    expect(tight.cycle).toBe(roomy.cycle)
    expect(all).toEqual(listed(roomy.records()))
    expect(all.length).toBeGreaterThan(1500)
  })
})

describe('a probe', () => {
  const described = playgroundSource.probes[0]
  if (described === undefined) throw new Error('the design has no probes')

  test('on a wire that is not there is an error when the simulator is opened', async () => {
    const wrong = await build({ ...playgroundSource, probes: [{ ...described, wire: 'comit' }] }).catch(String)

    // Verilator refuses it where it can, so that it never comes to opening.
    expect(typeof wrong === 'string' ? wrong : String(opened(wrong))).toMatch(/comit/)
  })

  test('with a wrong width says both widths', async () => {
    const wrong = await build({ ...playgroundSource, probes: [{ ...described, bits: 18 }] })

    expect(opened(wrong)).toBe(
      'SimulationError: SIM-0209: probe `lane2.commit`: `commit` in instance `lane2` has 17 bits, 18 in the description',
    )
  })

  function opened(simulation: BuiltSimulation): string {
    try {
      openSimulation(simulation).close()
      return 'opened'
    } catch (error) {
      return String(error)
    }
  }
})
