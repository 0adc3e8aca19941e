// `simulate`: a design in the engine of one's choice.

import type { ModuleDefinition, PortRecord } from '#edsl'
import type { Engine } from '#engine'
import type { SimulateOptions, Simulator } from './simulator.ts'
import { simulateWasm } from './wasm.ts'
import { openWaveFile } from './wave-file.ts'

/** In the WebAssembly engine, at once. */
export interface WasmOptions extends SimulateOptions {
  /** @defaultValue 'wasm' */
  readonly engine?: 'wasm'
}

/** In Verilator, whose simulators take seconds to build and are kept. */
export interface VerilatorOptions extends SimulateOptions {
  readonly engine: 'verilator'
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
 * With `{ engine: 'verilator' }` the same design runs as generated Verilog, and the result is a promise: Verilator builds
 * it first, or finds it in the cache. Both engines give the same values, except what has no first value: each draws its own
 * from the seed.
 *
 * Rejects: DesignError with all mistakes of the design; EngineError for foreign Verilog, which only Verilator runs;
 * SimulationError when Verilator cannot be run.
 */
export function simulate<P extends PortRecord>(definition: ModuleDefinition<P>, options?: WasmOptions): Simulator<P>
export function simulate<P extends PortRecord>(
  definition: ModuleDefinition<P>,
  options: VerilatorOptions,
): Promise<Simulator<P>>
export function simulate<P extends PortRecord>(
  definition: ModuleDefinition<P>,
  options: WasmOptions | VerilatorOptions = {},
): Simulator<P> | Promise<Simulator<P>> {
  if (options.engine !== 'verilator') return simulateWasm(definition, options, openWaveFile)
  // What builds and loads Verilator's simulators is only loaded by those who use them.
  return import('./verilator.ts').then(({ simulateVerilator }) => simulateVerilator(definition, options))
}

/**
 * Builds a design's simulator in Verilator, or finds it in the cache, for those who move values in its memory themselves: what
 * comes back opens it as an engine, after no reset, any number of times.
 *
 * Rejects: DesignError with all mistakes of the design; SimulationError when Verilator cannot be run.
 */
export const buildVerilator = async <P extends PortRecord>(
  definition: ModuleDefinition<P>,
): Promise<(seed: number) => Engine> => {
  const { buildEngine } = await import('./verilator.ts')
  return buildEngine(definition)
}
