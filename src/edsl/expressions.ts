/** Makes the nodes of expressions; those that cost no hardware disappear here. */
import type { Expression, Operator, Origin } from '#ir'
import { reportMistake } from './context.ts'
import { capture } from './origin.ts'

/** An operation whose operands have been checked. */
export const operation = (
  operator: Operator,
  operands: readonly Expression[],
  bits: number,
  origin: Origin = capture(),
): Expression => Object.freeze({ kind: 'operation', operator, operands: Object.freeze(operands), bits, origin })

/** A number as `bits` bits, in two's complement when it is signed. Rejects: HDL-0101 when it is none or does not fit. */
export const literalOf = (bits: number, value: number | bigint, signedness: 'unsigned' | 'signed'): Expression => {
  const origin = capture()
  if (typeof value !== 'bigint' && !Number.isInteger(value)) {
    reportMistake(
      'HDL-0101',
      `${String(value)} is not a whole number`,
      { origin, note: `a number of ${bits} bits is wanted` },
      [],
      value === undefined ? ['give every part of the value'] : ['give a whole number, or a value'],
    )
    return Object.freeze({ kind: 'literal', bits, value: 0n, origin })
  }
  const number = BigInt(value)
  const low = signedness === 'signed' ? -(1n << BigInt(bits - 1)) : 0n
  const high = low + (1n << BigInt(bits)) - 1n
  if (number < low || number > high)
    reportMistake(
      'HDL-0101',
      `${number} does not fit ${bits}${signedness === 'signed' ? ' signed' : ''} bit${bits === 1 ? '' : 's'}`,
      { origin, note: `${low} to ${high} fit` },
      [],
      number < 0n && signedness === 'unsigned'
        ? ['give the value as an unsigned number']
        : [`use a width of ${neededBits(number, signedness)} bits or more`],
    )
  return Object.freeze({ kind: 'literal', bits, value: BigInt.asUintN(bits, number), origin })
}

const neededBits = (value: bigint, signedness: 'unsigned' | 'signed'): number =>
  signedness === 'unsigned' ? value.toString(2).length : (value < 0n ? -value - 1n : value).toString(2).length + 1

/** Expressions side by side, the first most significant. Literals are one literal, so that constants stay constants. */
export const joined = (parts: readonly Expression[]): Expression => {
  if (parts.length === 1 && parts[0]) return parts[0]
  const bits = parts.reduce((sum, part) => sum + part.bits, 0)
  let value = 0n
  for (const part of parts) {
    if (part.kind !== 'literal') return operation('cat', parts, bits)
    value = (value << BigInt(part.bits)) | part.value
  }
  return Object.freeze({ kind: 'literal', bits, value, origin: capture() })
}

/** The same number in more bits. */
export const extended = (
  expression: Expression,
  bits: number,
  signedness: 'unsigned' | 'signed' = 'unsigned',
): Expression => {
  if (expression.bits === bits) return expression
  if (signedness === 'signed') return operation('signExtend', [expression], bits)
  return joined([literalOf(bits - expression.bits, 0, 'unsigned'), expression])
}

/** `bits` bits from bit `lsb` on. Sees through slices, concatenations and literals, so that records cost nothing. */
export const sliced = (operand: Expression, lsb: number, bits: number): Expression => {
  if (lsb === 0 && bits === operand.bits) return operand
  if (operand.kind === 'slice') return sliced(operand.operand, operand.lsb + lsb, bits)
  if (operand.kind === 'literal') return literalOf(bits, BigInt.asUintN(bits, operand.value >> BigInt(lsb)), 'unsigned')
  if (operand.kind === 'operation' && operand.operator === 'cat') {
    let low = operand.bits
    for (const part of operand.operands) {
      low -= part.bits
      if (lsb >= low && lsb + bits <= low + part.bits) return sliced(part, lsb - low, bits)
    }
  }
  return Object.freeze({ kind: 'slice', operand, lsb, bits, origin: capture() })
}

/** The same, checked. Rejects: HDL-0104 outside of the operand. */
export const checkedSlice = (operand: Expression, lsb: number, width: number): Expression => {
  if (Number.isInteger(lsb) && Number.isInteger(width) && lsb >= 0 && width >= 1 && lsb + width <= operand.bits)
    return sliced(operand, lsb, width)
  reportMistake(
    'HDL-0104',
    `bits ${lsb + width - 1} to ${lsb} are not inside ${described(operand)} of ${operand.bits} bits`,
    { origin: capture(), note: `bits ${operand.bits - 1} to 0 exist` },
    [],
    [`slice(lsb, width) with lsb + width at most ${operand.bits}`],
  )
  return forced(operand, Math.max(1, Math.floor(width) || 1))
}

/** The same number in `width` bits. Rejects: HDL-0103 when that is narrower. */
export const checkedExtension = (operand: Expression, width: number, signedness: 'unsigned' | 'signed'): Expression => {
  if (width >= operand.bits) return extended(operand, width, signedness)
  reportMistake(
    'HDL-0103',
    `extend(${width}) would drop bits of ${described(operand)}, which has ${operand.bits}`,
    { origin: capture(), note: `${operand.bits} bits here` },
    [],
    [`to drop the upper bits: truncate(${width})`],
  )
  return forced(operand, Math.max(1, Math.floor(width) || 1))
}

/**
 * What stands in for a value of the wrong width once the mistake has been reported: the same value, cut or filled. It is
 * still read, so that one mistake is not told as two.
 */
export const forced = (expression: Expression, bits: number): Expression =>
  expression.bits < bits ? extended(expression, bits) : sliced(expression, 0, bits)

/** `whenTrue` where the condition is 1, else `whenFalse`. */
export const muxed = (
  condition: Expression,
  whenTrue: Expression,
  whenFalse: Expression,
  origin: Origin = capture(),
): Expression => operation('mux', [condition, whenTrue, whenFalse], whenTrue.bits, origin)

/** Element `index` of the operand seen as elements of `bits` bits; 0 when there is none. */
export const selected = (
  operand: Expression,
  index: Expression,
  bits: number,
  origin: Origin = capture(),
): Expression => Object.freeze({ kind: 'select', operand, index, bits, origin })

/** A whole number of places, 0 or more. Rejects: HDL-0107 for any other; counts as 0 then. */
export const checkedPlaces = (what: string, places: number): number => {
  if (Number.isInteger(places) && places >= 0) return places
  reportMistake(
    'HDL-0107',
    `${what} by ${places} places`,
    { origin: capture(), note: 'a whole number of places, 0 or more' },
    [],
    [places < 0 ? `the other direction, by ${-places}` : `${what}(1)`],
  )
  return 0
}

/** How a message names an expression. */
export const described = (expression: Expression): string =>
  expression.kind === 'signal'
    ? `\`${expression.label}\``
    : expression.kind === 'literal'
      ? `${expression.value}`
      : 'a value'
