/** Checks what stands on the other side of an operator. */
import type { Expression } from '#ir'
import { reportMistake } from './context.ts'
import { described, forced, literalOf } from './expressions.ts'
import { capture } from './origin.ts'
import type { Signedness } from './type-error.ts'

/** What all hardware numbers have. */
export interface AnyNumber {
  readonly expression: Expression
  readonly signedness: Signedness
}

/** Whether something is a hardware number, signed or not. */
export const isNumber = (value: unknown): value is AnyNumber =>
  typeof value === 'object' && value !== null && 'signedness' in value && 'expression' in value

/**
 * The other operand of `operator`: a value of the same width and signedness, or a literal that fits.
 *
 * Rejects: HDL-0103 for another width, HDL-0109 for a signed operand of an unsigned value or the reverse.
 */
export const operandOf = (self: AnyNumber, other: unknown, operator: string): Expression => {
  const { bits } = self.expression
  if (!isNumber(other)) return literalOf(bits, other as number | bigint, self.signedness)
  if (!sameSignedness(self, other, operator)) return forced(other.expression, bits)
  const there = other.expression.bits
  if (there === bits) return other.expression
  reportMistake(
    'HDL-0103',
    `\`${operator}\` of ${described(self.expression)} with ${bits} bits and ${described(other.expression)} with ${there}`,
    { origin: capture(), note: 'both sides have the same width, nothing is extended unseen' },
    [
      { origin: self.expression.origin, note: `${bits} bits` },
      { origin: other.expression.origin, note: `${there} bits` },
    ],
    [
      `to widen the narrower one: .extend(${Math.max(bits, there)})`,
      `to narrow the wider one: .truncate(${Math.min(bits, there)})`,
    ],
  )
  return forced(other.expression, bits)
}

/** Whether both are signed or both unsigned. Rejects: HDL-0109 when not. */
export const sameSignedness = (self: AnyNumber, other: AnyNumber, operator: string): boolean => {
  if (self.signedness === other.signedness) return true
  reportMistake(
    'HDL-0109',
    `\`${operator}\` of ${self.signedness} ${described(self.expression)} and ${other.signedness} ${described(other.expression)}`,
    { origin: capture(), note: 'both sides are signed, or both are not' },
    [
      { origin: self.expression.origin, note: self.signedness },
      { origin: other.expression.origin, note: other.signedness },
    ],
    [
      'to read the bits of the unsigned one as signed: .signed()',
      'to keep its value: .extend(n).signed(), one bit wider',
      'to read the bits of the signed one as unsigned: .unsigned()',
    ],
  )
  return false
}

/** The bits of a value that has to be unsigned. Rejects: HDL-0109 for a signed one. */
export const unsignedOf = (value: AnyNumber, use: string): Expression => {
  if (value.signedness === 'signed')
    reportMistake(
      'HDL-0109',
      `${use} is unsigned, ${described(value.expression)} is signed`,
      { origin: capture(), note: 'a signed number' },
      [{ origin: value.expression.origin, note: 'signed' }],
      ['to read its bits as unsigned: .unsigned()'],
    )
  return value.expression
}

/** The bits of a value given to what is `wanted`. Rejects: HDL-0109, always: it is the other way round. */
export const wrongSignedness = (value: AnyNumber, wanted: Signedness): Expression => {
  reportMistake(
    'HDL-0109',
    `${described(value.expression)} is ${value.signedness} and given to what is ${wanted}`,
    { origin: capture(), note: `${value.signedness} here, ${wanted} there` },
    [{ origin: value.expression.origin, note: value.signedness }],
    wanted === 'signed'
      ? ['to read its bits as signed: .signed()', 'to keep its value: .extend(n).signed(), one bit wider']
      : ['to read its bits as unsigned: .unsigned()'],
  )
  return value.expression
}
