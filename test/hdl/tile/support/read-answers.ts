/** Takes the packets that a memory tile sends apart. */
import { expect } from 'vitest'
import { bodyFlit, decode, headFlit, modes } from '#layout'
import type { Answer } from './memory-traffic.ts'

export interface Received {
  readonly answers: Answer[]
  readonly acknowledgements: Answer[]
}

const bytesOf = (word: bigint, count: number): number[] =>
  Array.from({ length: count }, (_, index) => Number((word >> BigInt(8 * index)) & 0xffn))

/** Rejects: an assertion, when a burst has not the flits that it announces, or a packet another source than `own`. */
export const readAnswers = (flits: readonly bigint[], own: number): Received => {
  const received: Received = { answers: [], acknowledgements: [] }
  for (let at = 0; at < flits.length;) {
    const head = decode(headFlit, flits[at]!)
    expect(head.sourceMod).toBe(own)
    expect(head.arq).toBe(0)
    const { mode, address } = head
    const common = { mode, target: head.targetMod, address }
    at++
    if (head.burst === 1) {
      const lines = Number(head.data0)
      const first = 15 - (head.bsel & 15)
      const last = head.bsel >> 4
      const bytes: number[] = []
      let aborted = false
      expect(lines).toBeLessThanOrEqual(33)
      for (let line = 0; line < lines; line++, at++) {
        const body = decode(bodyFlit, flits[at]!)
        expect(body.burst, 'a burst has the flits that it announces').toBe(line === lines - 1 ? 0 : 1)
        aborted ||= body.bsel === 0
        if (aborted) continue
        expect(body.bsel).toBe(0xff)
        const all = [...bytesOf(body.data0, 8), ...bytesOf(body.data1, 8)]
        bytes.push(...all.slice(line === 0 ? first : 0, line === lines - 1 ? last + 1 : 16))
      }
      received.answers.push({ ...common, bytes, aborted })
    } else if (mode === modes.TCU_ACK || mode === 0xd) {
      expect(head.bsel).toBe(0xff)
      received.acknowledgements.push({ ...common, data0: head.data0 })
    } else if (mode === modes.ERROR || head.bsel === 0 || address === registerReturn) {
      expect(head.bsel).toBe(mode === modes.READ_RSP_2 && address !== registerReturn ? 0 : 0xff)
      received.answers.push({ ...common, data0: head.data0 })
    } else {
      const lanes = Array.from({ length: 8 }, (_, lane) => lane).filter((lane) => (head.bsel >> lane) & 1)
      received.answers.push({ ...common, bytes: lanes.map((lane) => bytesOf(head.data0, 8)[lane]!), aborted: false })
    }
  }
  return received
}

/** Where the tests have registers sent, to tell them from memory. */
export const registerReturn = 0xdead_be00
