/** Every operator at every width up to 200, against numbers without limits. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Expression, Operator, Signal } from '#ir'
import { input, literal, operation, select, slice } from '../support/nodes.ts'
import { bench, computes, ones } from './support.ts'

const widest = 200
const width = fc.integer({ min: 1, max: widest })
/** Values of a width, with many at its edges. */
const valueOf = (bits: number): fc.Arbitrary<bigint> =>
  fc.oneof(
    fc.bigInt({ min: 0n, max: ones(bits) }),
    fc.constantFrom(0n, 1n, ones(bits), 1n << BigInt(bits - 1), ones(bits) >> 1n),
    fc.bigInt({ min: 0n, max: ones(bits) < 300n ? ones(bits) : 300n }),
  )

/** Operands by width, the width of the result, and what the result is, before it is cut to that width. */
interface Case {
  readonly operands: readonly number[]
  readonly bits: number
  readonly expected: (values: readonly bigint[], widths: readonly number[]) => bigint
}

type Binary = (a: bigint, b: bigint) => bigint
type Comparison = (a: bigint, b: bigint) => boolean

const same = (expected: Binary) =>
  width.map((bits): Case => ({ operands: [bits, bits], bits, expected: ([a = 0n, b = 0n]) => expected(a, b) }))
const comparison = (holds: Comparison, isSigned = false) =>
  width.map((bits): Case => ({
    operands: [bits, bits],
    bits: 1,
    expected: ([a = 0n, b = 0n]) => {
      const read = (value: bigint): bigint => (isSigned ? BigInt.asIntN(bits, value) : value)
      return holds(read(a), read(b)) ? 1n : 0n
    },
  }))
const one = (expected: (value: bigint, bits: number) => bigint, result: (bits: number) => number) =>
  width.map((bits): Case => ({
    operands: [bits],
    bits: result(bits),
    expected: ([value = 0n]) => expected(value, bits),
  }))
/** Amounts are cut to what makes a difference: no shift moves more than all bits. */
const shift = (expected: (value: bigint, by: bigint, bits: number) => bigint) =>
  fc.tuple(width, fc.oneof(fc.integer({ min: 1, max: 12 }), width)).map(([bits, amountBits]): Case => ({
    operands: [bits, amountBits],
    bits,
    expected: ([value = 0n, by = 0n]) => expected(value, by > BigInt(widest) ? BigInt(widest) : by, bits),
  }))
const digits = (value: bigint): number => [...value.toString(2)].filter((digit) => digit === '1').length

const cases: Readonly<Record<Operator, fc.Arbitrary<Case>>> = {
  add: same((a, b) => a + b),
  sub: same((a, b) => a - b),
  mul: same((a, b) => a * b),
  and: same((a, b) => a & b),
  or: same((a, b) => a | b),
  xor: same((a, b) => a ^ b),
  not: one(
    (value) => ~value,
    (bits) => bits,
  ),
  eq: comparison((a, b) => a === b),
  ne: comparison((a, b) => a !== b),
  lt: comparison((a, b) => a < b),
  le: comparison((a, b) => a <= b),
  gt: comparison((a, b) => a > b),
  ge: comparison((a, b) => a >= b),
  ltSigned: comparison((a, b) => a < b, true),
  leSigned: comparison((a, b) => a <= b, true),
  gtSigned: comparison((a, b) => a > b, true),
  geSigned: comparison((a, b) => a >= b, true),
  any: one(
    (value) => (value === 0n ? 0n : 1n),
    () => 1,
  ),
  all: one(
    (value, bits) => (value === ones(bits) ? 1n : 0n),
    () => 1,
  ),
  parity: one(
    (value) => BigInt(digits(value) % 2),
    () => 1,
  ),
  shiftLeft: shift((value, by) => value << by),
  shiftRight: shift((value, by) => value >> by),
  shiftRightSigned: shift((value, by, bits) => BigInt.asIntN(bits, value) >> by),
  signExtend: fc.tuple(width, width).map(([a, b]): Case => {
    const bits = Math.min(a, b)
    return { operands: [bits], bits: Math.max(a, b), expected: ([value = 0n]) => BigInt.asIntN(bits, value) }
  }),
  cat: fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 5 }).map((operands): Case => ({
    operands,
    bits: operands.reduce((sum, bits) => sum + bits, 0),
    expected: (values, widths) =>
      values.reduce((high, value, index) => (high << BigInt(widths[index] ?? 0)) | value, 0n),
  })),
  mux: width.map((bits): Case => ({
    operands: [1, bits, bits],
    bits,
    expected: ([condition, yes = 0n, no = 0n]) => (condition === 1n ? yes : no),
  })),
}

/** Values for the operands, several times; `constants` says which operands are literals instead of inputs. */
const withValues = (made: Case): fc.Arbitrary<readonly [Case, readonly (readonly bigint[])[], number]> =>
  fc.tuple(
    fc.constant(made),
    fc.array(fc.tuple(...made.operands.map(valueOf)), { minLength: 6, maxLength: 6 }),
    fc.nat({ max: 2 ** made.operands.length - 1 }),
  )

/** What the expression of the inputs is for each row of values. */
const results = (
  inputs: readonly Signal[],
  values: readonly (readonly bigint[])[],
  expression: Expression,
): readonly bigint[] => {
  const made = bench(computes(inputs, expression))
  return values.map((row) => {
    row.forEach((value, index) => made.set(`in_${index}`, value))
    return made.get('result')
  })
}
const inputsOf = (widths: readonly number[]): readonly Signal[] =>
  widths.map((bits, index) => input(`in_${index}`, bits))

test.each(Object.entries(cases) as readonly (readonly [Operator, fc.Arbitrary<Case>])[])(
  '%s is what it is for numbers without limits',
  (operator, arbitrary) => {
    fc.assert(
      fc.property(arbitrary.chain(withValues), ([{ operands, bits, expected }, values, constants]) => {
        const inputs = inputsOf(operands)
        const [first = []] = values
        // the same once with inputs only, once with some literals
        const mixed = inputs.map((own, index) =>
          (constants >> index) & 1 ? literal(own.bits, first[index] ?? 0n) : own,
        )
        const fixed = values.map((row) =>
          row.map((value, index) => ((constants >> index) & 1 ? (first[index] ?? 0n) : value)),
        )
        const wanted = (rows: readonly (readonly bigint[])[]): readonly bigint[] =>
          rows.map((row) => BigInt.asUintN(bits, expected(row, operands)))

        const plain = results(inputs, values, operation(operator, inputs, bits))
        const folded = results(inputs, fixed, operation(operator, mixed, bits))

        expect(plain).toEqual(wanted(values))
        expect(folded).toEqual(wanted(fixed))
      }),
      { seed: 1, numRuns: 60 },
    )
  },
)

test('a slice is some bits of a value', () => {
  const part = width.chain((bits) =>
    fc
      .tuple(fc.constant(bits), fc.nat({ max: bits - 1 }))
      .chain(([, lsb]) =>
        fc.tuple(
          fc.constant(bits),
          fc.constant(lsb),
          fc.integer({ min: 1, max: bits - lsb }),
          fc.array(valueOf(bits), { minLength: 5 }),
        ),
      ),
  )
  fc.assert(
    fc.property(part, ([whole, lsb, bits, values]) => {
      const rows = values.map((value) => [value])

      const value = input('in_0', whole)

      const found = results([value], rows, slice(value, lsb, bits))

      expect(found).toEqual(values.map((value) => (value >> BigInt(lsb)) & ones(bits)))
    }),
    { seed: 1, numRuns: 150 },
  )
})

test('a select is an element of an array, and 0 behind its end', () => {
  const array = fc
    .tuple(
      fc.integer({ min: 1, max: 140 }),
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 70 }),
      fc.nat({ max: 5 }),
    )
    .chain(([bits, count, indexBits, less]) => {
      const whole = Math.max(1, bits * count - less)
      const index = fc.oneof(
        fc.nat({ max: count + 1 }).map((value) => BigInt(value) & ones(indexBits)),
        valueOf(indexBits),
      )
      return fc.tuple(
        fc.constant({ bits, indexBits, whole }),
        fc.array(fc.tuple(valueOf(whole), index), { minLength: 8, maxLength: 8 }),
      )
    })
  fc.assert(
    fc.property(array, ([{ bits, indexBits, whole }, rows]) => {
      const [value, index] = [input('in_0', whole), input('in_1', indexBits)]

      const found = results([value, index], rows, select(value, index, bits))

      const expected = rows.map(([value, index]) => {
        const position = index * BigInt(bits)
        return position < BigInt(whole) ? (value >> position) & ones(bits) : 0n
      })
      expect(found).toEqual(expected)
    }),
    { seed: 1, numRuns: 200 },
  )
})

test('an expression may be as deep as it likes', () => {
  const value = input('in_0', 70)
  let deep: Expression = value
  for (let depth = 0; depth < 20_000; depth++)
    deep = operation('xor', [deep, operation('add', [deep, literal(70, depth)])])

  const [result] = results([value], [[12345n]], deep)

  let expected = 12345n
  for (let depth = 0; depth < 20_000; depth++) expected ^= (expected + BigInt(depth)) & ones(70)
  expect(result).toBe(expected)
})
