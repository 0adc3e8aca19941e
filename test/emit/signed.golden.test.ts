import { expect, test } from 'vitest'
import type { Expression } from '#ir'
import { assign, design, input, literal, module, op, operation, output, at, slice } from '../support/nodes.ts'
import { bodyOf, lint, synthesisCheck } from './tools.ts'

const [a, b, amount, wide] = [input('a', 8), input('b', 8), input('amount', 3), input('wide', 40)]
const extended = (operand: Expression, bits: number): Expression => operation('signExtend', [operand], bits, at(1))

/** What a module assigns to its output, when that is this value. */
const assigned = (value: Expression): string => {
  const y = output('y', value.bits)
  const top = module('signed_values', { ports: [a, b, amount, wide, y], body: [assign(y, value)] })
  expect(lint(design(top))).toBe('')
  expect(synthesisCheck(design(top))).toBe('')
  return bodyOf(top).replace(/\n*\/\/ bits that nothing reads[^]*/, '')
}

test('signed comparisons say so', () => {
  expect(assigned(op('ltSigned', a, b))).toBe('assign y = $signed(a) < $signed(b);')
  expect(assigned(op('geSigned', op('add', a, b), b))).toBe('assign y = $signed(a + b) >= $signed(b);')
})

test('numbers among signed values have a sign', () => {
  expect(assigned(op('leSigned', a, literal(8, 100)))).toBe("assign y = $signed(a) <= 8'sd100;")
  expect(assigned(op('gtSigned', a, literal(8, 200)))).toBe("assign y = $signed(a) > -8'sd56;")
  expect(assigned(op('leSigned', a, literal(8, 128)))).toBe("assign y = $signed(a) <= -8'sd128;")
})

test('a comparison that always comes out the same is a number', () => {
  expect(assigned(op('ltSigned', a, literal(8, 128)))).toBe("assign y = 1'b0;")
  expect(assigned(op('geSigned', literal(8, 127), a))).toBe("assign y = 1'b1;")
  const [positive, negative] = [op('cat', literal(1, 0), slice(a, 0, 7)), op('cat', literal(1, 1), slice(b, 0, 7))]
  expect(assigned(op('ltSigned', positive, negative))).toBe("assign y = 1'b0;")
})

test('a shift keeps the sign wherever it stands', () => {
  const shifted = op('shiftRightSigned', a, amount)

  expect(assigned(shifted)).toBe('assign y = $signed(a) >>> amount;')
  expect(assigned(op('and', shifted, b))).toBe('assign y = $unsigned($signed(a) >>> amount) & b;')
  expect(assigned(op('ltSigned', shifted, b))).toBe('assign y = $signed($signed(a) >>> amount) < $signed(b);')
})

test('a shift by more than 32 bits can count is a choice', () => {
  expect(assigned(op('shiftRightSigned', a, wide))).toBe(
    'assign y = (|wide[39:32]) ? {8{a[7]}} : $unsigned($signed(a) >>> wide[31:0]);',
  )
})

test('a wider signed value repeats the sign bit', () => {
  expect(assigned(extended(a, 12))).toBe('assign y = {{4{a[7]}}, a};')
})
