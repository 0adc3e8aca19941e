/** The conformance tests of the TCU: any platform passes them, as its programs see nothing but tiles. TCU 9 and 10. */
import { describe } from 'vitest'
import type { CreatePlatform } from './conformance/bench.ts'
import { deviations } from './conformance/deviations.ts'
import { external } from './conformance/external.ts'
import { memory } from './conformance/memory.ts'
import { messages } from './conformance/messages.ts'
import { walkThroughs } from './conformance/walk-throughs.ts'

export type { CreatePlatform } from './conformance/bench.ts'

/** Declares all conformance tests for the platforms that `createPlatform` powers up. */
export const conformance = (createPlatform: CreatePlatform): void => {
  describe('walk-throughs', () => {
    walkThroughs(createPlatform)
  })
  describe('messages', () => {
    messages(createPlatform)
  })
  describe('memory', () => {
    memory(createPlatform)
  })
  describe('external interface', () => {
    external(createPlatform)
  })
  describe('required deviations', () => {
    deviations(createPlatform)
  })
}
