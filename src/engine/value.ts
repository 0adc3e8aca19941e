/** Values of any width as words: one of 32 bits up to 32 bits, else limbs of 64 bits, the lowest first. Unused upper bits are 0. */
import { ones, type Word } from './word.ts'
import type { WordOperations } from './word-operations.ts'

export interface Value {
  readonly bits: number
  readonly words: readonly Word[]
}

/** Bits of the words that a value of that width is made of. */
export const sizeOf = (bits: number): 32 | 64 => (bits <= 32 ? 32 : 64)
export const limbsOf = (bits: number): number => Math.max(1, Math.ceil(bits / 64))

/** How many bits limb `index` of a value has. */
export const limbBits = (bits: number, index: number): number => Math.min(64, bits - 64 * index)

export interface ValueOperations {
  readonly literal: (bits: number, value: bigint) => Value
  readonly load: (bits: number, place: number) => Value
  /** `bits` bits from bit `lsb` upwards; zeros above the value. */
  readonly slice: (value: Value, lsb: number, bits: number) => Value
  /** The first part is the lowest. */
  readonly join: (parts: readonly Value[]) => Value
  readonly resize: (value: Value, bits: number) => Value
  readonly signExtend: (value: Value, bits: number) => Value
  readonly mux: (condition: Word, yes: Value, no: Value) => Value
  readonly each: (a: Value, b: Value, combine: (a: Word, b: Word) => Word) => Value
  readonly not: (value: Value) => Value
  readonly any: (value: Value) => Word
  readonly all: (value: Value) => Word
  readonly parity: (value: Value) => Word
  readonly equal: (a: Value, b: Value) => Word
  /** The value as a word of 32 bits when it is below `limit`, else `limit`. */
  readonly atMost: (value: Value, limit: number) => Word
  readonly below: (value: Value, limit: number) => Word
  readonly fromWord: (word: Word) => Value
}

export const createValueOperations = (on: WordOperations): ValueOperations => {
  const literal = (bits: number, value: bigint): Value => {
    const size = sizeOf(bits)
    const words = Array.from({ length: limbsOf(bits) }, (_, index) =>
      on.constant(size, (value >> BigInt(64 * index)) & ones(limbBits(bits, index))),
    )
    return { bits, words }
  }

  const load = (bits: number, place: number): Value => {
    const size = sizeOf(bits)
    const words = Array.from({ length: limbsOf(bits) }, (_, index) =>
      on.load(size, limbBits(bits, index), place, index),
    )
    return { bits, words }
  }

  /** At most 64 bits at any place, as a word of 64 bits unless the value has fewer. */
  const part = ({ words }: Value, lsb: number, bits: number): Word => {
    const [first] = words
    if (first === undefined) throw new Error('a value without words')
    if (first.size === 32) return on.low(on.shr(first, Math.min(lsb, 32)), bits)
    const offset = lsb % 64
    const lower = words[Math.floor(lsb / 64)]
    const upper = words[Math.floor(lsb / 64) + 1]
    if (lower === undefined) return on.zero(64)
    const shifted = on.low(on.shr(lower, offset), bits)
    if (offset + bits <= 64 || upper === undefined) return shifted
    return on.or(shifted, on.shl(on.low(upper, offset + bits - 64), 64 - offset))
  }

  const slice = (value: Value, lsb: number, bits: number): Value => {
    if (lsb === 0 && bits === value.bits) return value
    const size = sizeOf(bits)
    const words = Array.from({ length: limbsOf(bits) }, (_, index) =>
      on.resize(part(value, lsb + 64 * index, limbBits(bits, index)), size),
    )
    return { bits, words }
  }

  const join = (parts: readonly Value[]): Value => {
    const bits = parts.reduce((sum, part) => sum + part.bits, 0)
    const size = sizeOf(bits)
    const words = Array.from({ length: limbsOf(bits) }, () => on.zero(size))
    const put = (index: number, word: Word): void => {
      const held = words[index]
      if (held !== undefined) words[index] = on.or(held, word)
    }
    let at = 0
    for (const value of parts) {
      value.words.forEach((word, index) => {
        const place = at + 64 * index
        const offset = size === 32 ? place : place % 64
        const limb = size === 32 ? 0 : Math.floor(place / 64)
        const wide = on.resize(word, size)
        put(limb, on.shl(wide, offset))
        if (offset + limbBits(value.bits, index) > size) put(limb + 1, on.shr(wide, size - offset))
      })
      at += value.bits
    }
    return { bits, words }
  }

  const resize = (value: Value, bits: number): Value => slice(value, 0, bits)

  const signExtend = (value: Value, bits: number): Value => {
    if (bits === value.bits) return value
    const own = value.bits
    const extended = (word: Word, size: 32 | 64, from: number): Word => {
      const by = size - from
      return by === 0
        ? on.resize(word, size)
        : on.sarBy(on.shl(on.resize(word, size), by), on.constant(size, BigInt(by)))
    }
    const [only] = value.words
    if (bits <= 64 && only !== undefined) {
      const size = sizeOf(bits)
      return { bits, words: [on.low(extended(only, size, own), bits)] }
    }
    const top = limbsOf(own) - 1
    const sign = on.resize(slice(value, own - 1, 1).words[0] as Word, 64)
    const fill = on.sub(on.zero(64), sign)
    const words = Array.from({ length: limbsOf(bits) }, (_, index) => {
      const word = value.words[index]
      const made =
        word === undefined || index > top ? fill : index < top ? word : extended(word, 64, limbBits(own, index))
      return on.low(made, limbBits(bits, index))
    })
    return { bits, words }
  }

  const each = (a: Value, b: Value, combine: (a: Word, b: Word) => Word): Value => ({
    bits: a.bits,
    words: a.words.map((word, index) => combine(word, b.words[index] as Word)),
  })

  const mux = (condition: Word, yes: Value, no: Value): Value =>
    each(yes, no, (first, second) => on.select(condition, first, second))

  const not = (value: Value): Value => {
    const [only] = value.words
    if (value.bits === 1 && only !== undefined) return { bits: 1, words: [on.flip(only)] }
    return each(value, literal(value.bits, ones(value.bits)), on.xor)
  }

  const conjunction = (words: readonly Word[]): Word => words.reduce(on.and)
  const any = ({ words }: Value): Word => {
    const whole = words.reduce(on.or)
    return on.ne(whole, on.zero(whole.size))
  }
  const all = ({ bits, words }: Value): Word =>
    conjunction(words.map((word, index) => on.eq(word, on.constant(word.size, ones(limbBits(bits, index))))))
  const parity = ({ words }: Value): Word => on.parity(words.reduce(on.xor))

  const equal = (a: Value, b: Value): Word => {
    if (a.words.length === 1) return on.eq(a.words[0] as Word, b.words[0] as Word)
    const words = each(a, b, on.xor).words
    return on.eq(words.reduce(on.or), on.zero(64))
  }

  const below = ({ words }: Value, limit: number): Word => {
    const [first, ...rest] = words
    if (first === undefined) throw new Error('a value without words')
    const inRange = on.lt(first, on.constant(first.size, BigInt(limit)))
    if (rest.length === 0) return inRange
    return on.and(inRange, on.eq(rest.reduce(on.or), on.zero(64)))
  }
  const atMost = (value: Value, limit: number): Word => {
    const word = on.resize(value.words[0] as Word, 32)
    return on.select(below(value, limit), word, on.constant(32, BigInt(limit)))
  }

  const fromWord = (word: Word): Value => ({ bits: 1, words: [word] })

  return {
    literal,
    load,
    slice,
    join,
    resize,
    signExtend,
    mux,
    each,
    not,
    any,
    all,
    parity,
    equal,
    atMost,
    below,
    fromWord,
  }
}
