/** Signed hardware numbers and their operators. */
import type { Add } from '#layout'
import type { Expression, Operator } from '#ir'
import { addStatement, builder, usedAsPlainValue } from './context.ts'
import {
  checkedExtension,
  checkedPlaces,
  checkedSlice,
  extended,
  joined,
  literalOf,
  muxed,
  operation,
  sliced,
} from './expressions.ts'
import { isNumber, operandOf, sameSignedness, unsignedOf } from './operand.ts'
import { capture } from './origin.ts'
import { newSignal } from './signal.ts'
import type { HdlTypeError, Misfit } from './type-error.ts'
import { type AnyWidth, type Bit, type ProductWidth, UInt, type Width } from './value.ts'

/** What an operand of a signed number may be: a signed value of the same width, or a literal that fits. */
export type SignedOperand<N extends number> = SInt<N> | number | bigint

const make = <N extends number>(expression: Expression): SInt<N> => new SInt<N>(expression)

/**
 * A signed number of `N` bits, in two's complement, somewhere in the circuit.
 *
 * Operands of two-sided operators have the same width, or are literals that fit. Rejects, for widths that the editor does
 * not know: HDL-0103 for another width, HDL-0109 for an unsigned operand, HDL-0101 for a literal that does not fit.
 */
export class SInt<in out N extends number = AnyWidth> {
  readonly __signal = true
  readonly signedness = 'signed'
  readonly width: Width<N>
  readonly expression: Expression

  constructor(expression: Expression) {
    this.expression = expression
    this.width = expression.bits as Width<N>
  }

  /** Sum, modulo 2**N. */
  addWrap(other: SignedOperand<N>): SInt<N>
  addWrap<O>(other: O & Misfit<'signed', N, O>): never
  addWrap(other: unknown): SInt<N> {
    return this.#same('add', other, 'addWrap')
  }

  /** Difference, modulo 2**N. */
  subWrap(other: SignedOperand<N>): SInt<N>
  subWrap<O>(other: O & Misfit<'signed', N, O>): never
  subWrap(other: unknown): SInt<N> {
    return this.#same('sub', other, 'subWrap')
  }

  /** The lower half of the product. */
  mulWrap(other: SignedOperand<N>): SInt<N>
  mulWrap<O>(other: O & Misfit<'signed', N, O>): never
  mulWrap(other: unknown): SInt<N> {
    return this.#same('mul', other, 'mulWrap')
  }

  /** Sum, or the number of this width that is nearest to it. */
  addClamp(other: SignedOperand<N>): SInt<N>
  addClamp<O>(other: O & Misfit<'signed', N, O>): never
  addClamp(other: unknown): SInt<N> {
    const wide = make(this.#wider('add', operandOf(this, other, 'addClamp'), 1))
    return wide.clamp(this.expression.bits) as SInt<N>
  }

  /** Difference, or the number of this width that is nearest to it. */
  subClamp(other: SignedOperand<N>): SInt<N>
  subClamp<O>(other: O & Misfit<'signed', N, O>): never
  subClamp(other: unknown): SInt<N> {
    const wide = make(this.#wider('sub', operandOf(this, other, 'subClamp'), 1))
    return wide.clamp(this.expression.bits) as SInt<N>
  }

  /** Sum, one bit wider. */
  add(other: SignedOperand<N>): SInt<Width<Add<N, 1>>>
  add<O>(other: O & Misfit<'signed', N, O>): never
  add(other: unknown): SInt<Width<Add<N, 1>>> {
    return make(this.#wider('add', operandOf(this, other, 'add'), 1))
  }

  /** Difference, one bit wider. */
  sub(other: SignedOperand<N>): SInt<Width<Add<N, 1>>>
  sub<O>(other: O & Misfit<'signed', N, O>): never
  sub(other: unknown): SInt<Width<Add<N, 1>>> {
    return make(this.#wider('sub', operandOf(this, other, 'sub'), 1))
  }

  /** Product, as wide as both together; the widths may differ, a literal counts as wide as this. */
  mul<const O extends SInt | number | bigint>(other: O): SInt<ProductWidth<N, O>>
  mul(other: UInt & HdlTypeError<'signed and unsigned do not mix: say .signed() or .unsigned()'>): never
  mul<const O>(other: O): SInt<ProductWidth<N, O>> {
    const right = isNumber(other) ? other : make(operandOf(this, other, 'mul'))
    sameSignedness(this, right, 'mul')
    return make(this.#wider('mul', right.expression, right.expression.bits))
  }

  /** The number with the other sign, one bit wider: the least number has no counterpart in its own width. */
  neg(): SInt<Width<Add<N, 1>>> {
    const zero = literalOf(this.expression.bits, 0, 'signed')
    return make(make(zero).sub(this as SInt).expression)
  }

  /** The number with the other sign, modulo 2**N: the least number stays itself. */
  negWrap(): SInt<N> {
    const { bits } = this.expression
    return make(operation('sub', [literalOf(bits, 0, 'signed'), this.expression], bits))
  }

  /** The number without its sign; it always fits. */
  abs(): UInt<N> {
    return new UInt<N>(muxed(this.isNegative().expression, this.negWrap().expression, this.expression))
  }

  /** Whether the number is below 0: its uppermost bit. */
  isNegative(): Bit {
    return new UInt<1>(sliced(this.expression, this.expression.bits - 1, 1))
  }

  /** The number times 2**places: zeros below, wider by as many bits. */
  scaleUp<M extends number>(places: M): SInt<Width<Add<N, M>>> {
    const zeros = checkedPlaces('scaleUp', places)
    return make(zeros === 0 ? this.expression : joined([this.expression, literalOf(zeros, 0, 'unsigned')]))
  }

  /** Both, bit by bit. */
  and(other: SignedOperand<N>): SInt<N>
  and<O>(other: O & Misfit<'signed', N, O>): never
  and(other: unknown): SInt<N> {
    return this.#same('and', other, 'and')
  }

  /** One or both, bit by bit. */
  or(other: SignedOperand<N>): SInt<N>
  or<O>(other: O & Misfit<'signed', N, O>): never
  or(other: unknown): SInt<N> {
    return this.#same('or', other, 'or')
  }

  /** One and not both, bit by bit. */
  xor(other: SignedOperand<N>): SInt<N>
  xor<O>(other: O & Misfit<'signed', N, O>): never
  xor(other: unknown): SInt<N> {
    return this.#same('xor', other, 'xor')
  }

  /** Every bit inverted: -1 minus the number. */
  not(): SInt<N> {
    return make(operation('not', [this.expression], this.expression.bits))
  }

  /** Whether both are the same. */
  eq(other: SignedOperand<N>): Bit
  eq<O>(other: O & Misfit<'signed', N, O>): never
  eq(other: unknown): Bit {
    return this.#compare('eq', other, 'eq')
  }

  /** Whether they differ. */
  ne(other: SignedOperand<N>): Bit
  ne<O>(other: O & Misfit<'signed', N, O>): never
  ne(other: unknown): Bit {
    return this.#compare('ne', other, 'ne')
  }

  /** Whether this is less. */
  lt(other: SignedOperand<N>): Bit
  lt<O>(other: O & Misfit<'signed', N, O>): never
  lt(other: unknown): Bit {
    return this.#compare('ltSigned', other, 'lt')
  }

  /** Whether this is less or the same. */
  le(other: SignedOperand<N>): Bit
  le<O>(other: O & Misfit<'signed', N, O>): never
  le(other: unknown): Bit {
    return this.#compare('leSigned', other, 'le')
  }

  /** Whether this is greater. */
  gt(other: SignedOperand<N>): Bit
  gt<O>(other: O & Misfit<'signed', N, O>): never
  gt(other: unknown): Bit {
    return this.#compare('gtSigned', other, 'gt')
  }

  /** Whether this is greater or the same. */
  ge(other: SignedOperand<N>): Bit
  ge<O>(other: O & Misfit<'signed', N, O>): never
  ge(other: unknown): Bit {
    return this.#compare('geSigned', other, 'ge')
  }

  /** Whether the value is one of those given. */
  in(...others: readonly SignedOperand<N>[]): Bit {
    return others.map((other) => this.eq(other)).reduce((any, hit) => any.or(hit))
  }

  /** Whether any bit is 1: whether the number is not 0. */
  any(): Bit {
    return this.unsigned().any()
  }

  /** Moves the bits up, zeros come in; the width stays. `amount` is unsigned, of any width. */
  shiftLeft(amount: UInt | number): SInt<N> {
    return make(this.unsigned().shiftLeft(amount).expression)
  }

  /** The number divided by 2**amount, rounded down: copies of the sign come in. `amount` is unsigned, of any width. */
  shiftRight(amount: UInt | number): SInt<N> {
    const { bits } = this.expression
    if (typeof amount !== 'number')
      return make(operation('shiftRightSigned', [this.expression, unsignedOf(amount, 'a shift amount')], bits))
    const places = Math.min(checkedPlaces('shiftRight', amount), bits - 1)
    return make(extended(sliced(this.expression, places, bits - places), bits, 'signed'))
  }

  /** `width` bits from bit `lsb` upwards, without a sign. Rejects: HDL-0104 outside of the value. */
  slice<M extends number>(lsb: number, width: M): UInt<Width<M>> {
    return new UInt(checkedSlice(this.expression, lsb, width))
  }

  /** One bit: a fixed one, or the one that `index` names (0 when there is none). */
  bit(index: number | UInt): Bit {
    return this.unsigned().bit(index)
  }

  /** The lowest `width` bits, read as a signed number. Rejects: HDL-0104 when there are fewer. */
  truncate<M extends number>(width: M): SInt<Width<M>> {
    return make(checkedSlice(this.expression, 0, width))
  }

  /** The same number with copies of the sign above, `width` bits in all. Rejects: HDL-0103 when that is narrower. */
  extend<M extends number>(width: M): SInt<Width<M>> {
    return make(checkedExtension(this.expression, width, 'signed'))
  }

  /** The number in `width` bits, at most as many as now; the nearest that fits where it does not. */
  clamp<M extends number>(width: M): SInt<Width<M>> {
    const low = checkedSlice(this.expression, 0, width)
    if (low.bits >= this.expression.bits) return make(low)
    // It fits when the bits that go, and the sign of what stays, are all the same.
    const signs = new UInt(sliced(this.expression, low.bits - 1, this.expression.bits - low.bits + 1))
    const half = 1n << BigInt(low.bits - 1)
    const limit = muxed(
      this.isNegative().expression,
      literalOf(low.bits, -half, 'signed'),
      literalOf(low.bits, half - 1n, 'signed'),
    )
    const fits = signs.all().or(signs.any().not())
    return make(muxed(fits.expression, low, limit))
  }

  /** The same bits, read as an unsigned number. */
  unsigned(): UInt<N> {
    return new UInt<N>(this.expression)
  }

  /** The value on a wire of its own, with this name in the Verilog and in waveforms. */
  named(name: string): SInt<N> {
    const origin = capture(name)
    const signal = newSignal(name, this.expression.bits, 'wire', origin, { signed: true })
    addStatement(builder('named()'), Object.freeze({ kind: 'assign', target: signal, value: this.expression, origin }))
    return make(signal)
  }

  /** Rejects: HDL-0302, because a signal has no value while the design is built. */
  [Symbol.toPrimitive](): never {
    return usedAsPlainValue(this.expression, [
      'mux(signal.isNegative(), a, b) or mux(signal.lt(0), a, b) for a condition',
      '.eq(), .lt() to compare',
    ])
  }

  /** What a debugger or a test prints. */
  toJSON(): string {
    return `SInt<${this.expression.bits}>`
  }

  #same(operator: Operator, other: unknown, name: string): SInt<N> {
    return make(operation(operator, [this.expression, operandOf(this, other, name)], this.expression.bits))
  }

  #compare(operator: Operator, other: unknown, name: string): Bit {
    return new UInt<1>(operation(operator, [this.expression, operandOf(this, other, name)], 1))
  }

  #wider(operator: Operator, right: Expression, more: number): Expression {
    const bits = this.expression.bits + more
    return operation(operator, [extended(this.expression, bits, 'signed'), extended(right, bits, 'signed')], bits)
  }
}
