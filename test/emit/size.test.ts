import { expect, test } from 'vitest'
import type { Expression } from '#ir'
import { design, module, op, select, assign, signal, slice } from '../support/nodes.ts'
import { lint, textOf } from './tools.ts'

const [a, b, shown] = [signal('input', 'a', 16), signal('input', 'b', 16), signal('output', 'shown', 16)]
const grown = (steps: number, step: (value: Expression, index: number) => Expression): string => {
  let value: Expression = op('add', a, b)
  for (let index = 0; index < steps; index++) value = step(value, index)
  return textOf(module('grown', { ports: [a, b, shown], body: [assign(shown, value)] }))
}

test('an expression with 2**40 paths has as many lines as steps', () => {
  const text = grown(40, (value) => op('add', op('xor', value, a), op('mul', value, b)))

  expect(text.length).toBeLessThan(10_000)
})

test('a chain of ten thousand operations is cut into lines', () => {
  const text = grown(10_000, (value, index) => op(index % 2 === 0 ? 'add' : 'xor', value, index % 3 === 0 ? a : b))

  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120)
})

test('a choice among 64 elements keeps to the width of a page', () => {
  const table = Array.from({ length: 64 }, (_, index) =>
    op('add', slice(op('mul', a, b), index % 8, 8), slice(b, 0, 8)),
  )
  const [index, element] = [signal('input', 'index', 7), signal('output', 'element', 8)]
  const chosen = select(op('cat', ...table), index, 8)

  const chooser = module('chooser', { ports: [a, b, index, element], body: [assign(element, chosen)] })

  expect(
    Math.max(
      ...textOf(chooser)
        .split('\n')
        .map((line) => line.length),
    ),
  ).toBeLessThanOrEqual(120)
  expect(lint(design(chooser))).toBe('')
})
