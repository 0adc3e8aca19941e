import { expect, test } from 'vitest'
import type { Diagnostic, Module } from '#ir'
import {
  assign,
  at,
  design,
  inShort,
  input,
  literal,
  memory,
  memoryOutput,
  module,
  op,
  output,
  read,
  readPort,
  when,
  write,
} from '../support/nodes.ts'
import { only } from './only.ts'

const checkDesign = only('HDL-0402', 'HDL-0403', 'HDL-0404', 'HDL-0405')

const one = input('one', 3)
const other = input('other', 3)
const enable = input('enable')
const level = output('level', 8)
const word = memoryOutput('word', 8)

const foundIn = (parts: Partial<Module>): readonly Diagnostic[] =>
  checkDesign(design(module('top', { ports: [one, other, enable, level], signals: [word], ...parts })))
const inShortIn = (parts: Partial<Module>): readonly string[] => foundIn(parts).map(inShort)

const data = literal(8, 1)

test('an address that is never inside is told, for every sort of use', () => {
  const store = memory('store', 8, 6, { read: 'next', origin: at(3) })
  const table = memory('table', 8, 6, { initial: 0n, origin: at(4) })
  const high = op('or', one, literal(3, 6))

  expect(
    inShortIn({
      memories: [store, table],
      readPorts: [readPort(store, literal(3, 7), word, undefined, { origin: at(6) })],
      body: [
        write(store, high, data, undefined, { origin: at(5) }),
        assign(level, { ...read(table, literal(3, 6)), origin: at(7) }),
      ],
    }),
  ).toMatchInlineSnapshot(`
    [
      "HDL-0402 \`store\` has no word 6
      5: written at 6 or above
      3: words 0 to 5",
      "HDL-0402 \`store\` has no word 7
      6: read at 7 or above
      3: words 0 to 5",
      "HDL-0402 \`table\` has no word 6
      7: read at 6 or above
      4: words 0 to 5",
    ]
  `)
})

test('an address that may be inside is fine', () => {
  const store = memory('store', 8, 6, { initial: 0n })

  expect(foundIn({ memories: [store], body: [assign(level, read(store, one)), write(store, other, data)] })).toEqual([])
})

test('block RAM that is read as logic is told', () => {
  const store = memory('store', 8, 8, { style: 'block', initial: 0n, origin: at(3) })

  const found = foundIn({ memories: [store], body: [assign(level, read(store, one))] })

  expect(found.map(inShort)).toMatchInlineSnapshot(`
    [
      "HDL-0403 \`store\` cannot be block RAM: its words are read in the same cycle
      3: style: 'block'",
    ]
  `)
  expect(found[0]?.help).toMatchInlineSnapshot(`
    [
      "read one cycle later:  { read: 'next', style: 'block' }",
      "or leave it to logic:  { read: 'now', style: 'distributed' }",
    ]
  `)
})

test('distributed RAM with two places to write at a time is told', () => {
  const store = memory('store', 8, 8, { style: 'distributed', origin: at(3) })
  const body = [
    assign(level, read(store, one)),
    write(store, one, data, undefined, { origin: at(5) }),
    write(store, other, data, undefined, { origin: at(6) }),
  ]

  expect(inShortIn({ memories: [store], body })).toMatchInlineSnapshot(`
    [
      "HDL-0403 \`store\` cannot be distributed RAM: it is written at 2 addresses
      3: style: 'distributed'
      5: a write at an address of its own
      6: a write at an address of its own",
    ]
  `)
})

test('registers are written anywhere', () => {
  const store = memory('store', 8, 8, { style: 'registers' })
  const body = [assign(level, read(store, one)), write(store, one, data), write(store, other, data)]

  expect(foundIn({ memories: [store], body })).toEqual([])
})

test('a memory that is read and never has contents is told', () => {
  const store = memory('store', 8, 8, { origin: at(3) })
  const rom = memory('rom', 8, 8, { initial: [1n, 2n] })

  expect(
    inShortIn({
      memories: [store, rom],
      body: [assign(level, op('or', { ...read(store, one), origin: at(5) }, read(rom, one)))],
    }),
  ).toEqual([
    'HDL-0404 `store` is never written\n  3: memory without contents: its words are random for ever\n  5: read here',
  ])
})

const port = (during: 'old' | 'never', address = one, condition = false): Partial<Module> => {
  const store = memory('store', 8, 8, { read: 'next', origin: at(3) })
  return {
    memories: [store],
    readPorts: [readPort(store, address, word, condition ? enable : undefined, { during, origin: at(6) })],
    body: [assign(level, word), when(enable, [write(store, one, data, undefined, { origin: at(5) })])],
  }
}

test('a read that never meets a write, at the address of one, is told', () => {
  expect(inShortIn(port('never'))).toMatchInlineSnapshot(`
    [
      "HDL-0405 \`store\` is read where it is written
      6: promises that this never happens: { during: 'never' }
      5: written at the same address, at the same edge
      3: the memory",
    ]
  `)
  expect(foundIn(port('never', one, true))).toHaveLength(1)
})

test('a read at another address, or that says what it sees, is fine', () => {
  expect(foundIn(port('never', other))).toEqual([])
  expect(foundIn(port('old'))).toEqual([])
})
