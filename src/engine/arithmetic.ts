/** Sums, products, comparisons and shifts of values of any width. */
import { limbBits, limbsOf, sizeOf, type Value, type ValueOperations } from './value.ts'
import type { Word } from './word.ts'
import type { WordOperations } from './word-operations.ts'

export interface Arithmetic {
  readonly add: (a: Value, b: Value) => Value
  readonly sub: (a: Value, b: Value) => Value
  readonly mul: (a: Value, b: Value) => Value
  readonly compare: (operator: Comparison, a: Value, b: Value) => Word
  readonly shift: (operator: Shift, value: Value, amount: Value) => Value
  /** Element `index` of `bits` bits; 0 behind the end. */
  readonly element: (value: Value, index: Value, bits: number) => Value
}

export type Comparison = 'lt' | 'le' | 'gt' | 'ge' | 'ltSigned' | 'leSigned' | 'gtSigned' | 'geSigned'
export type Shift = 'shiftLeft' | 'shiftRight' | 'shiftRightSigned'

/** `makeTable` gives the number of a table with these entries. */
export const createArithmetic = (
  on: WordOperations,
  values: ValueOperations,
  makeTable: (entries: readonly Word[]) => number,
): Arithmetic => {
  const one = (value: Value): Word => value.words[0] as Word
  const table = (entries: readonly Word[]): Word => on.table(makeTable(entries), entries)
  const trimmed = (bits: number, words: readonly Word[]): Value => ({
    bits,
    words: words.map((word, index) => on.low(word, limbBits(bits, index))),
  })

  const add = (a: Value, b: Value): Value => {
    let carry: Word | undefined
    const words = a.words.map((word, index) => {
      const sum = on.add(word, b.words[index] as Word)
      if (a.words.length === 1) return sum
      const over = on.resize(on.lt(sum, word), 64)
      if (carry === undefined) {
        carry = over
        return sum
      }
      const whole = on.add(sum, carry)
      carry = on.or(over, on.resize(on.lt(whole, carry), 64))
      return whole
    })
    return trimmed(a.bits, words)
  }

  const sub = (a: Value, b: Value): Value => {
    let borrow: Word | undefined
    const words = a.words.map((word, index) => {
      const other = b.words[index] as Word
      const difference = on.sub(word, other)
      if (a.words.length === 1) return difference
      const under = on.resize(on.lt(word, other), 64)
      if (borrow === undefined) {
        borrow = under
        return difference
      }
      const whole = on.sub(difference, borrow)
      borrow = on.or(under, on.resize(on.lt(difference, borrow), 64))
      return whole
    })
    return trimmed(a.bits, words)
  }

  const mul = (a: Value, b: Value): Value => {
    if (a.words.length === 1) return trimmed(a.bits, [on.mul(one(a), one(b))])
    // columns of digits of 32 bits: every sum of halves of products fits a word
    const count = Math.ceil(a.bits / 32)
    const digits = (value: Value): readonly Word[] =>
      Array.from({ length: count }, (_, index) => on.resize(one(values.slice(value, 32 * index, 32)), 64))
    const [first, second] = [digits(a), digits(b)]
    const columns: Word[][] = Array.from({ length: count + 1 }, () => [])
    first.forEach((x, i) => {
      second.forEach((y, j) => {
        if (i + j >= count) return
        const product = on.mul(x, y)
        columns[i + j]?.push(on.low(product, 32))
        columns[i + j + 1]?.push(on.shr(product, 32))
      })
    })
    let carry = on.zero(64)
    const result = columns.slice(0, count).map((column) => {
      const sum = column.reduce(on.add, carry)
      carry = on.shr(sum, 32)
      return { bits: 32, words: [on.resize(on.low(sum, 32), 32)] }
    })
    return values.resize(values.join(result), a.bits)
  }

  const compare = (operator: Comparison, a: Value, b: Value): Word => {
    const signed = operator.endsWith('Signed')
    if (operator.startsWith('g')) return compare(operator.replace('g', 'l') as Comparison, b, a)
    const orEqual = operator.startsWith('le')
    const top = a.words.length - 1
    const less = (x: Word, y: Word, index: number, equalToo: boolean): Word => {
      if (!signed || index < top) return equalToo ? on.le(x, y) : on.lt(x, y)
      const by = x.size - limbBits(a.bits, index)
      const [left, right] = [on.shl(x, by), on.shl(y, by)]
      return equalToo ? on.leSigned(left, right) : on.ltSigned(left, right)
    }
    let result = less(one(a), one(b), 0, orEqual)
    for (let index = 1; index <= top; index++) {
      const [x, y] = [a.words[index] as Word, b.words[index] as Word]
      result = on.select(on.eq(x, y), result, less(x, y, index, false))
    }
    return result
  }

  const shift = (operator: Shift, value: Value, amount: Value): Value => {
    const { bits } = value
    if (amount.words.every((word) => word.operator === 'constant')) return shiftByConstant(operator, value, amount)
    if (value.words.length > 1) return shiftWide(operator, value, amount)
    const size = sizeOf(bits)
    const most = on.constant(size, BigInt(size - 1))
    const by = on.resize(one(amount), size)
    const always = amount.bits < 32 && 2 ** amount.bits <= size
    if (operator === 'shiftRightSigned') {
      const wide = one(values.signExtend(value, size))
      const clamped = always ? by : on.select(values.below(amount, size), by, most)
      return trimmed(bits, [on.sarBy(wide, clamped)])
    }
    const shifted = operator === 'shiftLeft' ? on.shlBy(one(value), by) : on.shrBy(one(value), by)
    const result = trimmed(bits, [shifted])
    return always ? result : values.mux(values.below(amount, size), result, values.literal(bits, 0n))
  }

  const shiftByConstant = (operator: Shift, value: Value, amount: Value): Value => {
    const { bits } = value
    const total = amount.words.reduceRight((sum, word) => (sum << 64n) | word.value, 0n)
    const by = total > BigInt(bits) ? bits : Number(total)
    if (by === 0) return value
    if (operator === 'shiftRightSigned') {
      const kept = Math.max(1, bits - by)
      return values.signExtend(values.slice(value, bits - kept, kept), bits)
    }
    if (by === bits) return values.literal(bits, 0n)
    if (operator === 'shiftRight') return values.resize(values.slice(value, by, bits - by), bits)
    return values.join([values.literal(by, 0n), values.slice(value, 0, bits - by)])
  }

  /** Puts the limbs between enough zeros (or signs) and reads them from a place that the amount tells. */
  const shiftWide = (operator: Shift, value: Value, amount: Value): Value => {
    const count = value.words.length
    const total = 64 * count
    const by = values.atMost(amount, total)
    const whole = on.shl(on.shr(by, 6), 3)
    const rest = on.resize(on.low(by, 6), 64)
    const other = on.xor(rest, on.constant(64, 63n))
    const left = operator === 'shiftLeft'
    const wide = operator === 'shiftRightSigned' ? values.signExtend(value, total) : value
    const top = wide.words[count - 1] as Word
    const fill = operator === 'shiftRightSigned' ? on.sarBy(top, on.constant(64, 63n)) : on.zero(64)
    const padding = Array.from({ length: count + 1 }, () => fill)
    const limbs = table(left ? [...padding, ...wide.words] : [...wide.words, ...padding])
    const at = (index: number): Word => {
      const base = on.constant(32, BigInt(8 * index))
      return on.peek(64, 64, limbs, left ? on.sub(base, whole) : on.add(base, whole))
    }
    const words = Array.from({ length: count }, (_, index) => {
      if (left) {
        const place = count + 1 + index
        const beside = on.shrBy(on.shr(at(place - 1), 1), other)
        return on.or(on.shlBy(at(place), rest), beside)
      }
      return on.or(on.shrBy(at(index), rest), on.shlBy(on.shl(at(index + 1), 1), other))
    })
    return trimmed(value.bits, words)
  }

  const element = (value: Value, index: Value, bits: number): Value => {
    const count = Math.ceil(value.bits / bits)
    if (index.words.every((word) => word.operator === 'constant')) {
      const at = index.words.reduceRight((sum, word) => (sum << 64n) | word.value, 0n)
      return at < BigInt(count) ? values.slice(value, Number(at) * bits, bits) : values.literal(bits, 0n)
    }
    if (value.words.length === 1) {
      const place = on.mul(values.atMost(index, count), on.constant(32, BigInt(bits)))
      const most = bits * Math.min(count, 2 ** index.bits - 1)
      const size = sizeOf(value.bits)
      const shifted = on.shrBy(one(value), on.resize(place, size))
      const found =
        most < size ? shifted : on.select(on.lt(place, on.constant(32, BigInt(size))), shifted, on.zero(size))
      return values.resize({ bits: value.bits, words: [found] }, bits)
    }
    if (count <= 8) return elementOfFew(value, index, bits, count)
    if (64 % bits === 0) return elementInLimb(value, index, bits, count)
    return elementOfMany(value, index, bits, count)
  }

  const elementOfFew = (value: Value, index: Value, bits: number, count: number): Value => {
    const at = values.atMost(index, count)
    const choose = (from: number, level: number): Value => {
      if (from > count) return values.literal(bits, 0n)
      if (level < 0) return from < count ? values.slice(value, from * bits, bits) : values.literal(bits, 0n)
      const condition = on.low(on.shr(at, level), 1)
      return values.mux(condition, choose(from + 2 ** level, level - 1), choose(from, level - 1))
    }
    return choose(0, Math.ceil(Math.log2(count + 1)) - 1)
  }

  const elementInLimb = (value: Value, index: Value, bits: number, count: number): Value => {
    const limbs = table([...value.words, on.zero(64)])
    // behind the end: the limb behind the last
    const at = on.select(
      values.below(index, count),
      on.mul(on.resize(one(index), 32), on.constant(32, BigInt(bits))),
      on.constant(32, BigInt(64 * limbsOf(value.bits))),
    )
    const word = on.peek(64, 64, limbs, on.shl(on.shr(at, 6), 3))
    const shifted = bits === 64 ? word : on.shrBy(word, on.resize(on.low(at, 6), 64))
    return { bits, words: [on.resize(on.low(shifted, bits), sizeOf(bits))] }
  }

  const elementOfMany = (value: Value, index: Value, bits: number, count: number): Value => {
    const stride = limbsOf(bits)
    const elements = Array.from({ length: count }, (_, at) => values.slice(value, at * bits, bits).words)
    const entries = table([...elements, values.literal(bits, 0n).words].flat())
    const base = on.mul(values.atMost(index, count), on.constant(32, BigInt(8 * stride)))
    const words = Array.from({ length: stride }, (_, limb) =>
      on.peek(sizeOf(bits), limbBits(bits, limb), entries, on.add(base, on.constant(32, BigInt(8 * limb)))),
    )
    return { bits, words }
  }

  return { add, sub, mul, compare, shift, element }
}
