import { expect, test } from 'vitest'
import type { Expression } from '#ir'
import {
  assertion,
  design,
  instance,
  literal,
  module,
  op,
  probe,
  select,
  assign,
  signal,
  slice,
} from '../support/nodes.ts'
import { bodyOf, lint, textOf } from './tools.ts'

const [wide, index, shown] = [signal('input', 'wide', 16), signal('input', 'index', 2), signal('output', 'shown', 1)]
const sinkOf = (value: Expression, more: Parameters<typeof module>[1] = {}): string =>
  bodyOf(
    module('unread', { ports: [wide, index, shown], body: [assign(shown, value)], ...more }),
    / {2}wire unused.*\n/g,
  )

test('what nothing reads is read by one wire', () => {
  expect(sinkOf(slice(wide, 3, 1))).toBe("wire unused = &{1'b0, wide[15:4], wide[2:0], index};")
})

test('a module that reads everything has no such wire', () => {
  expect(sinkOf(op('xor', op('parity', wide), op('all', index)))).toBe('')
})

test('bits that are chosen while running count as read', () => {
  expect(sinkOf(select(wide, index, 1))).toBe('')
})

test('what only a probe reads is unread for people and read in the simulation', () => {
  const top = module('unread', {
    ports: [wide, index, shown],
    body: [assign(shown, slice(index, 0, 1))],
    probes: [probe('seen', slice(index, 1, 1), wide)],
  })

  expect(textOf(top)).toContain("wire unused = &{1'b0, wide, index[1]};")
  expect(textOf(top, { variant: 'simulation' })).toContain("wire unused = &{1'b0, clk, rst, probe_seen};")
  expect(lint(design(top), { variant: 'simulation' })).toBe('')
})

test('what only an assertion reads is unread outside of proofs', () => {
  const facts = [assertion('is small', op('lt', op('add', wide, literal(16, 9)), literal(16, 100)))]
  const top = module('unread', { ports: [wide, shown], body: [assign(shown, literal(1, 1))], properties: facts })

  expect(textOf(top)).toContain("wire unused = &{1'b0, clk, rst, wide};")
  expect(lint(design(top), {}, ['-DFORMAL'])).toBe('')
})

test('an output of an instance that nobody looks at is connected all the same', () => {
  const child = module('child', { ports: [wide, shown], body: [assign(shown, op('parity', wide))] })
  const [into, from] = [signal('wire', 'into', 16), signal('instanceOutput', 'from', 1)]
  const top = module('parent', {
    ports: [wide],
    signals: [into, from],
    instances: [instance('child', child, { wide: into, shown: from })],
    body: [assign(into, wide)],
  })

  expect(bodyOf(top)).toContain('.shown (from)')
  expect(bodyOf(top)).toContain("wire unused = &{1'b0, from};")
  expect(lint(design(top))).toBe('')
})

test('modules without state have no clock, nor has an instance of one', () => {
  const child = module('child', { ports: [wide, shown], body: [assign(shown, op('parity', wide))] })

  expect(textOf(child)).not.toContain('clk')
})
