/** Hardware numbers and their operators. The operator's name says what happens to the width. */
import type { Expression, Operator, Signal } from '#ir'
import { addStatement, builder, claimName, reportMistake, usedAsPlainValue } from './context.ts'
import { mainDomain } from './domain.ts'
import { capture } from './origin.ts'

/** A literal width stays itself; a run-time width fits everywhere and is left to elaboration. */
export type Width<N extends number> = number extends N ? AnyWidth : N

/** The width of a value whose width is only known when the design is built. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a run-time width is assignable in both directions
export type AnyWidth = any

/** What an operand may be: a value of the same width, or a literal that fits. */
export type Operand<N extends number> = UInt<N> | number | bigint

/** One bit. */
export type Bit = UInt<1>

const make = <N extends number>(expression: Expression): UInt<N> => new UInt<N>(expression)

const operation = <N extends number>(operator: Operator, operands: readonly Expression[], bits: number): UInt<N> =>
  make<N>(Object.freeze({ kind: 'operation', operator, operands: Object.freeze(operands), bits, origin: capture() }))

const fits = (value: bigint, bits: number): boolean => value >= 0n && value < 1n << BigInt(bits)

/** A literal of `bits` bits. Rejects: HDL-0101 when the number does not fit. */
export const literal = <N extends number>(bits: N, value: number | bigint): UInt<Width<N>> =>
  make<Width<N>>(literalOf(bits, value))

const literalOf = (bits: number, value: number | bigint): Expression => {
  const origin = capture()
  const number = BigInt(value)
  if (!fits(number, bits)) {
    reportMistake(
      'HDL-0101',
      `${number} does not fit ${bits} bit${bits === 1 ? '' : 's'}`,
      { origin, note: `0 to ${(1n << BigInt(bits)) - 1n} fit` },
      [],
      number < 0n
        ? ['give the value as an unsigned number']
        : [`use a width of ${number.toString(2).length} bits or more`],
    )
    return Object.freeze({ kind: 'literal', bits, value: number & ((1n << BigInt(bits)) - 1n), origin })
  }
  return Object.freeze({ kind: 'literal', bits, value: number, origin })
}

/** An unsigned number of `N` bits somewhere in the circuit. */
export class UInt<N extends number = AnyWidth> {
  readonly __signal = true
  readonly width: Width<N>
  readonly expression: Expression

  constructor(expression: Expression) {
    this.expression = expression
    this.width = expression.bits as Width<N>
  }

  /** Sum, without the carry. */
  addWrap(other: Operand<N>): UInt<N> {
    return this.#same('add', other)
  }

  /** Difference, without the borrow. */
  subWrap(other: Operand<N>): UInt<N> {
    return this.#same('sub', other)
  }

  /** Sum with its carry, one bit wider. */
  add(other: Operand<N>): UInt {
    const right = this.#operand(other, 'add')
    const bits = this.expression.bits + 1
    return operation('add', [extended(this.expression, bits), extended(right, bits)], bits)
  }

  /** Product, as wide as both together. */
  mul(other: UInt | number | bigint): UInt {
    const right = other instanceof UInt ? other.expression : this.#operand(other, 'mul')
    const bits = this.expression.bits + right.bits
    return operation('mul', [extended(this.expression, bits), extended(right, bits)], bits)
  }

  and(other: Operand<N>): UInt<N> {
    return this.#same('and', other)
  }

  or(other: Operand<N>): UInt<N> {
    return this.#same('or', other)
  }

  xor(other: Operand<N>): UInt<N> {
    return this.#same('xor', other)
  }

  not(): UInt<N> {
    return operation('not', [this.expression], this.expression.bits)
  }

  eq(other: Operand<N>): Bit {
    return this.#compare('eq', other)
  }

  ne(other: Operand<N>): Bit {
    return this.#compare('ne', other)
  }

  lt(other: Operand<N>): Bit {
    return this.#compare('lt', other)
  }

  le(other: Operand<N>): Bit {
    return this.#compare('le', other)
  }

  gt(other: Operand<N>): Bit {
    return this.#compare('gt', other)
  }

  ge(other: Operand<N>): Bit {
    return this.#compare('ge', other)
  }

  /** Whether the value is one of those given. */
  in(...others: readonly Operand<N>[]): Bit {
    return others.map((other) => this.eq(other)).reduce((any, hit) => any.or(hit))
  }

  /** Whether any bit is 1. */
  any(): Bit {
    return this.expression.bits === 1 ? (this as unknown as Bit) : operation('any', [this.expression], 1)
  }

  /** Whether all bits are 1. */
  all(): Bit {
    return this.expression.bits === 1 ? (this as unknown as Bit) : operation('all', [this.expression], 1)
  }

  /** Whether the number of ones is odd. */
  parity(): Bit {
    return operation('parity', [this.expression], 1)
  }

  /** Moves the bits up, zeros come in; the width stays. */
  shiftLeft(amount: UInt | number): UInt<N> {
    if (typeof amount !== 'number')
      return operation('shiftLeft', [this.expression, amount.expression], this.expression.bits)
    const bits = this.expression.bits
    if (amount === 0) return this
    if (amount >= bits) return literal(bits, 0) as UInt<N>
    return cat(this.slice(0, bits - amount), literal(amount, 0)) as UInt<N>
  }

  /** Moves the bits down, zeros come in; the width stays. */
  shiftRight(amount: UInt | number): UInt<N> {
    if (typeof amount !== 'number')
      return operation('shiftRight', [this.expression, amount.expression], this.expression.bits)
    const bits = this.expression.bits
    if (amount === 0) return this
    if (amount >= bits) return literal(bits, 0) as UInt<N>
    return cat(literal(amount, 0), this.slice(amount, bits - amount)) as UInt<N>
  }

  /** This value above the others. */
  cat(...others: readonly UInt[]): UInt {
    return cat(this as UInt, ...others)
  }

  /** `width` bits from bit `lsb` upwards. Rejects: HDL-0104 outside of the value. */
  slice<M extends number>(lsb: number, width: M): UInt<Width<M>> {
    const { bits } = this.expression
    if (!Number.isInteger(lsb) || !Number.isInteger(width) || lsb < 0 || width < 1 || lsb + width > bits) {
      reportMistake(
        'HDL-0104',
        `bits ${lsb + width - 1} to ${lsb} are not inside ${described(this.expression)} of ${bits} bits`,
        { origin: capture(), note: `bits ${bits - 1} to 0 exist` },
        [],
        [`slice(lsb, width) with lsb + width at most ${bits}`],
      )
      return literal(Math.max(1, width || 1), 0) as UInt<Width<M>>
    }
    return make<Width<M>>(sliced(this.expression, lsb, width))
  }

  /** One bit: a fixed one, or the one that `index` names (0 when there is none). */
  bit(index: number | UInt): Bit {
    return typeof index === 'number' ? this.slice(index, 1) : this.select(index, 1)
  }

  /** Element `index` of the value seen as elements of `width` bits; 0 when there is none. */
  select<M extends number>(index: UInt, width: M): UInt<Width<M>> {
    return make<Width<M>>(
      Object.freeze({
        kind: 'select',
        operand: this.expression,
        index: index.expression,
        bits: width,
        origin: capture(),
      }),
    )
  }

  /** The lowest `width` bits. */
  truncate<M extends number>(width: M): UInt<Width<M>> {
    return this.slice(0, width)
  }

  /** The same number with zeros above, `width` bits in all. Rejects: HDL-0103 when that is narrower. */
  extend<M extends number>(width: M): UInt<Width<M>> {
    if (width < this.expression.bits) {
      reportMistake(
        'HDL-0103',
        `extend(${width}) would drop bits of ${described(this.expression)}, which has ${this.expression.bits}`,
        { origin: capture(), note: `${this.expression.bits} bits here` },
        [],
        [`to drop the upper bits: truncate(${width})`],
      )
      return literal(width, 0)
    }
    return make<Width<M>>(extended(this.expression, width))
  }

  /** The value on a wire of its own, with this name in the Verilog and in waveforms. */
  named(name: string): UInt<N> {
    const origin = capture(name)
    const signal = newSignal(name, this.expression.bits, 'wire', origin)
    addStatement(builder('named()'), Object.freeze({ kind: 'assign', target: signal, value: this.expression, origin }))
    return make<N>(signal)
  }

  [Symbol.toPrimitive](): never {
    return usedAsPlainValue(this.expression, [
      'when(signal, () => ...) or mux(signal, a, b) for a condition',
      '.eq(), .lt() to compare',
    ])
  }

  toJSON(): string {
    return `UInt<${this.expression.bits}>`
  }

  #operand(other: Operand<N>, operator: string): Expression {
    if (!(other instanceof UInt)) return literalOf(this.expression.bits, other)
    const { bits } = other.expression
    if (bits !== this.expression.bits) {
      reportMistake(
        'HDL-0103',
        `\`${operator}\` of ${described(this.expression)} with ${this.expression.bits} bits and ${described(other.expression)} with ${bits}`,
        { origin: capture(), note: 'both sides have the same width, nothing is extended unseen' },
        [
          { origin: this.expression.origin, note: `${this.expression.bits} bits` },
          { origin: other.expression.origin, note: `${bits} bits` },
        ],
        bits < this.expression.bits
          ? [
              `to widen the narrower one: .extend(${this.expression.bits})`,
              `to narrow the wider one: .truncate(${bits})`,
            ]
          : [
              `to widen the narrower one: .extend(${bits})`,
              `to narrow the wider one: .truncate(${this.expression.bits})`,
            ],
      )
      return literalOf(this.expression.bits, 0)
    }
    return other.expression
  }

  #same(operator: Operator, other: Operand<N>): UInt<N> {
    return operation(operator, [this.expression, this.#operand(other, operator)], this.expression.bits)
  }

  #compare(operator: Operator, other: Operand<N>): Bit {
    return operation(operator, [this.expression, this.#operand(other, operator)], 1)
  }
}

/** The values side by side; the first is the most significant. */
export const cat = (...parts: readonly UInt[]): UInt => {
  if (parts.length === 1) return parts[0] as UInt
  const operands = parts.map((part) => part.expression)
  return operation(
    'cat',
    operands,
    operands.reduce((sum, part) => sum + part.bits, 0),
  )
}

/** How a message names an expression. */
export const described = (expression: Expression): string =>
  expression.kind === 'signal'
    ? `\`${expression.name}\``
    : expression.kind === 'literal'
      ? `${expression.value}`
      : 'a value'

const extended = (expression: Expression, bits: number): Expression => {
  if (expression.bits === bits) return expression
  const zero = literalOf(bits - expression.bits, 0)
  return Object.freeze({
    kind: 'operation',
    operator: 'cat',
    operands: Object.freeze([zero, expression]),
    bits,
    origin: capture(),
  } as const)
}

/** Slices see through slices, concatenations and literals, so that records cost nothing. */
const sliced = (operand: Expression, lsb: number, bits: number): Expression => {
  if (lsb === 0 && bits === operand.bits) return operand
  if (operand.kind === 'slice') return sliced(operand.operand, operand.lsb + lsb, bits)
  if (operand.kind === 'literal') return literalOf(bits, (operand.value >> BigInt(lsb)) & ((1n << BigInt(bits)) - 1n))
  if (operand.kind === 'operation' && operand.operator === 'cat') {
    let low = operand.bits
    for (const part of operand.operands) {
      low -= part.bits
      if (lsb >= low && lsb + bits <= low + part.bits) return sliced(part, lsb - low, bits)
    }
  }
  return Object.freeze({ kind: 'slice', operand, lsb, bits, origin: capture() })
}

/** Makes a signal of the module whose body is running. */
export const newSignal = (
  name: string,
  bits: number,
  role: Signal['role'],
  origin: Signal['origin'],
  more: { reset?: bigint | undefined; fallback?: Expression | undefined; cases?: Signal['cases'] } = {},
): Signal => {
  const owner = builder(`\`${name}\``)
  const signal: Signal = Object.freeze({
    kind: 'signal',
    name: claimName(owner, name),
    label: name,
    bits,
    signed: false,
    role,
    domain: role === 'wire' || role === 'instanceOutput' ? undefined : mainDomain,
    cases: more.cases,
    reset: more.reset,
    fallback: more.fallback,
    crossing: undefined,
    ghost: false,
    origin,
  })
  if (role === 'input' || role === 'output') owner.ports.push(signal)
  else owner.signals.push(signal)
  return signal
}

/** Assigns an expression to a signal: HDL-0102 when the widths differ. */
export const assign = (target: Signal, value: Expression, verb: 'drive' | 'next'): void => {
  const origin = capture()
  if (value.bits !== target.bits) {
    reportMistake(
      'HDL-0102',
      `\`${target.name}\` is ${target.bits} bit${target.bits === 1 ? '' : 's'}, the value is ${value.bits}`,
      { origin, note: `${value.bits} bits given to \`${verb}\`` },
      [
        { origin: target.origin, note: `${target.bits} bits here` },
        { origin: value.origin, note: `${value.bits} bits: made here` },
      ],
      value.bits > target.bits
        ? [`to drop the upper bits: .truncate(${target.bits})`, `to keep them: a width of ${value.bits} bits`]
        : [`to fill with zeros: .extend(${target.bits})`],
    )
  }
  // A value of the wrong width still counts as a driver, so that one mistake is not told as two.
  const fitting: Expression =
    value.bits === target.bits ? value : { kind: 'literal', bits: target.bits, value: 0n, origin }
  addStatement(builder(verb), Object.freeze({ kind: 'assign', target, value: fitting, origin }))
}
