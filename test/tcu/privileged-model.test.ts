import { createModelPlatform } from '#model'
import { describe } from 'vitest'
import { replayedPlatform } from '../support/replayed-platform.ts'
import { privileged } from './privileged.ts'

describe('the model platform, watched by the replay', () => {
  privileged((system) => replayedPlatform(createModelPlatform(system, { seed: 1 })))
})
