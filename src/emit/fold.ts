/** What an operation is without computing anything in hardware: constants, identities, and plainer spellings. */
import type { Operator } from '#ir'
import type { Builder } from './builder.ts'
import type { Node } from './graph.ts'

/** A simpler node with the same value, or undefined when there is none. */
export const fold = (make: Builder, operator: Operator, operands: readonly Node[]): Node | undefined => {
  const [a, b, c] = operands
  if (a === undefined) throw new Error(`${operator} has no operands`)
  if (b === undefined) return foldOne(make, operator, a)
  return c === undefined ? foldTwo(make, operator, a, b) : foldMux(make, a, b, c)
}

const ones = (bits: number): bigint => (1n << BigInt(bits)) - 1n
const isNumber = (node: Node, value: bigint): boolean => node.operator === 'literal' && node.value === value
const isOnes = (node: Node): boolean => isNumber(node, ones(node.bits))
const isZero = (node: Node): boolean => isNumber(node, 0n)

const opposite: { readonly [operator: string]: Operator } = { eq: 'ne', ne: 'eq' }

const foldOne = (make: Builder, operator: Operator, a: Node): Node | undefined => {
  if (a.operator === 'literal') return make.literal(operator === 'not' ? a.bits : 1, computeOne(operator, a))
  if (operator !== 'not') return a.bits === 1 ? a : undefined
  const [first, second] = a.operands
  if (a.operator === 'not') return first
  const other = opposite[a.operator]
  if (other === undefined || first === undefined || second === undefined) return undefined
  return make.operation(other, first, second)
}

const computeOne = (operator: Operator, { value, bits }: Node): bigint => {
  switch (operator) {
    case 'not':
      return ~value
    case 'any':
      return value === 0n ? 0n : 1n
    case 'all':
      return value === ones(bits) ? 1n : 0n
    default:
      return BigInt(value.toString(2).replaceAll('0', '').length % 2)
  }
}

const foldTwo = (make: Builder, operator: Operator, a: Node, b: Node): Node | undefined => {
  if (a.operator === 'literal' && b.operator === 'literal') return computeTwo(make, operator, a, b)
  const zero = make.literal(a.bits, 0n)
  const plainer = a.bits === 1 ? bitOperation(make, operator, a, b) : undefined
  if (plainer !== undefined) return plainer
  switch (operator) {
    case 'add':
      return isZero(a) ? b : isZero(b) ? a : undefined
    case 'xor':
      if (isOnes(a) || isOnes(b)) return make.operation('not', isOnes(a) ? b : a)
      return a === b ? zero : isZero(a) ? b : isZero(b) ? a : undefined
    case 'or':
      return isZero(a) || isOnes(b) ? b : isZero(b) || isOnes(a) || a === b ? a : undefined
    case 'and':
      return isOnes(a) || isZero(b) ? b : isOnes(b) || isZero(a) || a === b ? a : undefined
    case 'sub':
      return a === b ? zero : isZero(b) ? a : undefined
    case 'mul':
      return isZero(a) || isZero(b) ? zero : isNumber(a, 1n) ? b : isNumber(b, 1n) ? a : undefined
    case 'shiftLeft':
    case 'shiftRight':
      return foldShift(make, operator, a, b, zero)
    case 'shiftRightSigned':
      return isOnes(a) || a.bits === 1 ? a : foldShift(make, operator, a, b, signs(make, a))
    case 'ltSigned':
    case 'leSigned':
    case 'gtSigned':
    case 'geSigned':
      return foldSignedComparison(make, operator, a, b)
    default:
      return foldComparison(make, operator, a, b)
  }
}

/** Arithmetic on single bits is logic, and reads better so. */
const bitOperation = (make: Builder, operator: Operator, a: Node, b: Node): Node | undefined => {
  const not = (node: Node): Node => make.operation('not', node)
  switch (operator) {
    case 'add':
    case 'sub':
      return make.operation('xor', a, b)
    case 'mul':
      return make.operation('and', a, b)
    case 'lt':
      return make.operation('and', not(a), b)
    case 'le':
      return make.operation('or', not(a), b)
    case 'gt':
      return make.operation('and', a, not(b))
    case 'ge':
      return make.operation('or', a, not(b))
    // a single bit is 0 or -1
    case 'ltSigned':
      return make.operation('and', a, not(b))
    case 'leSigned':
      return make.operation('or', a, not(b))
    case 'gtSigned':
      return make.operation('and', not(a), b)
    case 'geSigned':
      return make.operation('or', not(a), b)
    default:
      return undefined
  }
}

/** The sign bit of the value in every place. */
const signs = (make: Builder, a: Node): Node => make.signExtend(make.slice(a, a.bits - 1, 1), a.bits)

/** Shifts by nothing or by everything, which leaves `rest`, and amounts of more bits than tools accept. */
const foldShift = (make: Builder, operator: Operator, a: Node, amount: Node, rest: Node): Node | undefined => {
  if (isZero(amount) || isZero(a)) return a
  if (amount.operator === 'literal') return amount.value >= BigInt(a.bits) ? rest : undefined
  if (amount.bits <= 32) return undefined
  const most = make.slice(amount, 32, amount.bits - 32)
  const least = make.slice(amount, 0, 32)
  return make.operation('mux', make.operation('any', most), rest, make.operation(operator, a, least))
}

/** Comparisons that always come out the same, and those of one bit with a constant. */
const foldComparison = (make: Builder, operator: Operator, a: Node, b: Node): Node | undefined => {
  const yes = make.literal(1, 1n)
  const no = make.literal(1, 0n)
  if (a === b) return operator === 'eq' || operator === 'le' || operator === 'ge' ? yes : no
  switch (operator) {
    case 'eq':
    case 'ne':
      if (a.bits > 1 || (a.operator !== 'literal' && b.operator !== 'literal')) return undefined
      return isOnes(a) === (operator === 'eq') && a.operator === 'literal'
        ? b
        : isOnes(b) === (operator === 'eq') && b.operator === 'literal'
          ? a
          : make.operation('not', a.operator === 'literal' ? b : a)
    case 'lt':
      return isZero(b) || isOnes(a) ? no : undefined
    case 'ge':
      return isZero(b) || isOnes(a) ? yes : undefined
    case 'gt':
      return isZero(a) || isOnes(b) ? no : undefined
    default:
      return isZero(a) || isOnes(b) ? yes : undefined
  }
}

/** Signed comparisons that always come out the same. */
const foldSignedComparison = (make: Builder, operator: Operator, a: Node, b: Node): Node | undefined => {
  const isLeast = (node: Node): boolean => isNumber(node, 1n << BigInt(node.bits - 1))
  const isGreatest = (node: Node): boolean => isNumber(node, ones(node.bits - 1))
  const orEqual = operator === 'leSigned' || operator === 'geSigned'
  if (a === b) return make.literal(1, orEqual ? 1n : 0n)
  const never =
    operator === 'ltSigned' || operator === 'geSigned' ? isLeast(b) || isGreatest(a) : isLeast(a) || isGreatest(b)
  return never ? make.literal(1, orEqual ? 1n : 0n) : undefined
}

const foldMux = (make: Builder, condition: Node, yes: Node, no: Node): Node | undefined => {
  if (condition.operator === 'literal') return condition.value === 1n ? yes : no
  if (yes === no) return yes
  if (yes.bits > 1) return undefined
  const not = (): Node => make.operation('not', condition)
  if (yes === condition) return make.operation('or', condition, no)
  if (no === condition) return make.operation('and', condition, yes)
  if (yes.operator === 'literal')
    return yes.value === 1n ? make.operation('or', condition, no) : make.operation('and', not(), no)
  if (no.operator === 'literal')
    return no.value === 1n ? make.operation('or', not(), yes) : make.operation('and', condition, yes)
  return undefined
}

const computeTwo = (make: Builder, operator: Operator, { value: a, bits }: Node, { value: b }: Node): Node => {
  const bit = (holds: boolean): Node => make.literal(1, holds ? 1n : 0n)
  const [signedA, signedB] = [BigInt.asIntN(bits, a), BigInt.asIntN(bits, b)]
  switch (operator) {
    case 'add':
      return make.literal(bits, a + b)
    case 'sub':
      return make.literal(bits, a - b)
    case 'mul':
      return make.literal(bits, a * b)
    case 'and':
      return make.literal(bits, a & b)
    case 'or':
      return make.literal(bits, a | b)
    case 'xor':
      return make.literal(bits, a ^ b)
    case 'shiftLeft':
      return make.literal(bits, b < BigInt(bits) ? a << b : 0n)
    case 'shiftRight':
      return make.literal(bits, b < BigInt(bits) ? a >> b : 0n)
    case 'shiftRightSigned':
      return make.literal(bits, signedA >> (b < BigInt(bits) ? b : BigInt(bits)))
    case 'ltSigned':
      return bit(signedA < signedB)
    case 'leSigned':
      return bit(signedA <= signedB)
    case 'gtSigned':
      return bit(signedA > signedB)
    case 'geSigned':
      return bit(signedA >= signedB)
    case 'eq':
      return bit(a === b)
    case 'ne':
      return bit(a !== b)
    case 'lt':
      return bit(a < b)
    case 'le':
      return bit(a <= b)
    case 'gt':
      return bit(a > b)
    default:
      return bit(a >= b)
  }
}
