/** Fields of messages: what a caller writes, how it travels, what a receiver reads. Source: kernel section 0.5. */
import { Malformed } from './words.ts'
import type { WordReader, WordWriter } from './words.ts'

/** How one value travels; `In` is what a sender may give, `Out` what a receiver gets. */
export interface Codec<Out, In = Out> {
  readonly write: (writer: WordWriter, value: In) => void
  readonly read: (reader: WordReader) => Out
}

export type Word = number | bigint

/** Any 64-bit word. */
export const word: Codec<bigint, Word> = {
  write: (writer, value) => writer.word(value),
  read: (reader) => reader.word(),
}

/** True if and only if the word equals 1. */
export const flag: Codec<boolean> = {
  write: (writer, value) => writer.word(value ? 1 : 0),
  read: (reader) => reader.word() === 1n,
}

/** A flag at the end of a message, which may be left out: then it is false. */
export const trailingFlag: Codec<boolean, boolean | undefined> = {
  write: (writer, value) => {
    if (value === true) writer.word(1)
  },
  read: (reader) => reader.remaining >= 8 && reader.word() === 1n,
}

/** A word that counts from 0 up to, but not including, `cases`; anything above is malformed. */
export const below = (cases: number): Codec<number> => ({
  write: (writer, value) => writer.word(value),
  read: (reader) => {
    const value = reader.word()
    if (value >= BigInt(cases)) throw new Malformed(`${value} is not below ${cases}`)
    return Number(value)
  },
})

/** A string. */
export const text: Codec<string> = {
  write: (writer, value) => writer.text(value),
  read: (reader) => reader.text(),
}

/** An optional integer: all ones when absent. */
export const optional: Codec<bigint | undefined, Word | undefined> = {
  write: (writer, value) => writer.optional(value),
  read: (reader) => reader.optional(),
}

/** Exactly `length` words; senders may give fewer, the others are 0. */
export const words = (length: number): Codec<readonly bigint[], readonly Word[]> => ({
  write: (writer, value) => {
    if (value.length > length) throw new RangeError(`${value.length} words where ${length} fit`)
    for (let index = 0; index < length; index++) writer.word(value[index] ?? 0)
  },
  read: (reader) => Array.from({ length }, () => reader.word()),
})

/** A range of selectors: `count` from `start`, of capabilities to objects or to mappings. Kernel section 0.5. */
export interface SelectorRange {
  readonly type: 'object' | 'mapping'
  readonly start: bigint
  readonly count: bigint
}

/** What a sender may give as a range: object capabilities unless it says otherwise. */
export interface SelectorRangeIn {
  readonly type?: 'object' | 'mapping'
  readonly start: Word
  readonly count: Word
}

/** A capability range descriptor: two words, `start` and `count << 1 | type`. Kernel section 0.5. */
export const selectorRange: Codec<SelectorRange, SelectorRangeIn> = {
  write: (writer, value) => {
    writer.word(value.start).word((BigInt(value.count) << 1n) | (value.type === 'mapping' ? 1n : 0n))
  },
  read: (reader) => {
    const start = reader.word()
    const rest = reader.word()
    return { type: (rest & 1n) === 1n ? 'mapping' : 'object', start, count: rest >> 1n }
  },
}
