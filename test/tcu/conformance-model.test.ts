import { createModelPlatform } from '#model'
import { describe } from 'vitest'
import { replayedPlatform } from '../support/replayed-platform.ts'
import { conformance } from './conformance.ts'

describe('the model platform, watched by the replay', () => {
  conformance((system) => replayedPlatform(createModelPlatform(system, { seed: 1 })))
})
