/** Values as they are computed: literals, signals, operations. Every expression knows its width in bits. */
import type { Memory } from './memory.ts'
import type { Origin } from './origin.ts'
import type { Signal } from './signal.ts'

export interface Literal {
  readonly kind: 'literal'
  readonly bits: number
  readonly value: bigint
  readonly origin: Origin
}

/**
 * What an operation computes from operands of which widths. A value is bits; whether they count as signed (two's
 * complement) is said by the operator.
 *
 * - `add sub mul and or xor`: both operands and the result have the same width (a growing operation extends first).
 * - `not`: one operand, same width.
 * - `eq ne lt le gt ge`: two operands of one width, unsigned, 1 bit.
 * - `ltSigned leSigned gtSigned geSigned`: the same, signed.
 * - `any all parity`: one operand, 1 bit.
 * - `shiftLeft shiftRight`: operand and an amount of any width (unsigned); the width of the first, zeros come in.
 * - `shiftRightSigned`: the same, copies of the sign bit come in.
 * - `signExtend`: one operand, a result as wide or wider; copies of the sign bit above.
 * - `cat`: any number of operands, the first is the most significant.
 * - `mux`: 1-bit condition, then two operands of one width: value when 1, value when 0.
 */
export type Operator =
  | 'add'
  | 'sub'
  | 'mul'
  | 'and'
  | 'or'
  | 'xor'
  | 'not'
  | 'eq'
  | 'ne'
  | 'lt'
  | 'le'
  | 'gt'
  | 'ge'
  | 'ltSigned'
  | 'leSigned'
  | 'gtSigned'
  | 'geSigned'
  | 'any'
  | 'all'
  | 'parity'
  | 'shiftLeft'
  | 'shiftRight'
  | 'shiftRightSigned'
  | 'signExtend'
  | 'cat'
  | 'mux'

export interface Operation {
  readonly kind: 'operation'
  readonly operator: Operator
  readonly operands: readonly Expression[]
  readonly bits: number
  readonly origin: Origin
}

/** `bits` bits of the operand from bit `lsb` upwards. */
export interface Slice {
  readonly kind: 'slice'
  readonly operand: Expression
  readonly lsb: number
  readonly bits: number
  readonly origin: Origin
}

/** Element `index` of the operand, seen as an array of elements of `bits` bits; out of range reads 0. */
export interface Select {
  readonly kind: 'select'
  readonly operand: Expression
  readonly index: Expression
  readonly bits: number
  readonly origin: Origin
}

/** The word at `address`, in the same cycle (memories with `read: 'now'`). */
export interface MemoryRead {
  readonly kind: 'memoryRead'
  readonly memory: Memory
  readonly address: Expression
  readonly bits: number
  readonly origin: Origin
}

export type Expression = Literal | Signal | Operation | Slice | Select | MemoryRead
