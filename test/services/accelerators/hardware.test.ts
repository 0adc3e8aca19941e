/**
 * Accelerators as hardware, alone and with the golden model replaying every step: A7 and A8 with 2,000 bytes on the system of the
 * acceptance workloads; with TESSERA_LONG=1 all of the suite with 20,000, on the one with all accelerators.
 */
import { describe } from 'vitest'
import { wasmLockstepOf, wasmRtlOf } from '../../support/generated-platforms.ts'
import { acceptanceSystem } from '../acceptance/system.ts'
import { acceleratorSuite } from './acceptance.ts'
import type { SuiteOptions } from './acceptance.ts'
import { stopSuite } from './stop.ts'

const minutes = 60_000
const long = process.env['TESSERA_LONG'] === '1'
const options: SuiteOptions = long
  ? { bytes: 20_000, timeout: 60 * minutes, which: 'all' }
  : { bytes: 2000, timeout: 20 * minutes, which: 'acceptance', system: acceptanceSystem }

describe('accelerators on the RTL', () => {
  acceleratorSuite(wasmRtlOf, options)
})

describe('accelerators in lockstep', () => {
  acceleratorSuite(wasmLockstepOf, options)
  if (long) stopSuite(wasmLockstepOf, options.timeout)
})
