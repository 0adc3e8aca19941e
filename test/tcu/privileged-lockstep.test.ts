import { describe } from 'vitest'
import type { SystemDescription } from '#layout'
import { compileSystem, createLockstepPlatform } from '#sim/cosim'
import { pairSystem } from '../support/pair.ts'
import { multiplexedPair } from '../support/privileged-driver.ts'
import { privileged } from './privileged.ts'
import { resets } from './privileged/resets.ts'

describe('the generated hardware, in lockstep with the golden model', () => {
  // every test has one of two systems: they are compiled once
  const multiplexed = compileSystem(multiplexedPair())
  const plain = compileSystem(pairSystem)
  const create = (system: SystemDescription) =>
    createLockstepPlatform(system, { seed: 1, generated: system === pairSystem ? plain : multiplexed })
  privileged(create)
  resets(create)
})
