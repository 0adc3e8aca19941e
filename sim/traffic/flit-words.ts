// Flits as words of 32 bits: the loops of a traffic run have no time for bigints. NoC sections 2.2 and 2.3.

import { modes } from '#layout'
import { flitWords } from './carrier.ts'

/** What the head of a packet says. */
export interface HeadWords {
  readonly burst: boolean
  readonly sourceMod: number
  readonly sourceChip: number
  readonly targetMod: number
  readonly targetChip: number
  readonly mode: number
  readonly address: number
  /** data0[31:0] and data0[63:32]. */
  readonly low: number
  readonly high: number
}

/** The mode with which packets of any length travel in a class: writes in classes 0 and 2, their answers in 1 and 3. */
export const modeOfClass: readonly number[] = [
  modes.WRITE_POSTED,
  modes.READ_RSP,
  modes.WRITE_POSTED_2,
  modes.READ_RSP_2,
]

const burstBit = 1 << 9
const allLanes = 0xff

/** Writes a head to `words`, from `at` on. */
export const putHead = (words: Uint32Array, at: number, head: HeadWords): void => {
  words[at] = head.low
  words[at + 1] = head.high
  words[at + 2] = head.address
  words[at + 3] =
    (head.sourceMod << 24) | (head.sourceChip << 18) | (head.targetMod << 10) | (head.targetChip << 4) | head.mode
  words[at + 4] = (head.burst ? burstBit : 0) | allLanes
}

/** Writes a continuation flit: 16 bytes in four words. */
export const putBody = (words: Uint32Array, at: number, isTail: boolean, line: readonly number[]): void => {
  for (let word = 0; word < flitWords - 1; word++) words[at + word] = line[word] ?? 0
  words[at + 4] = (isTail ? 0 : burstBit) | allLanes
}

/** Whether more flits of the packet follow. */
export const burstAt = (words: Uint32Array, at: number): boolean => (words[at + 4]! & burstBit) !== 0

/** The head at a place. */
export const headAt = (words: Uint32Array, at: number): HeadWords => {
  const ids = words[at + 3]!
  return {
    burst: burstAt(words, at),
    sourceMod: ids >>> 24,
    sourceChip: (ids >>> 18) & 0x3f,
    targetMod: (ids >>> 10) & 0xff,
    targetChip: (ids >>> 4) & 0x3f,
    mode: ids & 0xf,
    address: words[at + 2]!,
    low: words[at]!,
    high: words[at + 1]!,
  }
}
