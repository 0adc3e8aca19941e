/** Unsigned hardware numbers and their operators. The operator's name says what happens to the width. */
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
  selected,
  sliced,
} from './expressions.ts'
import { isNumber, operandOf, sameSignedness, unsignedOf } from './operand.ts'
import { capture } from './origin.ts'
import { type PatternCheck, patternOf } from './pattern.ts'
import { newSignal } from './signal.ts'
import { SInt } from './sint.ts'
import type { HdlTypeError, Misfit } from './type-error.ts'

/** A literal width stays itself; a run-time width fits everywhere and is left to elaboration. */
export type Width<N extends number> = number extends N ? AnyWidth : N

/** The width of a value whose width is only known when the design is built. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a run-time width is assignable in both directions
export type AnyWidth = any

/** What an operand may be: a value of the same width, or a literal that fits. */
export type Operand<N extends number> = UInt<N> | number | bigint

/** One bit. */
export type Bit = UInt<1>

/** The width of values side by side. */
export type SumOfWidths<Parts, Sum extends number = 0> = Parts extends readonly [infer First, ...infer Rest]
  ? First extends { readonly width: infer N extends number }
    ? SumOfWidths<Rest, Add<Sum, N>>
    : number
  : Parts extends readonly []
    ? Sum
    : number

/** The width of a product: that of both factors together, where a literal counts as wide as the other one. */
export type ProductWidth<N extends number, Other> = Width<
  Add<N, Other extends { readonly width: infer M extends number } ? M : N>
>

/** A literal of `bits` bits. Rejects: HDL-0101 when the number does not fit. */
export const literal = <N extends number>(bits: N, value: number | bigint): UInt<Width<N>> =>
  make(literalOf(bits, value, 'unsigned'))

/** The values side by side; the first is the most significant. Rejects: HDL-0109 for a signed one. */
export const cat = <const Parts extends readonly UInt[]>(...parts: Parts): UInt<Width<SumOfWidths<Parts>>> =>
  make(joined(parts.map((part) => unsignedOf(part, 'what `cat` joins'))))

const make = <N extends number>(expression: Expression): UInt<N> => new UInt<N>(expression)

/**
 * An unsigned number of `N` bits somewhere in the circuit.
 *
 * Operands of two-sided operators have the same width, or are literals that fit. Rejects, for widths that the editor does
 * not know: HDL-0103 for another width, HDL-0109 for a signed operand, HDL-0101 for a literal that does not fit.
 */
export class UInt<in out N extends number = AnyWidth> {
  readonly __signal = true
  readonly signedness = 'unsigned'
  readonly width: Width<N>
  readonly expression: Expression

  constructor(expression: Expression) {
    this.expression = expression
    this.width = expression.bits as Width<N>
  }

  /** Sum, without the carry. */
  addWrap(other: Operand<N>): UInt<N>
  addWrap<O>(other: O & Misfit<'unsigned', N, O>): never
  addWrap(other: unknown): UInt<N> {
    return this.#same('add', other, 'addWrap')
  }

  /** Difference, without the borrow. */
  subWrap(other: Operand<N>): UInt<N>
  subWrap<O>(other: O & Misfit<'unsigned', N, O>): never
  subWrap(other: unknown): UInt<N> {
    return this.#same('sub', other, 'subWrap')
  }

  /** The lower half of the product. */
  mulWrap(other: Operand<N>): UInt<N>
  mulWrap<O>(other: O & Misfit<'unsigned', N, O>): never
  mulWrap(other: unknown): UInt<N> {
    return this.#same('mul', other, 'mulWrap')
  }

  /** Sum, or the greatest number of this width where it is greater. */
  addClamp(other: Operand<N>): UInt<N>
  addClamp<O>(other: O & Misfit<'unsigned', N, O>): never
  addClamp(other: unknown): UInt<N> {
    const sum = make(this.#wider('add', operandOf(this, other, 'addClamp'), 1))
    return sum.clamp(this.expression.bits) as UInt<N>
  }

  /** Difference, or 0 where it is less. */
  subClamp(other: Operand<N>): UInt<N>
  subClamp<O>(other: O & Misfit<'unsigned', N, O>): never
  subClamp(other: unknown): UInt<N> {
    const right = operandOf(this, other, 'subClamp')
    const { bits } = this.expression
    const less = operation('lt', [this.expression, right], 1)
    return make(muxed(less, literalOf(bits, 0, 'unsigned'), operation('sub', [this.expression, right], bits)))
  }

  /** Sum with its carry, one bit wider. */
  add(other: Operand<N>): UInt<Width<Add<N, 1>>>
  add<O>(other: O & Misfit<'unsigned', N, O>): never
  add(other: unknown): UInt<Width<Add<N, 1>>> {
    return make(this.#wider('add', operandOf(this, other, 'add'), 1))
  }

  /** Difference with its sign, one bit wider. */
  sub(other: Operand<N>): SInt<Width<Add<N, 1>>>
  sub<O>(other: O & Misfit<'unsigned', N, O>): never
  sub(other: unknown): SInt<Width<Add<N, 1>>> {
    return new SInt(this.#wider('sub', operandOf(this, other, 'sub'), 1))
  }

  /** Product, as wide as both together; the widths may differ, a literal counts as wide as this. */
  mul<const O extends UInt | number | bigint>(other: O): UInt<ProductWidth<N, O>>
  mul(other: SInt & HdlTypeError<'signed and unsigned do not mix: say .signed() or .unsigned()'>): never
  mul<const O>(other: O): UInt<ProductWidth<N, O>> {
    const right = isNumber(other) ? other : make(operandOf(this, other, 'mul'))
    sameSignedness(this, right, 'mul')
    return make(this.#wider('mul', right.expression, right.expression.bits))
  }

  /** The number times 2**places: zeros below, wider by as many bits. */
  scaleUp<M extends number>(places: M): UInt<Width<Add<N, M>>> {
    const zeros = checkedPlaces('scaleUp', places)
    return make(zeros === 0 ? this.expression : joined([this.expression, literalOf(zeros, 0, 'unsigned')]))
  }

  /** Both, bit by bit. */
  and(other: Operand<N>): UInt<N>
  and<O>(other: O & Misfit<'unsigned', N, O>): never
  and(other: unknown): UInt<N> {
    return this.#same('and', other, 'and')
  }

  /** One or both, bit by bit. */
  or(other: Operand<N>): UInt<N>
  or<O>(other: O & Misfit<'unsigned', N, O>): never
  or(other: unknown): UInt<N> {
    return this.#same('or', other, 'or')
  }

  /** One and not both, bit by bit. */
  xor(other: Operand<N>): UInt<N>
  xor<O>(other: O & Misfit<'unsigned', N, O>): never
  xor(other: unknown): UInt<N> {
    return this.#same('xor', other, 'xor')
  }

  /** Every bit inverted. */
  not(): UInt<N> {
    return make(operation('not', [this.expression], this.expression.bits))
  }

  /** Whether both are the same. */
  eq(other: Operand<N>): Bit
  eq<O>(other: O & Misfit<'unsigned', N, O>): never
  eq(other: unknown): Bit {
    return this.#compare('eq', other)
  }

  /** Whether they differ. */
  ne(other: Operand<N>): Bit
  ne<O>(other: O & Misfit<'unsigned', N, O>): never
  ne(other: unknown): Bit {
    return this.#compare('ne', other)
  }

  /** Whether this is less. */
  lt(other: Operand<N>): Bit
  lt<O>(other: O & Misfit<'unsigned', N, O>): never
  lt(other: unknown): Bit {
    return this.#compare('lt', other)
  }

  /** Whether this is less or the same. */
  le(other: Operand<N>): Bit
  le<O>(other: O & Misfit<'unsigned', N, O>): never
  le(other: unknown): Bit {
    return this.#compare('le', other)
  }

  /** Whether this is greater. */
  gt(other: Operand<N>): Bit
  gt<O>(other: O & Misfit<'unsigned', N, O>): never
  gt(other: unknown): Bit {
    return this.#compare('gt', other)
  }

  /** Whether this is greater or the same. */
  ge(other: Operand<N>): Bit
  ge<O>(other: O & Misfit<'unsigned', N, O>): never
  ge(other: unknown): Bit {
    return this.#compare('ge', other)
  }

  /** Whether the value is one of those given. */
  in(...others: readonly Operand<N>[]): Bit {
    return others.map((other) => this.eq(other)).reduce((any, hit) => any.or(hit))
  }

  /**
   * Whether the bits are as the pattern says, most significant first: `0`, `1`, `-` for either, `_` for a gap to the eye.
   * Rejects: HDL-0110 when the pattern has another number of places than the value has bits.
   */
  matches<const P extends string>(pattern: P & PatternCheck<N, P>): Bit {
    const { mask, bits } = patternOf(pattern, this.expression)
    const kept = mask === (1n << BigInt(this.expression.bits)) - 1n ? (this as UInt) : (this as UInt).and(mask)
    return kept.eq(bits)
  }

  /** Whether any bit is 1. */
  any(): Bit {
    return make(this.#bitwise('any'))
  }

  /** Whether all bits are 1. */
  all(): Bit {
    return make(this.#bitwise('all'))
  }

  /** Whether the number of ones is odd. */
  parity(): Bit {
    return make(this.#bitwise('parity'))
  }

  /** Moves the bits up, zeros come in; the width stays. `amount` is unsigned, of any width. */
  shiftLeft(amount: UInt | number): UInt<N> {
    const { bits } = this.expression
    if (typeof amount !== 'number')
      return make(operation('shiftLeft', [this.expression, unsignedOf(amount, 'a shift amount')], bits))
    const places = checkedPlaces('shiftLeft', amount)
    if (places === 0) return this
    if (places >= bits) return make(literalOf(bits, 0, 'unsigned'))
    return make(joined([sliced(this.expression, 0, bits - places), literalOf(places, 0, 'unsigned')]))
  }

  /** Moves the bits down, zeros come in; the width stays. `amount` is unsigned, of any width. */
  shiftRight(amount: UInt | number): UInt<N> {
    const { bits } = this.expression
    if (typeof amount !== 'number')
      return make(operation('shiftRight', [this.expression, unsignedOf(amount, 'a shift amount')], bits))
    const places = checkedPlaces('shiftRight', amount)
    if (places === 0) return this
    if (places >= bits) return make(literalOf(bits, 0, 'unsigned'))
    return make(joined([literalOf(places, 0, 'unsigned'), sliced(this.expression, places, bits - places)]))
  }

  /** Moves the bits up; those that leave on top come in below. Any amount: it counts modulo the width. */
  rotateLeft(amount: UInt | number): UInt<N> {
    const { bits } = this.expression
    return this.#rotate(amount, 'rotateLeft', (places) => places % bits)
  }

  /** Moves the bits down; those that leave below come in on top. Any amount: it counts modulo the width. */
  rotateRight(amount: UInt | number): UInt<N> {
    const { bits } = this.expression
    return this.#rotate(amount, 'rotateRight', (places) => (bits - (places % bits)) % bits)
  }

  /** This value above the others. */
  cat<const Others extends readonly UInt[]>(
    ...others: Others
  ): UInt<Width<SumOfWidths<readonly [UInt<N>, ...Others]>>> {
    return make(cat(this as UInt, ...others).expression)
  }

  /** `width` bits from bit `lsb` upwards. Rejects: HDL-0104 outside of the value. */
  slice<M extends number>(lsb: number, width: M): UInt<Width<M>> {
    return make(checkedSlice(this.expression, lsb, width))
  }

  /** One bit: a fixed one, or the one that `index` names (0 when there is none). */
  bit(index: number | UInt): Bit {
    return typeof index === 'number' ? this.slice(index, 1) : this.select(index, 1)
  }

  /** Element `index` of the value seen as elements of `width` bits; 0 when there is none. */
  select<M extends number>(index: UInt, width: M): UInt<Width<M>> {
    return make(selected(this.expression, unsignedOf(index, 'an index'), width))
  }

  /** The lowest `width` bits. Rejects: HDL-0104 when there are fewer. */
  truncate<M extends number>(width: M): UInt<Width<M>> {
    return this.slice(0, width)
  }

  /** The same number with zeros above, `width` bits in all. Rejects: HDL-0103 when that is narrower. */
  extend<M extends number>(width: M): UInt<Width<M>> {
    return make(checkedExtension(this.expression, width, 'unsigned'))
  }

  /** The number in `width` bits, at most as many as now; the greatest that fits where it does not. */
  clamp<M extends number>(width: M): UInt<Width<M>> {
    const low = checkedSlice(this.expression, 0, width)
    const above = this.expression.bits - low.bits
    if (above < 1) return make(low)
    const tooBig = make<1>(sliced(this.expression, low.bits, above)).any().expression
    return make(muxed(tooBig, literalOf(low.bits, (1n << BigInt(low.bits)) - 1n, 'unsigned'), low))
  }

  /** The same bits, read as a signed number. To keep the number: `.extend(n).signed()`, one bit wider. */
  signed(): SInt<N> {
    return new SInt<N>(this.expression)
  }

  /** The value on a wire of its own, with this name in the Verilog and in waveforms. */
  named(name: string): UInt<N> {
    const origin = capture(name)
    const signal = newSignal(name, this.expression.bits, 'wire', origin)
    addStatement(builder('named()'), Object.freeze({ kind: 'assign', target: signal, value: this.expression, origin }))
    return make(signal)
  }

  /** Rejects: HDL-0302, because a signal has no value while the design is built. */
  [Symbol.toPrimitive](): never {
    return usedAsPlainValue(this.expression, [
      'when(signal, () => ...) or mux(signal, a, b) for a condition',
      '.eq(), .lt() to compare',
    ])
  }

  /** What a debugger or a test prints. */
  toJSON(): string {
    return `UInt<${this.expression.bits}>`
  }

  #same(operator: Operator, other: unknown, name: string): UInt<N> {
    return make(operation(operator, [this.expression, operandOf(this, other, name)], this.expression.bits))
  }

  #compare(operator: Operator, other: unknown): Bit {
    return make(operation(operator, [this.expression, operandOf(this, other, operator)], 1))
  }

  #wider(operator: Operator, right: Expression, more: number): Expression {
    const bits = this.expression.bits + more
    return operation(operator, [extended(this.expression, bits), extended(right, bits)], bits)
  }

  #bitwise(operator: 'any' | 'all' | 'parity'): Expression {
    return this.expression.bits === 1 ? this.expression : operation(operator, [this.expression], 1)
  }

  /** `leftwards` says how far left a rotation by so many places is, 0 to width - 1. */
  #rotate(amount: UInt | number, name: string, leftwards: (places: number) => number): UInt<N> {
    const { bits } = this.expression
    const byFixed = (value: Expression, places: number): Expression => {
      const left = leftwards(places)
      return left === 0 ? value : joined([sliced(value, 0, bits - left), sliced(value, bits - left, left)])
    }
    if (typeof amount === 'number') return make(byFixed(this.expression, checkedPlaces(name, amount)))
    const by = unsignedOf(amount, 'a rotation')
    // One stage per bit of the amount; 2**bit modulo the width, so that widths that are no powers of two are right too.
    let value = this.expression
    for (let bit = 0, places = 1 % bits; bit < by.bits; bit++, places = (places * 2) % bits)
      value = muxed(sliced(by, bit, 1), byFixed(value, places), value)
    return make(value)
  }
}
