/**
 * A11 and A13 as hardware, in the built-in engine: 2 KiB of files next to 150 random commands, and one carrier; with TESSERA_LONG=1
 * 64 KiB next to 5,000, and twelve carriers.
 */
import { describe } from 'vitest'
import { wasmRtlOf } from '../../support/generated-platforms.ts'
import { exampleSuite, untrustedSuite } from './suites.ts'
import type { SuiteOptions } from './suites.ts'

const minutes = 60_000
const long = process.env['TESSERA_LONG'] === '1'
const options: SuiteOptions = {
  ...(long ? { kibibytes: 64, commands: 5000 } : { kibibytes: 2, commands: 150 }),
  carriers: long ? Array.from({ length: 12 }, (_, block) => (block * 7) % 64) : [12],
  timeout: (long ? 120 : 20) * minutes,
}

describe('on the RTL', () => {
  untrustedSuite(wasmRtlOf, options)
  exampleSuite(wasmRtlOf, options)
})
