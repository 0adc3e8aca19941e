/** Accelerators on the golden model: 20,000 bytes, with TESSERA_LONG=1 60,000. */
import { describe } from 'vitest'
import { acceleratorSuite } from './acceptance.ts'
import { stopSuite } from './stop.ts'

const long = process.env['TESSERA_LONG'] === '1'

describe('accelerators on the model', () => {
  acceleratorSuite(undefined, { bytes: long ? 60_000 : 20_000, timeout: 120_000, which: 'all' })
  stopSuite(undefined, 60_000)
})
