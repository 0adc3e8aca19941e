import { expect, test } from 'vitest'
import { checkDesign } from '#check'
import type { Allowance, Diagnostic, Signal } from '#ir'
import { assign, at, design, inShort, literal, module, output, wire } from '../support/nodes.ts'

const spare = wire('spare', 1, { origin: at(2) })
const other = wire('other', 1, { origin: at(3) })

const allow = (code: string, signal?: Signal, origin = at(9)): Allowance => ({
  kind: 'allowance',
  code,
  signal,
  reason: 'read by the debugger only',
  origin,
})

const foundWith = (...allowances: readonly Allowance[]): readonly Diagnostic[] =>
  checkDesign(
    design(
      module('top', {
        signals: [spare, other],
        body: [assign(spare, literal(1, 0)), assign(other, literal(1, 0))],
        allowances,
      }),
    ),
  )

test('an allowance for a signal silences what is told of it, and nothing else', () => {
  expect(foundWith(allow('HDL-0305', spare)).map(({ title }) => title)).toEqual(['nobody reads `other`'])
})

test('an allowance without a signal silences its code in the module', () => {
  expect(foundWith(allow('HDL-0305'))).toEqual([])
})

test('an allowance that silences nothing is told', () => {
  const found = foundWith(allow('HDL-0305'), allow('HDL-0306', spare, at(10)))

  expect(found.map(inShort)).toMatchInlineSnapshot(`
    [
      "HDL-0321 nothing is told as HDL-0306 about \`spare\`
      10: allows what does not happen: 'read by the debugger only'
      2: the signal",
    ]
  `)
})

test('a mistake without a switch cannot be allowed', () => {
  const level = output('level', 1, { origin: at(1) })
  const top = module('top', { ports: [level], allowances: [allow('HDL-0201', level)] })

  expect(checkDesign(design(top)).map(inShort)).toMatchInlineSnapshot(`
    [
      "HDL-0201 \`level\` is never driven
      1: output without a driver",
      "HDL-0321 HDL-0201 cannot be allowed
      9: not a warning with a switch
      1: the signal",
    ]
  `)
})

test('of the leaves of a record one is enough', () => {
  const origin = at(9)

  expect(
    foundWith(allow('HDL-0305', other), allow('HDL-0305', spare, origin), allow('HDL-0305', output('x'), origin)),
  ).toEqual([])
})

test('what may be meant is not told after mistakes that change what the designer wrote', () => {
  const earlier = { code: 'HDL-0102', title: '', at: { origin: at(1), note: '' }, also: [], path: [], help: [] }
  const top = module('top', { signals: [spare], allowances: [allow('HDL-0306')] })

  expect(checkDesign(design(top), [earlier]).map(({ code }) => code)).toEqual(['HDL-0102'])
})
