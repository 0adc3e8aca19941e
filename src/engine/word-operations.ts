/** Operations on words, with constants folded, masks left out where nothing is to be masked, and packing undone. */
import { createWordPool, ones, type Word, type WordPool } from './word.ts'

/** Operands have the size of the result, unless a comment says something else. */
export interface WordOperations extends WordPool {
  readonly zero: (size: 32 | 64) => Word
  readonly load: (size: 32 | 64, bits: number, place: number, limb: number) => Word
  readonly fetch: (size: 32 | 64, bits: number, memory: number, limb: number, address: Word) => Word
  readonly table: (place: number, entries: readonly Word[]) => Word
  readonly peek: (size: 32 | 64, bits: number, table: Word, address: Word) => Word
  readonly add: (a: Word, b: Word) => Word
  readonly sub: (a: Word, b: Word) => Word
  readonly mul: (a: Word, b: Word) => Word
  readonly and: (a: Word, b: Word) => Word
  readonly or: (a: Word, b: Word) => Word
  readonly xor: (a: Word, b: Word) => Word
  /** The lowest `bits` bits. */
  readonly low: (a: Word, bits: number) => Word
  readonly shl: (a: Word, by: number) => Word
  readonly shr: (a: Word, by: number) => Word
  readonly shlBy: (a: Word, by: Word) => Word
  readonly shrBy: (a: Word, by: Word) => Word
  readonly sarBy: (a: Word, by: Word) => Word
  /** Results of comparisons have 32 bits: 0 or 1. */
  readonly eq: (a: Word, b: Word) => Word
  readonly ne: (a: Word, b: Word) => Word
  readonly lt: (a: Word, b: Word) => Word
  readonly le: (a: Word, b: Word) => Word
  readonly ltSigned: (a: Word, b: Word) => Word
  readonly leSigned: (a: Word, b: Word) => Word
  /** `condition` has 32 bits, 0 or 1. */
  readonly select: (condition: Word, yes: Word, no: Word) => Word
  /** A condition the other way round. */
  readonly flip: (a: Word) => Word
  readonly parity: (a: Word) => Word
  /** The same number in a word of that size; upper bits are lost when it is smaller. */
  readonly resize: (a: Word, size: 32 | 64) => Word
}

type Pair = 'add' | 'sub' | 'mul' | 'and' | 'or' | 'xor'
type Comparison = 'eq' | 'ne' | 'lt' | 'le' | 'ltSigned' | 'leSigned'

/** n when the value is 2**n. */
const exponentOf = (value: bigint): number | undefined =>
  (value & (value - 1n)) === 0n ? value.toString(2).length - 1 : undefined

export const createWordOperations = (): WordOperations => {
  const pool = createWordPool()
  const { intern, constant } = pool
  const isConstant = (word: Word): boolean => word.operator === 'constant'
  const is = (word: Word, value: bigint): boolean => word.operator === 'constant' && word.value === value
  const zero = (size: 32 | 64): Word => constant(size, 0n)
  const bit = (holds: boolean): Word => constant(32, holds ? 1n : 0n)

  const pair = (operator: Pair, first: Word, second: Word, bits: number): Word => {
    const size = first.size
    const swap = operator !== 'sub' && (isConstant(first) || (!isConstant(second) && first.id > second.id))
    const [a, b] = swap ? [second, first] : [first, second]
    return intern({ operator, size, bits: Math.min(bits, size), a, b })
  }

  const bothConstant = (a: Word, b: Word, compute: (a: bigint, b: bigint) => bigint): Word | undefined =>
    isConstant(a) && isConstant(b) ? constant(a.size, BigInt.asUintN(a.size, compute(a.value, b.value))) : undefined

  const add = (a: Word, b: Word): Word => {
    if (is(a, 0n)) return b
    if (is(b, 0n)) return a
    return bothConstant(a, b, (x, y) => x + y) ?? pair('add', a, b, Math.max(a.bits, b.bits) + 1)
  }
  const sub = (a: Word, b: Word): Word => {
    if (is(b, 0n)) return a
    if (a === b) return zero(a.size)
    return bothConstant(a, b, (x, y) => x - y) ?? pair('sub', a, b, a.size)
  }
  const mul = (a: Word, b: Word): Word => {
    if (is(a, 0n) || is(b, 0n)) return zero(a.size)
    if (is(a, 1n)) return b
    if (is(b, 1n)) return a
    const power = isConstant(b) ? exponentOf(b.value) : undefined
    if (power !== undefined) return shl(a, power)
    return bothConstant(a, b, (x, y) => x * y) ?? pair('mul', a, b, a.bits + b.bits)
  }

  const or = (a: Word, b: Word): Word => {
    if (is(a, 0n) || a === b) return b
    if (is(b, 0n)) return a
    if (a.bits <= 1 && b.bits <= 1 && (is(a, 1n) || is(b, 1n))) return constant(a.size, 1n)
    if (a.size === 32 && a.bits <= 1 && b.bits <= 1 && flip(a) === b) return constant(32, 1n)
    return bothConstant(a, b, (x, y) => x | y) ?? pair('or', a, b, Math.max(a.bits, b.bits))
  }
  const xor = (a: Word, b: Word): Word => {
    if (is(a, 0n)) return b
    if (is(b, 0n)) return a
    if (a === b) return zero(a.size)
    const folded = bothConstant(a, b, (x, y) => x ^ y)
    if (folded !== undefined) return folded
    if (is(b, 1n) && a.bits <= 1 && a.size === 32) return flip(a)
    if (is(a, 1n) && b.bits <= 1 && b.size === 32) return flip(b)
    return pair('xor', a, b, Math.max(a.bits, b.bits))
  }
  const and = (a: Word, b: Word): Word => {
    if (is(a, 0n) || is(b, 0n)) return zero(a.size)
    if (a === b) return a
    const folded = bothConstant(a, b, (x, y) => x & y)
    if (folded !== undefined) return folded
    if (isConstant(a)) return masked(b, a.value)
    if (isConstant(b)) return masked(a, b.value)
    return pair('and', a, b, Math.min(a.bits, b.bits))
  }
  const masked = (a: Word, mask: bigint): Word => {
    const all = ones(a.bits)
    const kept = mask & all
    if (kept === all) return a
    if (kept === 0n) return zero(a.size)
    if (a.operator === 'and' && a.a !== undefined && a.b !== undefined && isConstant(a.b))
      return masked(a.a, kept & a.b.value)
    if (a.operator === 'or' && a.a !== undefined && a.b !== undefined) {
      // packing that is undone: parts outside of the mask go
      const [first, second] = [reaches(a.a, kept), reaches(a.b, kept)]
      if (!second) return masked(a.a, kept)
      if (!first) return masked(a.b, kept)
    }
    return intern({ operator: 'and', size: a.size, bits: kept.toString(2).length, a, b: constant(a.size, kept) })
  }
  /** Whether bits of the mask can be 1 in the word. */
  const reaches = (word: Word, mask: bigint): boolean => (possible(word) & mask) !== 0n

  /** The bits that can be 1: exact for shifted and packed parts. */
  const possible = (word: Word): bigint => {
    const { operator, a, b, index } = word
    if (operator === 'constant') return word.value
    if (operator === 'shl' && a !== undefined)
      return BigInt.asUintN(word.size, ones(a.bits) << BigInt(index)) & ones(word.bits)
    if (operator === 'and' && b !== undefined && isConstant(b)) return b.value
    if (operator === 'or' && a !== undefined && b !== undefined) {
      const low = lowest(a) < lowest(b) ? lowest(a) : lowest(b)
      return ones(word.bits) & ~ones(low)
    }
    return ones(word.bits)
  }
  const lowest = ({ operator, index, a, b }: Word): number =>
    operator === 'shl' ? index : operator === 'or' && a && b ? Math.min(lowest(a), lowest(b)) : 0

  const low = (a: Word, bits: number): Word => (a.bits <= bits ? a : masked(a, ones(bits)))

  const shl = (a: Word, by: number): Word => {
    if (by === 0) return a
    if (by >= a.size) return zero(a.size)
    if (isConstant(a)) return constant(a.size, BigInt.asUintN(a.size, a.value << BigInt(by)))
    if (a.operator === 'shl' && a.a !== undefined) return shl(a.a, a.index + by)
    return intern({ operator: 'shl', size: a.size, bits: Math.min(a.size, a.bits + by), a, index: by })
  }
  const shr = (a: Word, by: number): Word => {
    if (by === 0) return a
    if (by >= a.bits) return zero(a.size)
    if (isConstant(a)) return constant(a.size, a.value >> BigInt(by))
    if (a.operator === 'shr' && a.a !== undefined) return shr(a.a, a.index + by)
    if (a.operator === 'or' && a.a !== undefined && a.b !== undefined) {
      if (a.a.bits <= by) return shr(a.b, by)
      if (a.b.bits <= by) return shr(a.a, by)
    }
    if (a.operator === 'shl' && a.a !== undefined && a.a.bits + a.index <= a.size)
      return by >= a.index ? shr(a.a, by - a.index) : shl(a.a, a.index - by)
    if (a.operator === 'and' && a.a !== undefined && a.b !== undefined && isConstant(a.b))
      return masked(shr(a.a, by), a.b.value >> BigInt(by))
    return intern({ operator: 'shr', size: a.size, bits: a.bits - by, a, index: by })
  }
  const shifted = (operator: 'shlBy' | 'shrBy' | 'sarBy', a: Word, b: Word): Word => {
    if (is(a, 0n)) return a
    if (isConstant(b) && operator !== 'sarBy') {
      const by = Number(b.value % BigInt(a.size))
      return operator === 'shlBy' ? shl(a, by) : shr(a, by)
    }
    return intern({ operator, size: a.size, bits: operator === 'shrBy' ? a.bits : a.size, a, b })
  }

  const compare = (operator: Comparison, a: Word, b: Word): Word => {
    const symmetric = operator === 'eq' || operator === 'ne'
    const swap = symmetric && (isConstant(a) || (!isConstant(b) && a.id > b.id))
    return intern({ operator, size: 32, bits: 1, a: swap ? b : a, b: swap ? a : b })
  }
  const eq = (a: Word, b: Word): Word => {
    if (a === b) return bit(true)
    if (isConstant(a) && isConstant(b)) return bit(a.value === b.value)
    if (isConstant(a)) return eq(b, a)
    if (isConstant(b)) {
      if (b.bits > a.bits) return bit(false)
      if (a.bits === 1) return b.value === 1n ? resize(a, 32) : flip(resize(a, 32))
    }
    return compare('eq', a, b)
  }
  const ne = (a: Word, b: Word): Word => {
    if (a === b) return bit(false)
    if (isConstant(a) && isConstant(b)) return bit(a.value !== b.value)
    if (isConstant(a)) return ne(b, a)
    if (isConstant(b)) {
      if (b.bits > a.bits) return bit(true)
      if (a.bits === 1) return b.value === 0n ? resize(a, 32) : flip(resize(a, 32))
    }
    return compare('ne', a, b)
  }
  const lt = (a: Word, b: Word): Word => {
    if (a === b || is(b, 0n)) return bit(false)
    if (isConstant(a) && isConstant(b)) return bit(a.value < b.value)
    if (is(b, 1n)) return eq(a, zero(a.size))
    if (is(a, 0n)) return ne(b, zero(b.size))
    if (isConstant(b) && b.value > ones(a.bits)) return bit(true)
    if (isConstant(a) && a.value >= ones(b.bits)) return bit(false)
    return compare('lt', a, b)
  }
  const le = (a: Word, b: Word): Word => {
    if (a === b || is(a, 0n)) return bit(true)
    if (isConstant(a) && isConstant(b)) return bit(a.value <= b.value)
    if (isConstant(b) && b.value >= ones(a.bits)) return bit(true)
    return compare('le', a, b)
  }
  const signedOf = ({ value, size }: Word): bigint => BigInt.asIntN(size, value)
  const ltSigned = (a: Word, b: Word): Word => {
    if (a === b) return bit(false)
    if (isConstant(a) && isConstant(b)) return bit(signedOf(a) < signedOf(b))
    return compare('ltSigned', a, b)
  }
  const leSigned = (a: Word, b: Word): Word => {
    if (a === b) return bit(true)
    if (isConstant(a) && isConstant(b)) return bit(signedOf(a) <= signedOf(b))
    return compare('leSigned', a, b)
  }

  const flip = (a: Word): Word => {
    if (isConstant(a)) return bit(a.value === 0n)
    if (a.a !== undefined && a.b !== undefined) {
      if (a.operator === 'eq')
        return isConstant(a.b) && a.b.value === 0n && a.a.bits === 1 ? resize(a.a, 32) : ne(a.a, a.b)
      if (a.operator === 'ne') return compare('eq', a.a, a.b)
      if (a.operator === 'lt') return le(a.b, a.a)
      if (a.operator === 'le') return lt(a.b, a.a)
    }
    return compare('eq', a, zero(a.size))
  }

  const select = (condition: Word, yes: Word, no: Word): Word => {
    if (isConstant(condition)) return condition.value === 0n ? no : yes
    if (yes === no) return yes
    if (condition.operator === 'eq' && condition.a !== undefined && condition.b !== undefined && is(condition.b, 0n))
      if (condition.a.bits <= 1) return select(resize(condition.a, 32), no, yes)
    if (yes.size === 32 && yes.bits <= 1 && no.bits <= 1) {
      if (yes === condition) return or(condition, no)
      if (no === condition) return and(condition, yes)
      if (isConstant(yes)) return yes.value === 1n ? or(condition, no) : and(flip(condition), no)
      if (isConstant(no)) return no.value === 0n ? and(condition, yes) : or(flip(condition), yes)
    }
    if (is(no, 0n) && is(yes, 1n)) return resize(condition, yes.size)
    if (no.operator === 'select' && no.c === condition && no.b !== undefined) return select(condition, yes, no.b)
    if (yes.operator === 'select' && yes.c === condition && yes.a !== undefined) return select(condition, yes.a, no)
    const bits = Math.max(yes.bits, no.bits)
    return intern({ operator: 'select', size: yes.size, bits, a: yes, b: no, c: condition })
  }

  const parity = (a: Word): Word => {
    if (a.bits <= 1) return resize(a, 32)
    if (isConstant(a)) return bit([...a.value.toString(2)].filter((digit) => digit === '1').length % 2 === 1)
    return low(resize(intern({ operator: 'popcnt', size: a.size, bits: 7, a }), 32), 1)
  }

  const resize = (a: Word, size: 32 | 64): Word => {
    if (a.size === size) return a
    if (isConstant(a)) return constant(size, BigInt.asUintN(size, a.value))
    if (size === 64) {
      if (a.operator === 'wrap' && a.a !== undefined && a.a.bits <= 32) return a.a
      return intern({ operator: 'extend', size, bits: a.bits, a })
    }
    if (a.operator === 'extend' && a.a !== undefined) return a.a
    if (a.operator === 'or' && a.a !== undefined && a.b !== undefined) {
      const [first, second] = [reaches(a.a, ones(32)), reaches(a.b, ones(32))]
      if (!second) return resize(a.a, 32)
      if (!first) return resize(a.b, 32)
    }
    if (a.operator === 'shl' && a.index >= 32) return zero(32)
    return intern({ operator: 'wrap', size, bits: Math.min(32, a.bits), a })
  }

  return {
    ...pool,
    zero,
    load: (size, bits, place, index) => intern({ operator: 'load', size, bits, place, index }),
    fetch: (size, bits, place, index, a) => intern({ operator: 'fetch', size, bits, place, index, a }),
    table: (place, entries) => intern({ operator: 'table', size: 32, bits: 32, place, entries }),
    peek: (size, bits, a, b) => intern({ operator: 'peek', size, bits, a, b, place: a.place }),
    ...{ add, sub, mul, and, or, xor, low, shl, shr },
    shlBy: (a, by) => shifted('shlBy', a, by),
    shrBy: (a, by) => shifted('shrBy', a, by),
    sarBy: (a, by) => shifted('sarBy', a, by),
    ...{ eq, ne, lt, le, ltSigned, leSigned, select, flip, parity, resize },
  }
}
