import { beforeAll, expect, test } from 'vitest'
import type { BuiltSimulation } from '#sim/build'
import { type Simulation, SimulationStopped } from '#sim/bridge'
import { buildPlayground, openPlayground, small } from './playground.ts'

let built: BuiltSimulation
beforeAll(async () => {
  built = await buildPlayground()
})

function stopOf(simulation: Simulation, act: () => unknown): SimulationStopped {
  try {
    act()
  } catch (error) {
    if (error instanceof SimulationStopped) return error
    throw error
  }
  throw new Error(`nothing stopped until cycle ${simulation.cycle}`)
}

const silent = { onOutput: () => undefined }

test('$fatal is an error with its message, instance, place and cycle', () => {
  using simulation = openPlayground(built, silent)
  small(simulation, 'enable').value = 1
  simulation.step(10)
  small(simulation, 'stop').value = 1

  const { reason } = stopOf(simulation, () => simulation.step(5))

  expect(reason).toMatchObject({ kind: 'error', cycle: 12, instance: 'playground', text: 'count is 10' })
  expect(reason.at?.file).toBe('playground.v')
  expect(simulation.cycle).toBe(12)
})

test.each([
  [2, 'finish', '$finish'],
  [3, 'stop', '$stop'],
  [4, 'error', 'data is 0'],
  [6, 'error', "'assert' failed."],
] as const)('stop %i ends a run as %s', (code, kind, text) => {
  using simulation = openPlayground(built, silent)
  small(simulation, 'stop').value = code

  const { reason } = stopOf(simulation, () => simulation.runUntil([{ port: 'busy', kind: 'level' }], 5))

  expect(reason).toMatchObject({ kind, text, cycle: 2 })
})

test('a stopped simulation stays stopped, with the first reason', () => {
  using simulation = openPlayground(built, silent)
  small(simulation, 'stop').value = 2
  const first = stopOf(simulation, () => simulation.step())
  small(simulation, 'stop').value = 0

  const second = stopOf(simulation, () => simulation.step())

  expect(second).toBe(first)
})

test('the cycle that stops has its outputs and records', () => {
  using simulation = openPlayground(built, silent)
  small(simulation, 'enable').value = 1
  simulation.step(4)
  simulation.records()
  small(simulation, 'stop').value = 1

  stopOf(simulation, () => simulation.step())

  expect(small(simulation, 'count').value).toBe(4)
  expect([...simulation.records().cycles]).toEqual([6])
})

test('what the Verilog prints goes to the simulation that printed it', () => {
  const printed: string[][] = [[], []]
  const simulations = printed.map((lines) => openPlayground(built, { onOutput: (text) => lines.push(text) }))
  small(simulations[0] as Simulation, 'stop').value = 5

  for (const simulation of simulations) simulation.step()

  expect(printed).toEqual([['hello from 0\n'], []])
  for (const simulation of simulations) simulation.close()
})
