import { expect, test } from 'vitest'
import type { Diagnostic, Module, Signal } from '#ir'
import {
  and,
  assign,
  at,
  design,
  inShort,
  input,
  mainDomain,
  instance,
  instanceOutput,
  literal,
  memory,
  memoryOutput,
  module,
  not,
  output,
  read,
  register,
  wire,
  when,
} from '../support/nodes.ts'
import { only } from './only.ts'

const checkDesign = only('HDL-0206')

const foundIn = (parts: Partial<Module>): readonly Diagnostic[] =>
  checkDesign(design(module('top', parts))).filter(({ code }) => code === 'HDL-0206')

test('a wire that needs itself is a loop of one hop', () => {
  const again = wire('again')

  const found = foundIn({ signals: [again], body: [assign(again, not(again), 4)] })

  expect(found.map(inShort)).toMatchInlineSnapshot(`
    [
      "HDL-0206 \`again\` depends on itself within a cycle
      4: \`again\` is computed from itself",
    ]
  `)
  expect(found[0]?.help).toMatchInlineSnapshot(`
    [
      "put a register somewhere in the loop, for example:",
      "  const againBefore = reg(bit, 0)",
      "  againBefore.next(again)",
    ]
  `)
})

test('every hop of a longer loop is told', () => {
  const [one, two, three] = [wire('one'), wire('two'), wire('three')]

  const found = foundIn({
    signals: [one, two, three],
    body: [assign(two, not(one), 4), assign(three, not(two), 5), assign(one, three, 6)],
  })

  expect(found.map(inShort)).toMatchInlineSnapshot(`
    [
      "HDL-0206 \`one\` depends on itself within a cycle
      4: \`two\` is computed from \`one\`
      5: \`three\` is computed from \`two\`
      6: \`one\` is computed from \`three\`",
    ]
  `)
})

test('a register in between breaks the loop', () => {
  const [one, two] = [wire('one'), register('two')]

  expect(foundIn({ signals: [one, two], body: [assign(one, not(two)), assign(two, one)] })).toEqual([])
})

test('conditions are part of a loop', () => {
  const [ready, valid] = [wire('ready', 1, { fallback: literal(1, 0) }), wire('valid')]

  const found = foundIn({
    signals: [ready, valid],
    body: [when(valid, [assign(ready, literal(1, 1), 5)]), assign(valid, ready, 7)],
  })

  expect(found.map(inShort)).toMatchInlineSnapshot(`
    [
      "HDL-0206 \`ready\` depends on itself within a cycle
      7: \`valid\` is computed from \`ready\`
      5: \`ready\` is driven under a condition that reads \`valid\`",
    ]
  `)
})

test('the condition of an earlier branch decides about `otherwise`', () => {
  const ready = wire('ready')

  const found = foundIn({
    signals: [ready],
    body: [when(ready, [assign(ready, literal(1, 0), 5)], [assign(ready, literal(1, 1), 6)])],
  })

  expect(found).toHaveLength(1)
})

test('a fallback is part of a loop', () => {
  const one = wire('one')
  const two = wire('two', 1, { fallback: not(one), origin: at(3) })

  const found = foundIn({ signals: [one, two], body: [assign(one, two, 4)] })

  expect(found.map(inShort)).toMatchInlineSnapshot(`
    [
      "HDL-0206 \`one\` depends on itself within a cycle
      3: \`two\` falls back to \`one\`
      4: \`one\` is computed from \`two\`",
    ]
  `)
})

test('of entangled loops the shortest is told', () => {
  const signals = ['one', 'two', 'three'].map((name) => wire(name))
  const [one, two, three] = signals as [Signal, Signal, Signal]

  const found = foundIn({
    signals,
    body: [assign(two, and(one, three), 4), assign(three, two, 5), assign(one, three, 6)],
  })

  expect(found.map(inShort)).toMatchInlineSnapshot(`
    [
      "HDL-0206 \`two\` depends on itself within a cycle
      5: \`three\` is computed from \`two\`
      4: \`two\` is computed from \`three\`",
    ]
  `)
})

test('loops that do not touch are told one by one', () => {
  const [one, other] = [wire('one'), wire('other')]

  const found = foundIn({ signals: [one, other], body: [assign(one, not(one), 4), assign(other, not(other), 5)] })

  expect(found.map(({ title }) => title)).toEqual([
    '`one` depends on itself within a cycle',
    '`other` depends on itself within a cycle',
  ])
})

test('a memory that is read in the same cycle lets its address through', () => {
  const [table, next] = [memory('table', 4, 16), wire('next', 4)]

  const found = foundIn({ signals: [next], memories: [table], body: [assign(next, read(table, next), 4)] })

  expect(found.map(inShort)).toMatchInlineSnapshot(`
    [
      "HDL-0206 \`next\` depends on itself within a cycle
      4: \`next\` is computed from itself",
    ]
  `)
})

test('a memory with a registered output does not', () => {
  const [table, word] = [memory('table', 4, 16, { read: 'next' }), memoryOutput('word', 4)]
  const next = wire('next', 4)
  const readPorts = [
    {
      kind: 'readPort',
      memory: table,
      address: next,
      enable: undefined,
      output: word,
      domain: mainDomain,
      during: 'old',
      origin: at(1),
    } as const,
  ]

  expect(foundIn({ signals: [word, next], memories: [table], readPorts, body: [assign(next, word)] })).toEqual([])
})

/** An inverter, with another output that comes from a register. */
const inverter = (): Module => {
  const [value, inverse, before, held] = [input('value'), output('inverse'), output('before'), register('held')]
  const inner = wire('inner')
  return module('inverter', {
    ports: [value, inverse, before],
    signals: [held, inner],
    body: [assign(inner, not(value), 21), assign(inverse, inner, 22), assign(held, value), assign(before, held)],
  })
}

/** The inverter with `output` fed back to its input. */
const fedBack = (child: Module, from: 'inverse' | 'before'): Partial<Module> => {
  const connections = {
    value: wire('part_value'),
    inverse: instanceOutput('part_inverse'),
    before: instanceOutput('part_before'),
  }
  return {
    signals: Object.values(connections),
    instances: [instance('part', child, connections, 8)],
    body: [assign(connections.value, connections[from], 9)],
  }
}

test('a loop through an instance tells the hops inside of it', () => {
  const found = foundIn(fedBack(inverter(), 'inverse'))

  expect(found.map(inShort)).toMatchInlineSnapshot(`
    [
      "HDL-0206 \`part.value\` depends on itself within a cycle
      8: \`inverse\` of \`part\` follows its input \`value\`
      21: inside of \`part\`: \`inner\` is computed from \`value\`
      22: inside of \`part\`: \`inverse\` is computed from \`inner\`
      9: \`part.value\` is computed from \`part.inverse\`",
    ]
  `)
})

test('a register inside of an instance breaks the loop', () => {
  expect(foundIn(fedBack(inverter(), 'before'))).toEqual([])
})

test('a loop through instances of instances is found', () => {
  const child = inverter()
  const [value, inverse, before] = [input('value'), output('inverse'), output('before')]
  const inner = {
    value: wire('part_value'),
    inverse: instanceOutput('part_inverse'),
    before: instanceOutput('part_before'),
  }
  const shell = module('shell', {
    ports: [value, inverse, before],
    signals: Object.values(inner),
    instances: [instance('part', child, inner, 31)],
    body: [assign(inner.value, value, 32), assign(inverse, inner.inverse, 33), assign(before, inner.before)],
  })

  expect(foundIn(fedBack(shell, 'before'))).toEqual([])
  expect(foundIn(fedBack(shell, 'inverse')).map(inShort)).toMatchInlineSnapshot(`
    [
      "HDL-0206 \`part.value\` depends on itself within a cycle
      8: \`inverse\` of \`part\` follows its input \`value\`
      32: inside of \`part\`: \`part.value\` is computed from \`value\`
      31: inside of \`part\`: \`inverse\` of \`part\` follows its input \`value\`
      21: inside of \`part.part\`: \`inner\` is computed from \`value\`
      22: inside of \`part.part\`: \`inverse\` is computed from \`inner\`
      33: inside of \`part\`: \`inverse\` is computed from \`part.inverse\`
      9: \`part.value\` is computed from \`part.inverse\`",
    ]
  `)
})

test('a loop inside of a module is told there, not where the module is used', () => {
  const [a, b] = [output('a'), wire('b')]
  const child = module('child', { ports: [a], signals: [b], body: [assign(b, not(b), 4), assign(a, b, 5)] })
  const signal = instanceOutput('part_a')

  const found = foundIn({ signals: [signal], instances: [instance('part', child, { a: signal })] })

  expect(found.map(({ title, path }) => [title, path])).toEqual([
    ['`b` depends on itself within a cycle', ['top', 'part']],
  ])
})

test('a chain of ten thousand signals is no effort', () => {
  const signals = Array.from({ length: 10_000 }, (_, index) => wire(`wire_${index}`))
  const body = signals.map((signal, index) => assign(signal, signals[index + 1] ?? literal(1, 0)))

  expect(foundIn({ signals, body })).toEqual([])
})

test('values that share their parts many times over are no effort', () => {
  const start = wire('start', 1, { fallback: literal(1, 0) })
  let value = and(start, start)
  for (let level = 0; level < 10_000; level++) value = and(value, value)

  expect(foundIn({ ports: [output('out')], signals: [start], body: [assign(start, value)] })).toHaveLength(1)
})
