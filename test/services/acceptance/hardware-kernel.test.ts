/**
 * Acceptance workloads of services section 7.4 as hardware, which need no services: A1 to A3 on the RTL and with the golden model
 * replaying every step, A10 on the RTL. All use the built-in engine: nothing is built.
 */
import { describe, expect, test } from 'vitest'
import { wasmLockstepOf, wasmRtlOf } from '../../support/generated-platforms.ts'
import { answersOf, expectedCodes } from '../conformance.ts'
import { chainSuite } from './chains.ts'
import { killSuite } from './kills.ts'
import type { Opened } from './opened.ts'
import { roundTripSuite } from './round-trips.ts'

const minutes = 60_000
const timeout = 20 * minutes

const suites = (platform: Opened): void => {
  roundTripSuite(platform, timeout, platform)
  test('A2: every vector of kernel section 2.9 gets its error code', { timeout }, async () => {
    expect(await answersOf({ platform })).toEqual(expectedCodes)
  })
  chainSuite(timeout, platform)
}

describe('on the RTL', () => {
  suites(wasmRtlOf)
  killSuite(timeout, ['a semaphore'], wasmRtlOf)
})

describe('in lockstep', () => {
  suites(wasmLockstepOf)
})
