/** Platforms on generated hardware for test suites that power up many of them: each system is generated and built once. */
import type { SystemDescription } from '#layout'
import {
  buildSystem,
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

export const lockstepOf = (system: SystemDescription) =>
  createLockstepPlatform(system, { seed: 1, generated: hardwareOf(system) })

export const rtlOf = (system: SystemDescription) =>
  createRtlPlatform(system, { seed: 1, generated: hardwareOf(system) })
