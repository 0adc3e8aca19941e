/** Platforms on generated hardware for test suites that power up many of them: each system is generated and built once. */
import type { SystemDescription } from '#layout'
import {
  buildSystem,
  type CompiledSystem,
  compileSystem,
  createLockstepPlatform,
  createRtlPlatform,
  type GeneratedSystem,
  generateSystem,
} from '#sim/cosim'

const generated = new Map<string, GeneratedSystem>()

const hardwareOf = (system: SystemDescription): GeneratedSystem => {
  const found = generated.get(system.name) ?? generateSystem(system)
  generated.set(system.name, found)
  return found
}

/** Builds the simulators of some systems, or takes them from the cache. */
export const buildHardware = async (systems: readonly SystemDescription[]): Promise<void> => {
  for (const system of systems) await buildSystem(hardwareOf(system))
}

/** On Verilator, with the model beside it. */
export const lockstepOf = (system: SystemDescription) =>
  createLockstepPlatform(system, { seed: 1, generated: hardwareOf(system) })

const compiled = new Map<string, CompiledSystem>()

const compiledOf = (system: SystemDescription): CompiledSystem => {
  const found = compiled.get(system.name) ?? compileSystem(system)
  compiled.set(system.name, found)
  return found
}

/** In the WebAssembly engine, for which nothing is built: the cheaper one for runs of less than some million cycles. */
export const wasmRtlOf = (system: SystemDescription) =>
  createRtlPlatform(system, { seed: 1, generated: compiledOf(system) })

/** The same with the model beside it. */
export const wasmLockstepOf = (system: SystemDescription) =>
  createLockstepPlatform(system, { seed: 1, generated: compiledOf(system) })
