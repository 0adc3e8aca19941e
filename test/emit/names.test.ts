import { expect, test } from 'vitest'
import { emitVerilog, verilogName } from '#emit'
import type { Expression, Module, Signal } from '#ir'
import {
  assertion,
  design,
  instance,
  literal,
  memory,
  module,
  named,
  op,
  read,
  assign,
  signal,
  slice,
  whenChain,
} from '../support/nodes.ts'
import { bodyOf, lint, textOf } from './tools.ts'

const [a, b] = [signal('input', 'a', 8), signal('input', 'b', 8)]
const sum = (name?: string): Expression => {
  const made = op('add', op('mul', a, b), literal(8, 1))
  return name === undefined ? made : named(name, made)
}
const output = (name: string): Signal => signal('output', name, 8)

/** The wires of a module with the inputs `a` and `b` that drives `first` and `second`. */
const wires = (first: Expression, second: Expression): string => {
  const outputs = [output('first'), output('second')] as const
  const body = [assign(outputs[0], first), assign(outputs[1], second)]
  return bodyOf(module('names', { ports: [a, b, ...outputs], body }), / {2}wire (?!unused).*\n/g)
}

test('a shared value is called like its variable', () => {
  const total = sum('total')

  expect(wires(total, op('not', total))).toBe("wire [7:0] total = a * b + 8'd1;")
})

test('equal expressions share a wire, whichever of them has a name', () => {
  expect(wires(sum(), op('not', sum('total')))).toBe("wire [7:0] total = a * b + 8'd1;")
})

test('a shared value without a name is called after what it feeds first', () => {
  const total = sum()

  expect(wires(total, op('not', total))).toBe("wire [7:0] first_value = a * b + 8'd1;")
})

test('a value that is written in a word or two is repeated instead of named', () => {
  const next = op('add', a, literal(8, 1))

  expect(wires(next, op('not', next))).toBe('')
})

test('a name that is taken gets a number, and so does every further one like it', () => {
  const [one, two] = [named('first', op('mul', a, b)), named('first', op('mul', a, a))]

  const text = wires(op('xor', one, op('not', one)), op('xor', two, op('not', two)))

  expect(text).toBe('wire [7:0] first_2 = a * b;\nwire [7:0] first_3 = a * a;')
})

test('bits are only taken of something that has a name', () => {
  const text = wires(op('cat', literal(4, 0), slice(op('add', a, b), 2, 4)), a)

  expect(text).toBe('wire [7:0] first_part = a + b;')
})

test('words that tools refuse get an underscore behind them', () => {
  expect(verilogName('begin')).toBe('begin_')
  expect(verilogName('logic')).toBe('logic_')
  expect(verilogName('interrupt')).toBe('interrupt_')
  expect(verilogName('2nd half')).toBe('_2nd_half')
  expect(verilogName('request')).toBe('request')
})

test('designs full of bad names are accepted by the linter', () => {
  const ports = ['reg', 'clk', 'rst', 'unused', 'while', 'map'].map((name) => signal('input', name, 4))
  const shown = signal('output', 'always', 4)
  const stored = signal('register', 'i', 4)
  const store = memory('memory', 4, 4, { initial: 1n })
  const [reg = shown] = ports
  const inner: Module = module('buf', {
    ports: [...ports, shown],
    signals: [stored],
    memories: [store],
    body: [assign(stored, op('add', reg, stored)), assign(shown, op('xor', stored, read(store, reg)))],
    properties: [assertion('7 of 9 "facts" hold, 100 %', literal(1, 1))],
  })
  const wire = (name: string, role: Signal['role']): Signal => signal(role, name, 4)
  const connections = Object.fromEntries(
    inner.ports.map(({ name, role }) => [name, wire(name, role === 'input' ? 'wire' : 'instanceOutput')]),
  )
  const driven = Object.values(connections).filter(({ role }) => role === 'wire')
  const at = signal('input', 'at', 4)
  const out = signal('output', 'out', 4)
  const outer = module('module', {
    ports: [at, out],
    signals: Object.values(connections),
    instances: [instance('generate', inner, connections)],
    body: [...driven.map((one) => assign(one, op('add', at, literal(4, 3)))), assign(out, connections['always'] ?? at)],
  })

  expect(lint(design({ ...outer, name: 'design_' }))).toBe('')
  expect(lint(design({ ...outer, name: 'design_' }), {}, ['-DFORMAL'])).toBe('')
  expect(lint(design({ ...outer, name: 'design_' }), { variant: 'simulation' })).toBe('')
})

test('codes of signals with the same cases share their constants', () => {
  const cases = { idle: 0, lastWord: 1 }
  const [given, held] = [
    signal('input', 'from_kind', 1, { cases }),
    signal('register', 'held_kind', 1, { cases, reset: 1 }),
  ]
  const go = signal('input', 'go', 1)
  const body = [whenChain([[op('and', go, op('eq', held, given)), [assign(held, literal(1, 0))]]])]

  const text = bodyOf(module('kinds', { ports: [given, go], signals: [held], body }))

  expect(text).toContain("localparam KIND_IDLE      = 1'b0;\nlocalparam KIND_LAST_WORD = 1'b1;")
  expect(text).toContain('held_kind <= KIND_LAST_WORD;')
})

test('the header gives the summary, and the place from where the file was made', () => {
  const described = module('described', { summary: 'Describes itself.', ports: [a, output('x')], body: [] })

  expect(textOf(described).split('\n').slice(0, 2)).toEqual([
    '// described: describes itself.',
    '// Generated from hdl/lib/hand.ts:4. Edit that file, not this one.',
  ])
})

test('two modules with one name get files of their own', () => {
  const [one, two] = [module('leaf', { summary: 'One.' }), module('leaf', { summary: 'Two.' })]
  const top = module('top', { instances: [instance('one', one, {}), instance('two', two, {})] })

  const files = emitVerilog(design(top))

  expect(files.map(({ name }) => name)).toEqual(['leaf.v', 'leaf_2.v', 'top.v'])
  expect(files[2]?.text).toContain('leaf_2 two ();')
})
