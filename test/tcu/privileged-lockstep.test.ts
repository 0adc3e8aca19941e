import { describe } from 'vitest'
import { compileSystem, createLockstepPlatform } from '#sim/cosim'
import { multiplexedPair } from '../support/privileged-driver.ts'
import { privileged } from './privileged.ts'
import { resets } from './privileged/resets.ts'

describe('the generated hardware, in lockstep with the golden model', () => {
  // every test has the same system: it is compiled once
  const generated = compileSystem(multiplexedPair())
  privileged((system) => createLockstepPlatform(system, { seed: 1, generated }))
  resets((system) => createLockstepPlatform(system, { seed: 1, generated }))
})
