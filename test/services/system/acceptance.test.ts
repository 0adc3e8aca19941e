/** A11 and A13 on the golden model: smaller than in services section 7.4, unless the environment has TESSERA_LONG=1. */
import { describe } from 'vitest'
import { exampleSuite, untrustedSuite } from './suites.ts'
import type { SuiteOptions } from './suites.ts'

const long = process.env['TESSERA_LONG'] === '1'
const options: SuiteOptions = {
  ...(long ? { kibibytes: 1024, commands: 100_000 } : { kibibytes: 16, commands: 1500 }),
  carriers: long ? Array.from({ length: 24 }, (_, block) => (block * 7) % 64) : [5, 12, 31],
  timeout: long ? 3_600_000 : 180_000,
}

describe('on the model', () => {
  untrustedSuite(undefined, options)
  exampleSuite(undefined, options)
})
