import { expect, test } from 'vitest'
import type { Diagnostic, Signal, Statement } from '#ir'
import {
  assign,
  at,
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
  whenChain,
} from '../support/nodes.ts'
import { only } from './only.ts'

const checkDesign = only('HDL-0204')

const enable = input('enable')
const other = input('other')
const op = input('op', 2, { cases: { read: 0, write: 1, fence: 2 } })
const code = input('code', 2)
const grant = wire('grant', 4, { origin: at(2) })
const drive = (line: number): Statement => assign(grant, literal(4, 3), line)

const foundIn = (body: readonly Statement[], signals: readonly Signal[] = [grant]): readonly Diagnostic[] =>
  checkDesign(design(module('top', { ports: [enable, other, op, code], signals, body })))

test('a drive only inside of `when` is told', () => {
  const found = foundIn([when(enable, [drive(6)], undefined, 5)])

  expect(found.map(inShort)).toMatchInlineSnapshot(`
    [
      "HDL-0204 \`grant\` is not driven in every case: it would be a latch
      2: wire without a fallback
      6: driven here, in some cases
      5: not driven when the condition does not hold",
    ]
  `)
  expect(found[0]?.help).toMatchInlineSnapshot(`
    [
      "give the value for the other cases as the fallback:",
      "  const grant = wire(uint(4), 0)",
    ]
  `)
})

test('a fallback covers what no driver does', () => {
  const covered = wire('covered', 4, { fallback: literal(4, 0) })

  const found = foundIn([when(enable, [assign(covered, literal(4, 3))])], [covered])

  expect(found).toEqual([])
})

test('a default before the `when` covers what it leaves out', () => {
  expect(foundIn([drive(4), when(enable, [drive(6)])])).toEqual([])
})

test('`when` with `otherwise` covers everything', () => {
  expect(foundIn([when(enable, [drive(6)], [drive(7)])])).toEqual([])
})

test('`when` without `otherwise` does not, however many conditions it has', () => {
  const found = foundIn([
    whenChain(
      [
        [enable, [drive(6)]],
        [other, [drive(7)]],
      ],
      undefined,
      5,
    ),
  ])

  expect(found.map(inShort)).toMatchInlineSnapshot(`
    [
      "HDL-0204 \`grant\` is not driven in every case: it would be a latch
      2: wire without a fallback
      6: driven here, in some cases
      5: not driven when no condition holds",
    ]
  `)
})

test('a branch that does not drive is told', () => {
  const found = foundIn([
    whenChain(
      [
        [enable, [drive(6)]],
        [other, []],
      ],
      [drive(8)],
      5,
    ),
  ])

  expect(found.map(inShort)).toMatchInlineSnapshot(`
    [
      "HDL-0204 \`grant\` is not driven in every case: it would be a latch
      2: wire without a fallback
      6: driven here, in some cases
      5: not driven in \`elseWhen\`",
    ]
  `)
})

test('coverage goes through nested blocks', () => {
  const nested = (inner: readonly Statement[] | undefined) => [
    when(enable, [when(other, [drive(7)], inner, 6)], [drive(9)], 5),
  ]

  expect(foundIn(nested([drive(8)]))).toEqual([])
  expect(foundIn(nested(undefined)).map(inShort)).toMatchInlineSnapshot(`
    [
      "HDL-0204 \`grant\` is not driven in every case: it would be a latch
      2: wire without a fallback
      7: driven here, in some cases
      6: not driven when the condition does not hold",
    ]
  `)
})

test('a match over all declared cases covers everything', () => {
  expect(foundIn([match(op, { read: [drive(6)], write: [drive(7)], fence: [drive(8)] })])).toEqual([])
})

test('a match tells the cases that do not drive, and those that are not there', () => {
  const found = foundIn([match(op, { read: [drive(6)], write: [] }, 5)])

  expect(found.map(inShort)).toMatchInlineSnapshot(`
    [
      "HDL-0204 \`grant\` is not driven in every case: it would be a latch
      2: wire without a fallback
      6: driven here, in some cases
      5: not driven in case \`write\`
      5: not driven in \`fence\`",
    ]
  `)
})

test('a match over a plain number needs all codes', () => {
  const three = { zero: [drive(6)], one: [drive(7)], two: [drive(8)] }

  expect(foundIn([match(code, { ...three, three: [drive(9)] })])).toEqual([])
  expect(foundIn([match(code, three, 5)]).map(inShort)).toMatchInlineSnapshot(`
    [
      "HDL-0204 \`grant\` is not driven in every case: it would be a latch
      2: wire without a fallback
      6: driven here, in some cases
      5: not driven in the cases that are not listed",
    ]
  `)
})

test('two conditions that exclude each other are not seen through', () => {
  const found = foundIn([when(enable, [drive(6)], undefined, 5), when(other, [drive(8)], undefined, 7)])

  expect(found.map(inShort)).toMatchInlineSnapshot(`
    [
      "HDL-0204 \`grant\` is not driven in every case: it would be a latch
      2: wire without a fallback
      6: driven here, in some cases
      5: not driven when the condition does not hold
      7: not driven when the condition does not hold",
    ]
  `)
})

test('an output and an input of an instance are no different', () => {
  const done = output('done', 1, { origin: at(3) })
  const child = module('child', { ports: [input('request')] })
  const signal = wire('arbiter_request', 1, { origin: at(4) })
  const body = [when(enable, [assign(done, literal(1, 1)), assign(signal, literal(1, 1))], undefined, 5)]

  const found = checkDesign(
    design(
      module('top', {
        ports: [enable, done],
        signals: [signal],
        instances: [instance('arbiter', child, { request: signal })],
        body,
      }),
    ),
  )

  expect(found.map(inShort)).toMatchInlineSnapshot(`
    [
      "HDL-0204 \`done\` is not driven in every case: it would be a latch
      3: output without a fallback
      1: driven here, in some cases
      5: not driven when the condition does not hold",
      "HDL-0204 \`arbiter.request\` is not driven in every case: it would be a latch
      4: inputs have no fallback
      1: driven here, in some cases
      5: not driven when the condition does not hold",
    ]
  `)
  expect(found.map(({ help }) => help)).toMatchInlineSnapshot(`
    [
      [
        "give the value for the other cases first, later drives win:",
        "  done.drive(0)",
      ],
      [
        "give the value for the other cases first, later drives win:",
        "  arbiter.request.drive(0)",
      ],
    ]
  `)
})

test('a register keeps its value and is no latch', () => {
  const held = register('held', 4)

  expect(foundIn([when(enable, [assign(held, literal(4, 1))])], [held])).toEqual([])
})
