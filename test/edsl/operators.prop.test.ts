/** Every operator computes what bigint arithmetic says, for widths of 1 to 200 bits. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type Bit,
  elaborate,
  input,
  leadingZeros,
  literal,
  lowestOne,
  module,
  mux,
  onehot,
  onehotIndex,
  output,
  popcount,
  priority,
  replicate,
  reversed,
  SInt,
  sint,
  trailingZeros,
  UInt,
  uint,
} from '#edsl'
import { createReference } from '../emit/reference.ts'

/** What an operator makes of `a` and `b` of `bits` bits and of `amount` of 9 bits: hardware, meaning, width. */
interface Law<Value> {
  readonly build: (a: Value, b: Value, amount: UInt) => UInt | SInt
  readonly means: (a: bigint, b: bigint, bits: number, amount: number) => bigint
  readonly width: (bits: number) => number
}

const same = (bits: number): number => bits
const one = (): number => 1
const grown = (bits: number): number => bits + 1
const counted = (bits: number): number => bits.toString(2).length
const fact = (holds: boolean): bigint => (holds ? 1n : 0n)
const clamp = (value: bigint, low: bigint, high: bigint): bigint => (value < low ? low : value > high ? high : value)
const ones = (bits: number): bigint => (1n << BigInt(bits)) - 1n
const binary = (value: bigint, bits: number): string => BigInt.asUintN(bits, value).toString(2).padStart(bits, '0')
const rotated = (value: bigint, bits: number, left: number): bigint => {
  const text = binary(value, bits)
  const at = left % bits
  return BigInt(`0b${text.slice(at)}${text.slice(0, at)}`)
}
const half = (bits: number): bigint => 1n << BigInt(bits - 1)
const shift = (amount: number): bigint => BigInt(amount)

const unsigned: Readonly<Record<string, Law<UInt>>> = {
  addWrap: { build: (a, b) => a.addWrap(b), means: (a, b) => a + b, width: same },
  subWrap: { build: (a, b) => a.subWrap(b), means: (a, b) => a - b, width: same },
  mulWrap: { build: (a, b) => a.mulWrap(b), means: (a, b) => a * b, width: same },
  addClamp: { build: (a, b) => a.addClamp(b), means: (a, b, n) => clamp(a + b, 0n, ones(n)), width: same },
  subClamp: { build: (a, b) => a.subClamp(b), means: (a, b, n) => clamp(a - b, 0n, ones(n)), width: same },
  add: { build: (a, b) => a.add(b), means: (a, b) => a + b, width: grown },
  sub: { build: (a, b) => a.sub(b), means: (a, b) => a - b, width: grown },
  mul: { build: (a, b) => a.mul(b), means: (a, b) => a * b, width: (n) => 2 * n },
  mulUneven: { build: (a, b) => a.mul(b.slice(0, 1)), means: (a, b) => a * (b % 2n), width: grown },
  scaleUp: { build: (a) => a.scaleUp(5), means: (a) => a << 5n, width: (n) => n + 5 },
  and: { build: (a, b) => a.and(b), means: (a, b) => a & b, width: same },
  or: { build: (a, b) => a.or(b), means: (a, b) => a | b, width: same },
  xor: { build: (a, b) => a.xor(b), means: (a, b) => a ^ b, width: same },
  not: { build: (a) => a.not(), means: (a) => ~a, width: same },
  eq: { build: (a, b) => a.eq(b), means: (a, b) => fact(a === b), width: one },
  ne: { build: (a, b) => a.ne(b), means: (a, b) => fact(a !== b), width: one },
  lt: { build: (a, b) => a.lt(b), means: (a, b) => fact(a < b), width: one },
  le: { build: (a, b) => a.le(b), means: (a, b) => fact(a <= b), width: one },
  gt: { build: (a, b) => a.gt(b), means: (a, b) => fact(a > b), width: one },
  ge: { build: (a, b) => a.ge(b), means: (a, b) => fact(a >= b), width: one },
  in: { build: (a, b) => a.in(b, 0), means: (a, b) => fact(a === b || a === 0n), width: one },
  any: { build: (a) => a.any(), means: (a) => fact(a !== 0n), width: one },
  all: { build: (a) => a.all(), means: (a, _, n) => fact(a === ones(n)), width: one },
  parity: { build: (a) => a.parity(), means: (a, _, n) => count(a, n) % 2n, width: one },
  shiftLeft: { build: (a, _, by) => a.shiftLeft(by), means: (a, _b, _n, by) => a << shift(by), width: same },
  shiftRight: { build: (a, _, by) => a.shiftRight(by), means: (a, _b, _n, by) => a >> shift(by), width: same },
  shiftLeftBy3: { build: (a) => a.shiftLeft(3), means: (a) => a << 3n, width: same },
  shiftRightBy3: { build: (a) => a.shiftRight(3), means: (a) => a >> 3n, width: same },
  rotateLeft: { build: (a, _, by) => a.rotateLeft(by), means: (a, _, n, by) => rotated(a, n, by), width: same },
  rotateRight: {
    build: (a, _, by) => a.rotateRight(by),
    means: (a, _, n, by) => rotated(a, n, n - (by % n)),
    width: same,
  },
  rotateLeftBy7: { build: (a) => a.rotateLeft(7), means: (a, _, n) => rotated(a, n, 7), width: same },
  rotateRightBy7: { build: (a) => a.rotateRight(7), means: (a, _, n) => rotated(a, n, n - (7 % n)), width: same },
  cat: { build: (a, b) => a.cat(b), means: (a, b, n) => (a << BigInt(n)) | b, width: (n) => 2 * n },
  bit: { build: (a, _, by) => a.bit(by), means: (a, _b, _n, by) => (a >> shift(by)) & 1n, width: one },
  extend: { build: (a) => a.extend(a.expression.bits + 3), means: (a) => a, width: (n) => n + 3 },
  signed: {
    build: (a) => a.signed().extend(a.expression.bits + 2),
    means: (a, _, n) => BigInt.asIntN(n, a),
    width: (n) => n + 2,
  },
  clamp: {
    build: (a) => a.clamp((a.expression.bits + 1) >> 1),
    means: (a, _, n) => clamp(a, 0n, ones((n + 1) >> 1)),
    width: (n) => (n + 1) >> 1,
  },
  mux: { build: (a, b) => mux(a.lt(b), a, b), means: (a, b) => (a < b ? a : b), width: same },
  matches: {
    build: (a) => a.matches(lowestSet(a.expression.bits)),
    means: (a) => a % 2n,
    width: one,
  },
  onehot: {
    build: (a, _, by) => onehot(by, a.expression.bits),
    means: (_a, _b, _n, by) => 1n << shift(by),
    width: same,
  },
  onehotIndex: {
    build: (a, _, by) => onehotIndex(onehot(by, a.expression.bits)),
    means: (_a, _b, n, by) => (by < n ? BigInt(by) : 0n),
    width: (n) => counted(Math.max(1, n - 1)),
  },
  lowestOne: { build: (a) => lowestOne(a), means: (a) => a & -a, width: same },
  priorityIndex: {
    build: (a) => priority(a).index,
    means: (a, _, n) => (a === 0n ? 0n : BigInt(trailing(a, n))),
    width: (n) => counted(Math.max(1, n - 1)),
  },
  priorityValid: { build: (a) => priority(a).valid, means: (a) => fact(a !== 0n), width: one },
  popcount: { build: (a) => popcount(a), means: (a, _, n) => count(a, n), width: counted },
  leadingZeros: { build: (a) => leadingZeros(a), means: (a, _, n) => BigInt(leading(a, n)), width: counted },
  trailingZeros: { build: (a) => trailingZeros(a), means: (a, _, n) => BigInt(trailing(a, n)), width: counted },
  reversed: {
    build: (a) => reversed(a),
    means: (a, _, n) => BigInt(`0b${[...binary(a, n)].reverse().join('')}`),
    width: same,
  },
  replicate: {
    build: (a) => replicate(a, 3),
    means: (a, _, n) => BigInt(`0b${binary(a, n).repeat(3)}`),
    width: (n) => 3 * n,
  },
}

const count = (value: bigint, bits: number): bigint => BigInt(binary(value, bits).replaceAll('0', '').length)
const leading = (value: bigint, bits: number): number => /^0*/.exec(binary(value, bits))?.[0].length ?? 0
const trailing = (value: bigint, bits: number): number => /0*$/.exec(binary(value, bits))?.[0].length ?? 0

const signed: Readonly<Record<string, Law<SInt>>> = {
  addWrap: { build: (a, b) => a.addWrap(b), means: (a, b) => a + b, width: same },
  subWrap: { build: (a, b) => a.subWrap(b), means: (a, b) => a - b, width: same },
  mulWrap: { build: (a, b) => a.mulWrap(b), means: (a, b) => a * b, width: same },
  addClamp: { build: (a, b) => a.addClamp(b), means: (a, b, n) => clamp(a + b, -half(n), half(n) - 1n), width: same },
  subClamp: { build: (a, b) => a.subClamp(b), means: (a, b, n) => clamp(a - b, -half(n), half(n) - 1n), width: same },
  add: { build: (a, b) => a.add(b), means: (a, b) => a + b, width: grown },
  sub: { build: (a, b) => a.sub(b), means: (a, b) => a - b, width: grown },
  mul: { build: (a, b) => a.mul(b), means: (a, b) => a * b, width: (n) => 2 * n },
  mulUneven: {
    build: (a, b) => a.mul(b.slice(0, 1).signed()),
    means: (a, b) => a * BigInt.asIntN(1, b),
    width: grown,
  },
  mulLiteral: { build: (a) => a.mul(-1), means: (a) => -a, width: (n) => 2 * n },
  neg: { build: (a) => a.neg(), means: (a) => -a, width: grown },
  negWrap: { build: (a) => a.negWrap(), means: (a) => -a, width: same },
  abs: { build: (a) => a.abs(), means: (a) => (a < 0n ? -a : a), width: same },
  isNegative: { build: (a) => a.isNegative(), means: (a) => fact(a < 0n), width: one },
  scaleUp: { build: (a) => a.scaleUp(4), means: (a) => a << 4n, width: (n) => n + 4 },
  and: { build: (a, b) => a.and(b), means: (a, b) => a & b, width: same },
  or: { build: (a, b) => a.or(b), means: (a, b) => a | b, width: same },
  xor: { build: (a, b) => a.xor(b), means: (a, b) => a ^ b, width: same },
  not: { build: (a) => a.not(), means: (a) => ~a, width: same },
  eq: { build: (a, b) => a.eq(b), means: (a, b) => fact(a === b), width: one },
  ne: { build: (a, b) => a.ne(b), means: (a, b) => fact(a !== b), width: one },
  lt: { build: (a, b) => a.lt(b), means: (a, b) => fact(a < b), width: one },
  le: { build: (a, b) => a.le(b), means: (a, b) => fact(a <= b), width: one },
  gt: { build: (a, b) => a.gt(b), means: (a, b) => fact(a > b), width: one },
  ge: { build: (a, b) => a.ge(b), means: (a, b) => fact(a >= b), width: one },
  in: { build: (a, b) => a.in(b, -1), means: (a, b) => fact(a === b || a === -1n), width: one },
  any: { build: (a) => a.any(), means: (a) => fact(a !== 0n), width: one },
  shiftLeft: { build: (a, _, by) => a.shiftLeft(by), means: (a, _b, _n, by) => a << shift(by), width: same },
  shiftRight: { build: (a, _, by) => a.shiftRight(by), means: (a, _b, _n, by) => a >> shift(by), width: same },
  shiftLeftBy3: { build: (a) => a.shiftLeft(3), means: (a) => a << 3n, width: same },
  shiftRightBy3: { build: (a) => a.shiftRight(3), means: (a) => a >> 3n, width: same },
  slice: { build: (a) => a.slice(a.expression.bits - 1, 1), means: (a) => fact(a < 0n), width: one },
  bit: {
    build: (a, _, by) => a.bit(by),
    means: (a, _b, n, by) => (BigInt.asUintN(n, a) >> shift(by)) & 1n,
    width: one,
  },
  truncate: { build: (a) => a.truncate((a.expression.bits + 1) >> 1), means: (a) => a, width: (n) => (n + 1) >> 1 },
  extend: { build: (a) => a.extend(a.expression.bits + 3), means: (a) => a, width: (n) => n + 3 },
  clamp: {
    build: (a) => a.clamp((a.expression.bits + 1) >> 1),
    means: (a, _, n) => clamp(a, -half((n + 1) >> 1), half((n + 1) >> 1) - 1n),
    width: (n) => (n + 1) >> 1,
  },
  unsigned: {
    build: (a) => a.unsigned().extend(a.expression.bits + 1),
    means: (a, _, n) => BigInt.asUintN(n, a),
    width: grown,
  },
  mux: { build: (a, b) => mux(a.lt(b), a, b), means: (a, b) => (a < b ? a : b), width: same },
}

const lowestSet = (bits: number): string => '1'.padStart(bits, '-')
const amountBits = 9

/** The outputs of all laws for operands of `bits` bits: a function of the inputs' bits. */
const hardware = (bits: number, kind: 'unsigned' | 'signed') => {
  const laws = Object.entries<Law<never>>(kind === 'unsigned' ? unsigned : signed)
  const operand = kind === 'unsigned' ? uint(bits) : sint(bits)
  const inputs = { a: input(operand), b: input(operand), amount: input(uint(amountBits)) }
  const outputs = Object.fromEntries(laws.map(([name, { width }]) => [`out_${name}`, output(uint(width(bits)))]))
  const subject = module('subject', { ...inputs, ...outputs }, (ports) => {
    const { a, b, amount } = ports as unknown as Record<string, UInt>
    for (const [name, { build }] of laws) {
      const made = build(a as never, b as never, amount as UInt)
      const port = (ports as unknown as Record<string, { drive: (value: UInt) => void }>)[`out_${name}`]
      port?.drive(made instanceof SInt ? made.unsigned() : made)
    }
  })
  const { top } = elaborate(subject)
  return (values: Readonly<Record<string, bigint>>): Readonly<Record<string, bigint>> => {
    const reference = createReference(top, (name) =>
      BigInt.asUintN(name === 'amount' ? amountBits : bits, values[name] ?? 0n),
    )
    const port = (name: string): string => top.ports.find(({ label }) => label === `out_${name}`)?.name ?? name
    return Object.fromEntries(laws.map(([name]) => [name, reference.output(port(name))]))
  }
}

test.each(['unsigned', 'signed'] as const)('%s operators compute what bigint arithmetic says', (kind) => {
  const cases = fc.integer({ min: 1, max: 200 }).chain((bits) => {
    const value = kind === 'signed' ? fc.bigInt(-half(bits), half(bits) - 1n) : fc.bigInt(0n, ones(bits))
    const operands = fc.record({ a: value, b: value, amount: fc.oneof(fc.nat(bits + 1), fc.nat(511)) })
    return fc.record({ bits: fc.constant(bits), rows: fc.array(operands, { minLength: 4, maxLength: 8 }) })
  })
  const laws = Object.entries<Law<never>>(kind === 'unsigned' ? unsigned : signed)

  fc.assert(
    fc.property(cases, ({ bits, rows }) => {
      const outputs = hardware(bits, kind)
      for (const { a, b, amount } of rows) {
        const expected = Object.fromEntries(
          laws.map(([name, { means, width }]) => [name, BigInt.asUintN(width(bits), means(a, b, bits, amount))]),
        )
        expect(outputs({ a, b, amount: BigInt(amount) })).toEqual(expected)
      }
    }),
    {
      seed: 31,
      numRuns: kind === 'signed' ? 60 : 25,
      examples: [1, 2, 3].map((bits) => [{ bits, rows: all(bits, kind) }]),
    },
  )
})

/** All pairs of operands, with an amount that differs from pair to pair. */
const all = (bits: number, kind: 'unsigned' | 'signed') => {
  const low = kind === 'signed' ? -half(bits) : 0n
  const numbers = Array.from({ length: 2 ** bits }, (_, index) => low + BigInt(index))
  return numbers.flatMap((a, row) => numbers.map((b, column) => ({ a, b, amount: row + column })))
}

test('a literal of another sign is the same operand as a value of its number', () => {
  const subject = module('subject', { a: input(sint(6)), below: output(uint(1)), sum: output(sint(6)) }, (ports) => {
    ports.below.drive(ports.a.lt(-3))
    ports.sum.drive(ports.a.addWrap(-32))
  })
  const { top } = elaborate(subject)
  const at = (a: number) => {
    const reference = createReference(top, () => BigInt.asUintN(6, BigInt(a)))
    return [reference.output('below'), BigInt.asIntN(6, reference.output('sum'))]
  }

  expect([at(-4), at(-3), at(5)]).toEqual([
    [1n, 28n],
    [0n, 29n],
    [0n, -27n],
  ])
})

test('a condition is a value like any other', () => {
  const isOdd = (value: UInt): Bit => value.bit(0)
  const subject = module('subject', { a: input(uint(4)), odd: output(uint(1)) }, ({ a, odd }) => {
    odd.drive(mux(isOdd(a), literal(1, 1), 0))
  })

  const reference = createReference(elaborate(subject).top, () => 5n)

  expect(reference.output('odd')).toBe(1n)
})
