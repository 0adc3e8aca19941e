import { expect, test } from 'vitest'
import { assign, at, design, inShort, module, output, register } from '../support/nodes.ts'
import { only } from './only.ts'

const checkDesign = only('HDL-0202')

test('a register that is read and never set is told', () => {
  const [total, held] = [output('total', 8), register('held', 8, { origin: at(3) })]

  const found = checkDesign(design(module('top', { ports: [total], signals: [held], body: [assign(total, held, 8)] })))

  expect(found.map(inShort)).toMatchInlineSnapshot(`
    [
      "HDL-0202 \`held\` is never set
      3: register without \`next\`: its value is random for ever
      8: read here",
    ]
  `)
  expect(found[0]?.help).toMatchInlineSnapshot(`
    [
      "set it at the edge:",
      "  held.next(value)",
    ]
  `)
})

test('the value after reset is told when there is one', () => {
  const [total, held] = [output('total', 8), register('held', 8, { reset: 7n })]

  const found = checkDesign(design(module('top', { ports: [total], signals: [held], body: [assign(total, held)] })))

  expect(found[0]?.at.note).toBe('register without `next`: it stays 7 for ever')
})

test('a register that is set is fine, and so is one that nobody reads', () => {
  const [total, held, spare] = [output('total', 8), register('held', 8), register('spare')]
  const body = [assign(total, held), assign(held, held)]

  const found = checkDesign(design(module('top', { ports: [total], signals: [held, spare], body })))

  expect(found).toEqual([])
})
