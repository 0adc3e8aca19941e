/**
 * Acceptance workloads of services section 7.4 on the model: A1, A3 to A6, A9, A10 and A12. A2 is conformance.test.ts, A7 and A8
 * are accelerators/acceptance.test.ts, A11 and A13 are system/acceptance.test.ts.
 * Smaller than there, unless the environment has TESSERA_LONG=1: then files and pipes have 2 MiB.
 */
import { describe } from 'vitest'
import { createModelPlatform } from '../../../src/model/index.ts'
import { fileSuite } from '../m3fs/acceptance.ts'
import { crashSuite } from '../m3fs/crash.ts'
import { pipeSuite } from '../pipes/acceptance.ts'
import { chainSuite } from './chains.ts'
import { killSuite, waysToWait } from './kills.ts'
import type { Opened } from './opened.ts'
import { roundTripSuite } from './round-trips.ts'
import { scaleSuite } from './scale.ts'

const minutes = 60_000
const long = process.env['TESSERA_LONG'] === '1'
const model: Opened = (system) => createModelPlatform(system, { seed: 1 })

describe('on the model', () => {
  roundTripSuite(model, minutes)
  chainSuite(minutes)
  fileSuite({
    on: {},
    bytes: long ? 2 << 20 : 100_000,
    windows: [4096, 65_536],
    sizes: long ? [0, 1, 511, 512, 513, 1600] : [0, 511, 512, 1600],
    places: long ? [0, 500, 512, 2000] : [0, 500, 2000],
    timeout: 5 * minutes,
  })
  pipeSuite({
    on: {},
    total: long ? 2 << 20 : 40_000,
    buffers: long ? [1024, 2048, 4096, 8192, 16_384, 65_536] : [1024, 8192, 65_536],
    pieces: [4096, 777, 1],
    timeout: (long ? 60 : 3) * minutes,
  })
  crashSuite({}, 3 * minutes)
  killSuite(minutes, waysToWait)
  scaleSuite({ platform: model }, { most: 3, rounds: long ? 1000 : 50, timeout: 3 * minutes })
})
