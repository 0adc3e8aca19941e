/**
 * Accelerators as hardware, alone and with the golden model replaying every step: 3,000 bytes, with TESSERA_LONG=1 20,000. All
 * tests share the simulator of one system, which is built once.
 */
import { beforeAll, describe } from 'vitest'
import { buildHardware, lockstepOf, rtlOf } from '../../support/generated-platforms.ts'
import { acceleratorSuite } from './acceptance.ts'
import { acceleratorSystem } from './boot.ts'

const minutes = 60_000
const options = { bytes: process.env['TESSERA_LONG'] === '1' ? 20_000 : 3000, timeout: 10 * minutes }

beforeAll(() => buildHardware([acceleratorSystem]), 30 * minutes)

describe('accelerators on the RTL', () => {
  acceleratorSuite(rtlOf, options)
})

describe('accelerators in lockstep', () => {
  acceleratorSuite(lockstepOf, options)
})
