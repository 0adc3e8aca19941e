/** What is known of a result, given what is known of the operands. */
import type { Expression, Operation, Operator } from '#ir'
import { exactly, full, unknownBits, valueOf } from './bit-masks.ts'
import type { KnownBits } from './bit-masks.ts'

type Known = (operand: Expression) => KnownBits

/** The bits of an operation that do not depend on the bits that are unknown in its operands. */
export const knownOfOperation = (node: Operation, of: Known): KnownBits => {
  const values = node.operands.map((operand) => valueOf(of(operand), operand.bits))
  const [a, b, c] = node.operands
  if (a === undefined) return unknownBits
  const left = of(a)
  if (b === undefined) return node.operator === 'cat' ? left : ofOne(node, a, left)
  const right = of(b)
  switch (node.operator) {
    case 'add':
    case 'sub':
    case 'mul':
      return ofArithmetic(node, values)
    case 'and':
      return { zeros: left.zeros | right.zeros, ones: left.ones & right.ones }
    case 'or':
      return { zeros: left.zeros & right.zeros, ones: left.ones | right.ones }
    case 'xor':
      return {
        zeros: (left.zeros & right.zeros) | (left.ones & right.ones),
        ones: (left.zeros & right.ones) | (left.ones & right.zeros),
      }
    case 'cat':
      return node.operands.reduce<KnownBits>((above, operand) => {
        const below = of(operand)
        const by = BigInt(operand.bits)
        return { zeros: (above.zeros << by) | below.zeros, ones: (above.ones << by) | below.ones }
      }, unknownBits)
    case 'mux': {
      const other = c === undefined ? unknownBits : of(c)
      if (values[0] !== undefined) return values[0] === 1n ? right : other
      return { zeros: right.zeros & other.zeros, ones: right.ones & other.ones }
    }
    case 'shiftLeft':
    case 'shiftRight':
    case 'shiftRightSigned':
      return ofShift(node, left, right, values[1])
    default:
      return ofComparison(node.operator, a.bits, left, right)
  }
}

const ofOne = ({ operator, bits }: Operation, operand: Expression, { zeros, ones }: KnownBits): KnownBits => {
  const all = full(operand.bits)
  switch (operator) {
    case 'not':
      return { zeros: ones, ones: zeros }
    case 'any':
      return ones !== 0n ? yes : zeros === all ? no : unknownBits
    case 'all':
      return zeros !== 0n ? no : ones === all ? yes : unknownBits
    case 'parity':
      return (zeros | ones) === all ? exactly(BigInt(ones.toString(2).replaceAll('0', '').length % 2), 1) : unknownBits
    case 'signExtend': {
      const sign = 1n << BigInt(operand.bits - 1)
      const above = full(bits) & ~all
      return { zeros: zeros & sign ? zeros | above : zeros, ones: ones & sign ? ones | above : ones }
    }
    default:
      return unknownBits
  }
}

const ofArithmetic = ({ operator, bits }: Operation, [a, b]: readonly (bigint | undefined)[]): KnownBits => {
  if (operator === 'mul' && (a === 0n || b === 0n)) return exactly(0n, bits)
  if (a === undefined || b === undefined) return unknownBits
  const value = operator === 'add' ? a + b : operator === 'sub' ? a - b : a * b
  return exactly(BigInt.asUintN(bits, value), bits)
}

const ofShift = (
  { operator, bits }: Operation,
  { zeros, ones }: KnownBits,
  amount: KnownBits,
  by: bigint | undefined,
): KnownBits => {
  const all = full(bits)
  const sign = 1n << BigInt(bits - 1)
  const signed = operator === 'shiftRightSigned'
  // the smallest amount that the known bits leave: all of the value may be gone already
  if (amount.ones >= BigInt(bits)) {
    if (!signed || (zeros & sign) !== 0n) return exactly(0n, bits)
    return (ones & sign) !== 0n ? exactly(all, bits) : unknownBits
  }
  if (by === undefined) return zeros === all ? exactly(0n, bits) : unknownBits
  const come = full(Number(by))
  if (operator === 'shiftLeft') return { zeros: ((zeros << by) | come) & all, ones: (ones << by) & all }
  const above = all & ~(all >> by)
  const zerosCome = !signed || (zeros & sign) !== 0n
  const onesCome = signed && (ones & sign) !== 0n
  return { zeros: (zeros >> by) | (zerosCome ? above : 0n), ones: (ones >> by) | (onesCome ? above : 0n) }
}

/** Comparisons are decided when the ranges that the known bits leave do not meet, or meet in one way only. */
const ofComparison = (operator: Operator, bits: number, left: KnownBits, right: KnownBits): KnownBits => {
  const signed = operator.endsWith('Signed')
  const one = rangeOf(left, bits, signed)
  const other = rangeOf(right, bits, signed)
  const differ = ((left.zeros & right.ones) | (left.ones & right.zeros)) !== 0n
  const same = one.low === one.high && other.low === other.high && one.low === other.low
  const less = one.high < other.low ? yes : one.low >= other.high ? no : unknownBits
  const atMost = one.high <= other.low ? yes : one.low > other.high ? no : unknownBits
  switch (operator.replace('Signed', '')) {
    case 'eq':
      return differ ? no : same ? yes : unknownBits
    case 'ne':
      return differ ? yes : same ? no : unknownBits
    case 'lt':
      return less
    case 'le':
      return atMost
    case 'gt':
      return { zeros: atMost.ones, ones: atMost.zeros }
    case 'ge':
      return { zeros: less.ones, ones: less.zeros }
    default:
      return unknownBits
  }
}

const rangeOf = (
  { zeros, ones }: KnownBits,
  bits: number,
  signed: boolean,
): { readonly low: bigint; readonly high: bigint } => {
  const high = full(bits) & ~zeros
  if (!signed) return { low: ones, high }
  const sign = 1n << BigInt(bits - 1)
  const positive = (zeros & sign) !== 0n
  const negative = (ones & sign) !== 0n
  return {
    low: BigInt.asIntN(bits, positive ? ones : ones | sign),
    high: BigInt.asIntN(bits, negative ? high : high & ~sign),
  }
}

const no: KnownBits = { zeros: 1n, ones: 0n }
const yes: KnownBits = { zeros: 0n, ones: 1n }
