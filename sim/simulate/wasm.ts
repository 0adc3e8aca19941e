// Simulates designs in the WebAssembly engine: in Node as well as in a browser.

import { type ModuleDefinition, type PortRecord, elaborate } from '#edsl'
import { type CompiledDesign, compileWasm, openWasm } from '#engine'
import type { Design } from '#ir'
import { OpenSimulator, type SimulatorParts } from './open-simulator.ts'
import { handOut } from './opened.ts'
import { checkedSeed } from './seed.ts'
import type { SimulateOptions, Simulator } from './simulator.ts'

interface Compiled {
  readonly design: Design
  readonly compiled: CompiledDesign
}

// Property tests open the same definition hundreds of times.
const known = new WeakMap<object, Map<string, Compiled>>()

const compiledOf = (definition: ModuleDefinition, watch: 'ports' | 'named'): Compiled => {
  const made = known.get(definition) ?? new Map<string, Compiled>()
  known.set(definition, made)
  const before = made.get(watch)
  if (before !== undefined) return before
  const design = elaborate(definition)
  const result = { design, compiled: compileWasm(design, { watch }) }
  made.set(watch, result)
  return result
}

/** Opens a design in the WebAssembly engine; `openWave` is there where there are files. */
export const simulateWasm = <P extends PortRecord>(
  definition: ModuleDefinition<P>,
  options: SimulateOptions,
  openWave?: SimulatorParts<P>['openWave'],
): Simulator<P> => {
  const seed = checkedSeed(options.seed)
  const watch = options.watch === 'ports' ? 'ports' : 'named'
  const { design, compiled } = compiledOf(definition as unknown as ModuleDefinition, watch)
  const engine = openWasm(compiled, { seed })
  const { ports } = definition
  const more = openWave === undefined ? {} : { openWave }
  return handOut(new OpenSimulator({ ports, design, engine, options, ...more }))
}

/**
 * Opens a design in a simulator, after its reset:
 *
 * ```ts
 * using sim = simulate(counter(8))
 *
 * sim.io.enable.value = 1
 * sim.step(3)
 *
 * expect(sim.io.count.value).toBe(3)
 * ```
 *
 * Rejects: DesignError with all mistakes of the design; EngineError for foreign Verilog, which only Verilator runs.
 */
export const simulate = <P extends PortRecord>(
  definition: ModuleDefinition<P>,
  options: Omit<SimulateOptions, 'wave'> = {},
): Simulator<P> => simulateWasm(definition, options)

// A running design
export type { Agent, ClockEdge, RecordedSignals, SimulateOptions, Simulator, UntilOptions } from './simulator.ts'
export type { ClockTimes } from './clocks.ts'
export type { MemoryWords } from './memory-words.ts'
export type { ProbeRecord } from './records.ts'

// Ports
export type { AnyHandle, Handles, InputHandle, OutputHandle, StreamInput, StreamOutput } from './handle-types.ts'

// Streams
export { pump } from './pump.ts'
export type { PumpInputs, PumpOutputs, PumpSettings } from './pump.ts'

// When something is wrong
export { AssertionFailed, SimulateError } from './error.ts'
export type { SimulateProblem, Violation } from './error.ts'
