import { beforeAll, expect, test, vi } from 'vitest'
import { type BuiltSimulation, type SimulationSource, build } from '#sim/build'
import { type Simulation, SimulationStopped, openSimulation } from '#sim/bridge'
import { buildPlayground, openPlayground, small } from './playground.ts'

// A simulator that is not in the cache yet takes its time on a busy machine.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 })

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

const restless: SimulationSource = {
  top: 'restless',
  files: [
    {
      name: 'restless.v',
      text: `
/* verilator lint_off UNOPTFLAT */
module restless(input clk, input rst, input go, input [1:0] address, output [23:0] answer, output out);
  wire loop = go ^ loop;
  assign out = loop;
  reg [23:0] cells [0:3];
  always @(posedge clk) cells[address] <= {answer[22:0], rst};
  assign answer = cells[address];
endmodule
`,
    },
  ],
  ports: [
    { name: 'go', direction: 'input', bits: 1 },
    { name: 'address', direction: 'input', bits: 2 },
    { name: 'answer', direction: 'output', bits: 24 },
    { name: 'out', direction: 'output', bits: 1 },
  ],
  probes: [],
  memories: [{ name: 'cells', path: '', module: 'restless', variable: 'cells', depth: 4, bits: 24 }],
}

test('a loop that never settles is an error, and the process goes on', async () => {
  using simulation = openSimulation(await build(restless))
  simulation.step(3)
  small(simulation, 'go').value = 1

  const { reason } = stopOf(simulation, () => simulation.step())

  expect(reason).toMatchObject({ kind: 'internal', cycle: 3 })
  expect(reason.text).toContain('did not converge')
})

test('a memory whose elements have gaps has no view', async () => {
  using simulation = openSimulation(await build(restless))

  expect(() => simulation.memory('cells')).toThrow('SIM-0208: memory `cells` has elements of 24 bits')
})
