import { createModelPlatform } from '#model'
import type { SystemDescription } from '#layout'
import { describe } from 'vitest'
import { replayedPlatform } from '../support/replayed-platform.ts'
import { privileged } from './privileged.ts'
import { clocks } from './privileged/clocks.ts'
import { parts } from './privileged/parts.ts'
import { resets } from './privileged/resets.ts'

describe('the model platform, watched by the replay', () => {
  const create = (system: SystemDescription) => replayedPlatform(createModelPlatform(system, { seed: 1 }))
  privileged(create)
  parts(create)
  clocks(create)
  resets(create)
})
