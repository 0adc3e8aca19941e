import { describe } from 'vitest'
import type { SystemDescription } from '#layout'
import { type CompiledSystem, compileSystem, createLockstepPlatform } from '#sim/cosim'
import { privileged } from './privileged.ts'

const compiled = new Map<string, CompiledSystem>()
const hardwareOf = (system: SystemDescription): CompiledSystem => {
  const key = JSON.stringify(system)
  const found = compiled.get(key) ?? compileSystem(system)
  compiled.set(key, found)
  return found
}

describe('the generated hardware, in lockstep with the golden model', () => {
  privileged((system) => createLockstepPlatform(system, { seed: 1, generated: hardwareOf(system) }))
})
