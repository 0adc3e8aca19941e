import { expect, test } from 'vitest'
import type { Diagnostic, Module } from '#ir'
import {
  assign,
  at,
  design,
  inShort,
  input,
  literal,
  match,
  module,
  not,
  op,
  operation,
  output,
  property,
  when,
  whenChain,
  wire,
} from '../support/nodes.ts'
import { only } from './only.ts'

const checkDesign = only('HDL-0322', 'HDL-0323', 'HDL-0324')

const value = input('value', 4)
const level = output('level')
const zero = wire('zero')
const drives = [assign(zero, literal(1, 0)), assign(level, literal(1, 0))]

const foundIn = (parts: Partial<Module>): readonly Diagnostic[] =>
  checkDesign(design(module('top', { ports: [value, level], signals: [zero], ...parts })))
const inShortIn = (parts: Partial<Module>): readonly string[] => foundIn(parts).map(inShort)

test('a condition that is computed and always the same is told', () => {
  const never = operation('and', [zero, op('any', value)], 1, at(7))

  expect(inShortIn({ body: [...drives, when(never, [assign(level, literal(1, 1))], [], 8)] })).toMatchInlineSnapshot(`
    [
      "HDL-0322 the condition is always 0
      8: what is inside never happens
      7: always 0",
    ]
  `)
})

test('every condition of a chain is looked at', () => {
  const branches = [op('any', value), not(zero)].map((condition) => [condition, []] as const)

  expect(inShortIn({ body: [...drives, whenChain(branches, undefined, 8)] })).toMatchInlineSnapshot(`
    [
      "HDL-0322 the condition of \`elseWhen\` is always 1
      8: what is inside happens in every cycle",
    ]
  `)
})

test('a constant in place of a condition is how a parameter switches something off', () => {
  expect(foundIn({ body: [...drives, when(literal(1, 0), [assign(level, literal(1, 1))])] })).toEqual([])
})

test('a condition that moves is fine', () => {
  expect(foundIn({ body: [...drives, when(op('any', value), [assign(level, literal(1, 1))])] })).toEqual([])
})

test('a match whose subject is always the same is told', () => {
  const subject = wire('subject', 1, { cases: { low: 0, high: 1 } })
  const body = [...drives, assign(subject, literal(1, 1)), match(subject, { low: [], high: [] }, 9)]

  expect(inShortIn({ signals: [zero, subject], body })).toMatchInlineSnapshot(`
    [
      "HDL-0322 the subject of a match is always 'high'
      9: only one case ever happens",
    ]
  `)
})

test.each([
  ['lt', 0, 0],
  ['ge', 0, 1],
  ['le', 15, 1],
  ['gt', 15, 0],
  ['ltSigned', 8, 0],
  ['leSigned', 7, 1],
] as const)('%s %i always comes out as %i', (operator, constant, result) => {
  const compared = operation(operator, [value, literal(4, constant)], 1, at(7))

  const [found, ...others] = foundIn({ body: [assign(level, compared)] })

  expect(found?.title).toBe(`\`${operator}\` always comes out as ${result}`)
  expect(others).toEqual([])
})

test.each(['lt', 'ge', 'le', 'gt', 'eq', 'ne'] as const)('%s 5 decides something', (operator) => {
  expect(foundIn({ body: [assign(level, op(operator, value, literal(4, 5)))] })).toEqual([])
})

test('a comparison of a value with itself is told with its place', () => {
  const compared = operation('eq', [value, value], 1, at(7))

  expect(inShortIn({ body: [assign(level, compared)] })).toEqual([
    'HDL-0323 `eq` always comes out as 1\n  7: both sides are the same',
  ])
})

test('a helper may be called with a value that is narrower than what it compares with', () => {
  const wide = op('cat', literal(4, 0), value)

  expect(foundIn({ body: [assign(level, op('lt', wide, literal(8, 100)))] })).toEqual([])
})

test('a property that is always the same is told', () => {
  const properties = [
    property('assert', 'one is one', not(zero), { origin: at(3) }),
    property('assume', 'nothing', zero, { origin: at(4) }),
    property('cover', 'never', zero, { origin: at(5) }),
    property('assert', 'moves', op('any', value), { origin: at(6) }),
  ]

  expect(inShortIn({ body: drives, properties })).toMatchInlineSnapshot(`
    [
      "HDL-0324 assert 'one is one' is always 1
      3: says nothing",
      "HDL-0324 assume 'nothing' is always 0
      4: excludes everything: all that is proved under it holds",
      "HDL-0324 cover 'never' is always 0
      5: never happens",
    ]
  `)
})
