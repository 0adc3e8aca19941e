import { expect, test } from 'vitest'
import type { Diagnostic, Module } from '#ir'
import {
  assertion,
  assign,
  at,
  design,
  inShort,
  input,
  instance,
  instanceOutput,
  literal,
  memory,
  module,
  not,
  op,
  output,
  probe,
  register,
  when,
  wire,
  write,
} from '../support/nodes.ts'
import { only } from './only.ts'

const checkDesign = only('HDL-0305')

const foundIn = (parts: Partial<Module>): readonly Diagnostic[] => checkDesign(design(module('top', parts)))
const namesIn = (parts: Partial<Module>): readonly string[] => foundIn(parts).map(({ title }) => title)

test('a wire that nobody reads is told', () => {
  const spare = wire('spare', 1, { origin: at(4) })

  const found = foundIn({ signals: [spare], body: [assign(spare, literal(1, 0), 5)] })

  expect(found.map(inShort)).toEqual(['HDL-0305 nobody reads `spare`\n  4: wire without a reader'])
  expect(found[0]?.help).toEqual(['read it, or take it out', "or, if it is meant:  allow('HDL-0305', 'reason', spare)"])
})

test('a register that only counts for itself is told', () => {
  const count = register('count', 4)

  expect(
    namesIn({
      signals: [count],
      body: [when(op('ne', count, literal(4, 9)), [assign(count, op('add', count, count))])],
    }),
  ).toEqual(['nobody reads `count`'])
})

test('a register that another one depends on is read', () => {
  const [one, other] = [register('one'), register('other')]
  const level = output('level')

  expect(
    namesIn({
      ports: [level],
      signals: [one, other],
      body: [assign(one, not(one)), when(one, [assign(other, not(other))]), assign(level, other)],
    }),
  ).toEqual([])
})

test('an input that nobody reads is told, an output is not', () => {
  const [level, spare] = [output('level'), input('spare')]

  expect(namesIn({ ports: [level, spare], body: [assign(level, literal(1, 0))] })).toEqual(['nobody reads `spare`'])
})

test('properties, probes and instances read', () => {
  const signals = ['checked', 'seen', 'recorded', 'part_from'].map((name) => wire(name))
  const [checked, seen, recorded, from] = signals
  if (checked === undefined || seen === undefined || recorded === undefined || from === undefined) throw new Error()
  const child = module('child', { ports: [input('from')] })

  expect(
    checkDesign(
      design(
        module('top', {
          signals,
          instances: [instance('part', child, { from })],
          properties: [assertion('holds', checked)],
          probes: [probe('seen', seen, recorded)],
        }),
      ),
    ).map(({ title }) => title),
  ).toEqual(['nobody reads `from`'])
})

test('an output of an instance may stay unread', () => {
  const child = module('child', { ports: [output('to')], body: [] })
  const to = instanceOutput('part_to')

  expect(namesIn({ signals: [to], instances: [instance('part', child, { to })] })).toEqual([])
})

test('one part of a record that is read is enough', () => {
  const origin = at(3)
  const parts = ['op', 'data'].map((field) => register(`held_${field}`, 1, { label: `held.${field}`, origin }))
  const [held, data] = parts
  const level = output('level')
  if (held === undefined || data === undefined) throw new Error()

  expect(namesIn({ ports: [level], signals: parts, body: [assign(level, data)] })).toEqual([])
  expect(namesIn({ signals: parts })).toEqual(['nobody reads `held`'])
})

test('a stream that is taken without a look at `valid` is told, and one that is sent without a look at `ready`', () => {
  const stream = (name: string, half: 'valid' | 'ready', role: typeof input, origin = at(1)) =>
    role(`${name}_${half}`, 1, { label: `${name}.${half}`, origin })
  const [came, went] = [at(2), at(3)]
  const payload = input('from_payload', 1, { label: 'from.payload', origin: came })
  const sent = output('to_payload', 1, { label: 'to.payload', origin: went })
  const ports = [
    payload,
    stream('from', 'valid', input, came),
    stream('from', 'ready', output, came),
    sent,
    stream('to', 'valid', output, went),
    stream('to', 'ready', input, went),
  ]

  expect(foundIn({ ports, body: [assign(sent, payload)] }).map(inShort)).toMatchInlineSnapshot(`
    [
      "HDL-0305 nobody reads \`from.valid\`
      2: taken without a look at \`valid\`: there may be nothing",
      "HDL-0305 nobody reads \`to.ready\`
      3: sent without a look at \`ready\`: payloads may be lost",
    ]
  `)
})

test('a memory that is written and never read is told', () => {
  const store = memory('store', 1, 4, { origin: at(6) })

  expect(foundIn({ memories: [store], body: [write(store, literal(2, 0), literal(1, 0))] }).map(inShort)).toEqual([
    'HDL-0305 nobody reads the memory `store`\n  6: memory without a reader',
  ])
})

test('history that is kept for properties is no waste', () => {
  expect(namesIn({ signals: [register('past', 1, { ghost: true })] })).toEqual([])
})

test('the ports of an external module are read elsewhere', () => {
  const external = { kind: 'external', verilogName: 'pll', parameters: {}, files: [], pins: {} } as const

  expect(namesIn({ ports: [input('from')], external })).toEqual([])
})
