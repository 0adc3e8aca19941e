/**
 * Acceptance workloads of services section 7.4 as hardware, which need services: A4 to A6 and A9 on the RTL and with the golden
 * model replaying every step, A12 on the RTL. A7 and A8 are accelerators/hardware.test.ts, A11 and A13 system/hardware.test.ts.
 * All use the built-in engine: nothing is built. Files and pipes have 12,000 bytes here, with TESSERA_LONG=1 256 KiB.
 */
import { describe } from 'vitest'
import { wasmLockstepOf, wasmRtlOf } from '../../support/generated-platforms.ts'
import { fileSuite } from '../m3fs/acceptance.ts'
import { crashSuite } from '../m3fs/crash.ts'
import { pipeSuite } from '../pipes/acceptance.ts'
import type { Opened } from './opened.ts'
import { scaleSuite } from './scale.ts'
import { acceptanceSystem } from './system.ts'

const minutes = 60_000
const timeout = 20 * minutes
const long = process.env['TESSERA_LONG'] === '1'

const suites = (platform: Opened): void => {
  const on = { platform, system: acceptanceSystem }
  fileSuite({
    on,
    bytes: long ? 256 << 10 : 12_000,
    windows: [4096, 16_384],
    sizes: long ? [0, 511, 512, 1600] : [0, 512],
    places: long ? [0, 500, 2000] : [500],
    timeout,
  })
  pipeSuite({
    on,
    total: long ? 256 << 10 : 12_000,
    buffers: long ? [1024, 8192, 65_536] : [1024, 8192],
    pieces: [4096, 777],
    timeout,
  })
  crashSuite(on, timeout)
}

describe('on the RTL', () => {
  suites(wasmRtlOf)
  scaleSuite({ platform: wasmRtlOf, system: acceptanceSystem }, { most: 2, rounds: 20, timeout })
})

describe('in lockstep', () => {
  suites(wasmLockstepOf)
})
