import { expect, test } from 'vitest'
import type { Diagnostic, Statement } from '#ir'
import {
  assign,
  design,
  inShort,
  input,
  instance,
  literal,
  match,
  module,
  output,
  register,
  wire,
  when,
} from '../support/nodes.ts'
import { only } from './only.ts'

const checkDesign = only('HDL-0203')

const enable = input('enable')
const grant = wire('grant', 4)
const held = register('held', 4)
const value = literal(4, 3)

const foundIn = (body: readonly Statement[]): readonly Diagnostic[] =>
  checkDesign(design(module('top', { ports: [enable], signals: [grant, held], body })))

test('two unconditional drives are told, the second one first', () => {
  const found = foundIn([assign(grant, literal(4, 0), 24), assign(grant, value, 31)])

  expect(found.map(inShort)).toMatchInlineSnapshot(`
    [
      "HDL-0203 \`grant\` has two drivers
      31: second driver, always active
      24: first driver, always active",
    ]
  `)
  expect(found[0]?.help).toMatchInlineSnapshot(`
    [
      "give the quiet value as the fallback and drive inside \`when\`:",
      "  const grant = wire(uint(4), 0)",
      "  when(condition, () => grant.drive(value))",
    ]
  `)
})

test('two unconditional next values are told', () => {
  const found = foundIn([assign(held, literal(4, 0), 24), assign(held, value, 31)])

  expect(found.map(inShort)).toMatchInlineSnapshot(`
    [
      "HDL-0203 \`held\` has two next values
      31: second next value, always active
      24: first next value, always active",
    ]
  `)
  expect(found[0]?.help).toMatchInlineSnapshot(`
    [
      "put the usual value first and the exceptions after it, inside \`when\`:",
      "  when(condition, () => held.next(value))",
    ]
  `)
})

test('a default with exceptions after it is fine', () => {
  const found = foundIn([assign(grant, value), when(enable, [assign(grant, literal(4, 0))])])

  expect(found).toEqual([])
})

test('a drive that the same block overrides is told inside of `when` as well', () => {
  const found = foundIn([when(enable, [assign(held, value, 5), assign(held, value, 6)])])

  expect(found.map(inShort)).toMatchInlineSnapshot(`
    [
      "HDL-0203 \`held\` has two next values
      6: second next value, active in the same case
      5: first next value, active in the same case",
    ]
  `)
})

test('an exception before the default never acts', () => {
  const found = foundIn([when(enable, [assign(grant, value, 5)]), assign(grant, literal(4, 0), 8)])

  expect(found.map(inShort)).toMatchInlineSnapshot(`
    [
      "HDL-0203 \`grant\` has two drivers
      8: second driver, always active
      5: first driver, overridden by the last one",
    ]
  `)
  expect(found[0]?.help).toMatchInlineSnapshot(`
    [
      "put the usual value first and the exceptions after it, inside \`when\`:",
      "  when(condition, () => grant.drive(value))",
    ]
  `)
})

test('three drives are one mistake', () => {
  const found = foundIn([assign(grant, value, 4), assign(grant, value, 5), assign(grant, value, 6)])

  expect(found.map(inShort)).toMatchInlineSnapshot(`
    [
      "HDL-0203 \`grant\` has three drivers
      6: third driver, always active
      5: second driver, always active
      4: first driver, always active",
    ]
  `)
})

test('different branches may drive the same signal', () => {
  const found = foundIn([
    when(enable, [assign(grant, value)], [assign(grant, value)]),
    match(enable, { low: [assign(held, value)], high: [assign(held, value)] }),
  ])

  expect(found).toEqual([])
})

test('the input of an instance is named with the instance', () => {
  const port = input('request', 4)
  const child = module('child', { ports: [port] })
  const signal = wire('arbiter_request', 4)
  const body = [assign(signal, value), assign(signal, value)]

  const found = checkDesign(
    design(module('top', { signals: [signal], instances: [instance('arbiter', child, { request: signal })], body })),
  )

  expect(found.map(({ title }) => title)).toEqual(['`arbiter.request` has two drivers'])
})

test('a module that is used twice tells its mistake once', () => {
  const out = output('out', 4)
  const child = module('child', { ports: [out], body: [assign(out, value, 4), assign(out, value, 5)] })
  const top = module('top', {
    instances: ['one', 'other'].map((name) => instance(name, child, {})),
  })

  const found = checkDesign(design(top))

  expect(found.map(({ path }) => path)).toEqual([['top', 'one']])
})

test('a part of a record is named as it is written, and not declared anew', () => {
  const part = wire('grant_op', 4, { label: 'grant.op' })

  const [found] = checkDesign(
    design(module('top', { signals: [part], body: [assign(part, value, 4), assign(part, value, 5)] })),
  )

  expect(found?.title).toBe('`grant.op` has two drivers')
  expect(found?.help).toEqual([
    'put the usual value first and the exceptions after it, inside `when`:',
    '  when(condition, () => grant.op.drive(value))',
  ])
})
