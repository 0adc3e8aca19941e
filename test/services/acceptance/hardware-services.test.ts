/**
 * Acceptance workloads of services section 7.4 as hardware, which need services: A4 to A6 and A9 on the RTL and with the golden
 * model replaying every step, A12 on the RTL. A7 and A8 are accelerators/hardware.test.ts, with the same simulator.
 * Files and pipes have 12,000 bytes here, with TESSERA_LONG=1 256 KiB.
 */
import { beforeAll, describe } from 'vitest'
import { buildHardware, lockstepOf, rtlOf } from '../../support/generated-platforms.ts'
import { acceleratorSystem } from '../accelerators/boot.ts'
import { fileSuite } from '../m3fs/acceptance.ts'
import { crashSuite } from '../m3fs/crash.ts'
import { pipeSuite } from '../pipes/acceptance.ts'
import type { Opened } from './opened.ts'
import { scaleSuite } from './scale.ts'

const minutes = 60_000
const timeout = 20 * minutes
const long = process.env['TESSERA_LONG'] === '1'

beforeAll(() => buildHardware([acceleratorSystem]), 60 * minutes)

const suites = (platform: Opened): void => {
  const on = { platform, system: acceleratorSystem }
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
  suites(rtlOf)
  scaleSuite({ platform: rtlOf, system: acceleratorSystem }, { most: 2, rounds: 20, timeout })
})

describe('in lockstep', () => {
  suites(lockstepOf)
})
