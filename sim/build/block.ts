// The shared block: where header words and port values live, for the shim that is generated and for the bridge.

import type { PortDescription, SimulationSource } from './source.ts'

/** Indices of the header words of the shared block (32-bit words). `cycle` is a 64-bit float and takes two. */
export const header = { cycle: 0, records: 2, recordWords: 3, ranCycles: 4, text: 5, stopKind: 6, stopLine: 7, rst: 8 }

/** 32-bit words before the first port. */
export const headerWords = 16

/** Bits of what a native step returns; zero means that all cycles ran and nothing happened. */
export const status = { fired: 1, limit: 2, recordsFull: 4, stopped: 8, text: 16, closed: 32 }

/** A port and the index of its first 32-bit word in the shared block; every port begins at an even word. */
export interface PortSlot extends PortDescription {
  readonly firstWord: number
  readonly words: number
}

/** Where everything is in the shared block. */
export interface BlockLayout {
  readonly ports: readonly PortSlot[]
  /** Index of the first word of each watched signal; every one begins at an even word. */
  readonly watched: readonly number[]
  readonly totalWords: number
}

/** Lays out the shared block of `source`. */
export function blockLayout(source: Pick<SimulationSource, 'ports' | 'watched'>): BlockLayout {
  let next = headerWords
  const ports = source.ports.map((port) => {
    const slot = { ...port, firstWord: next, words: wordsOf(port.bits) }
    next += slot.words + (slot.words % 2)
    return slot
  })
  const watched = (source.watched ?? []).map(({ bits }) => {
    const first = next
    next += 2 * Math.ceil(bits / 64)
    return first
  })
  return { ports, watched, totalWords: next }
}

/** Number of 32-bit words that hold `bits` bits. */
export function wordsOf(bits: number): number {
  return Math.ceil(bits / 32)
}
