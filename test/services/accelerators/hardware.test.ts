/**
 * Accelerators as hardware, alone and with the golden model replaying every step: A7 and A8 with 2,000 bytes; with TESSERA_LONG=1
 * all of the suite with 20,000. All tests share the simulator of one system, which is built once.
 */
import { beforeAll, describe } from 'vitest'
import { buildHardware, lockstepOf, rtlOf } from '../../support/generated-platforms.ts'
import { acceleratorSuite } from './acceptance.ts'
import type { SuiteOptions } from './acceptance.ts'
import { acceleratorSystem } from './boot.ts'
import { stopSuite } from './stop.ts'

const minutes = 60_000
const long = process.env['TESSERA_LONG'] === '1'
const options: SuiteOptions = { bytes: long ? 20_000 : 2000, timeout: 10 * minutes, which: long ? 'all' : 'acceptance' }

beforeAll(() => buildHardware([acceleratorSystem]), 30 * minutes)

describe('accelerators on the RTL', () => {
  acceleratorSuite(rtlOf, options)
})

describe('accelerators in lockstep', () => {
  acceleratorSuite(lockstepOf, options)
  if (long) stopSuite(lockstepOf, options.timeout)
})
