import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  bit,
  contentsOf,
  type ContentsFormat,
  elaborate,
  input,
  memory,
  type MemoryOptions,
  module,
  oneOf,
  output,
  struct,
  uint,
  type UIntShape,
  when,
} from '#edsl'
import { mistakesOf } from './support/mistakes-of.ts'
import { run } from './support/run.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'contents-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const rom = (options: MemoryOptions<UIntShape<12>>, depth = 4) =>
  module('rom', { address: input(uint(Math.max(1, Math.ceil(Math.log2(depth))))), word: output(uint(12)) }, (ports) => {
    const table = memory(uint(12), depth, options)
    ports.word.drive(table.read(ports.address))
  })

const initialOf = (definition: ReturnType<typeof rom>) => elaborate(definition).top.memories[0]?.initial

describe('a memory starts', () => {
  test('with one value in every word', () => {
    expect(initialOf(rom({ read: 'now', initial: 7 }))).toBe(7n)
  })

  test('with the words that it is given', () => {
    expect(initialOf(rom({ read: 'now', contents: [1, 2, 0xfff] }))).toEqual([1n, 2n, 0xfffn])
  })

  test('with packed records', () => {
    const entry = struct({ op: oneOf('read', 'write'), size: uint(3) })
    const subject = module('subject', { at: input(bit), size: output(uint(3)), writes: output(bit) }, (ports) => {
      const { op, size } = memory(entry, 2, {
        read: 'now',
        contents: [
          { op: 'write', size: 5 },
          { op: 'read', size: 2 },
        ],
      }).read(ports.at)
      ports.size.drive(size)
      ports.writes.drive(op.is('write'))
    })

    expect(elaborate(subject).top.memories[0]?.initial).toEqual([0b1101n, 0b0010n])
    expect(run(subject, [{ at: 0 }, { at: 1 }]).outputs).toEqual([
      { size: 5, writes: 1 },
      { size: 2, writes: 0 },
    ])
  })

  test.each<[string, string | Uint8Array, ContentsFormat | undefined]>([
    ['rom.hex', '// three words\n001 0_02 /* here\n and */ fFf\n', undefined],
    ['rom.hex', '@2 FFF\n@0 1 2', undefined],
    ['rom.bits', '1 10 1111_1111_1111', undefined],
    ['rom.bin', Uint8Array.of(1, 0, 2, 0, 0xff, 0x0f), undefined],
    ['rom.data', '1\n2\nfff', 'hex'],
  ])('with the words of a file: %s %j', (name, text, format) => {
    const file = join(folder, name)
    writeFileSync(file, text)

    expect(initialOf(rom({ read: 'now', contents: contentsOf(file, format) }))).toEqual([1n, 2n, 0xfffn])
  })
})

describe('a file of first contents tells', () => {
  test.each([
    ['a word that is too big', '1\n 1000', 2, 2, '1000 does not fit 12 bits'],
    ['what is no word', '1 2x', 1, 3, "'2x' is no hexadecimal word"],
    ['an address that is outside', '@4 1', 1, 4, 'address 4 is outside of a memory of 4 words'],
    ['too many words', '0 1 2 3\n4', 2, 1, 'address 4 is outside of a memory of 4 words'],
    ['what is no address', '@zz 1', 1, 1, "'@zz' is no address"],
  ])('%s, with line and column', (_, text, line, column, title) => {
    const file = join(folder, 'wrong.hex')
    writeFileSync(file, text)

    const [mistake] = mistakesOf(rom({ read: 'now', contents: contentsOf(file) }))

    expect(mistake?.code).toBe('HDL-0108')
    expect(mistake?.title).toBe(title)
    expect(mistake?.at.origin.places).toEqual([{ file, line, column }])
    expect(mistake?.also.map(({ note }) => note)).toEqual(['the file is taken here', 'the memory: 4 words of 12 bits'])
  })

  test('that it is not there', () => {
    const [mistake] = mistakesOf(rom({ read: 'now', contents: contentsOf('nowhere.hex') }))

    expect(mistake?.code).toBe('HDL-0108')
    expect(mistake?.at.note).toBe('there is no such file')
  })

  test('bytes that are no whole number of words, and words that are too big', () => {
    const file = join(folder, 'wrong.bin')
    writeFileSync(file, Uint8Array.of(0, 0x10, 1))

    expect(mistakesOf(rom({ read: 'now', contents: contentsOf(file) })).map(({ title }) => title)).toEqual([
      '3 bytes are no whole number of words of 2 bytes',
      'word 0, 0x1000, does not fit 12 bits',
    ])
  })
})

test('more first words than the memory has are refused, and so are two sorts of them', () => {
  expect(mistakesOf(rom({ read: 'now', contents: [1, 2, 3, 4, 5] })).map(({ code }) => code)).toEqual(['HDL-0108'])
  expect(mistakesOf(rom({ read: 'now', contents: [1], initial: 0 })).map(({ code }) => code)).toEqual(['HDL-0108'])
})

/** A memory with a write and a read port. */
const store = (during: 'old' | 'new' | 'never') =>
  module(
    `store_${during}`,
    { write: input(bit), to: input(uint(2)), data: input(uint(8)), from: input(uint(2)), word: output(uint(8)) },
    ({ write, to, data, from, word }) => {
      const words = memory(uint(8), 4, { read: 'next', initial: 9, during, style: 'block' })
      when(write, () => words.write(to, data))
      word.drive(words.read(from))
    },
  )

describe('a read at the edge of a write to its word', () => {
  const rows: readonly Readonly<Record<string, number>>[] = [
    { write: 1, to: 2, data: 5, from: 2 },
    { write: 0, from: 1 },
    { write: 0, from: 2 },
  ]

  test('sees the old word unless something else is said, or the new one', () => {
    expect(run(store('old'), rows).outputs[1]?.['word']).toBe(9)
    expect(run(store('new'), rows).outputs[1]?.['word']).toBe(5)
  })

  test('violates the promise that it never happens', () => {
    expect(Object.values(run(store('never'), rows).events)).toEqual([[0]])
    expect(run(store('never'), rows.slice(1)).events).toEqual({})
  })
})

test('a promise counts only where both happen, byte enables and all', () => {
  const subject = module(
    'subject',
    { enables: input(uint(2)), to: input(uint(2)), from: input(uint(2)), reads: input(bit), word: output(uint(16)) },
    ({ enables, to, from, reads, word }) => {
      const words = memory(uint(16), 4, { read: 'next', initial: 0, during: 'never' })
      words.write(to, 0xffff, enables)
      word.drive(words.read(from, reads))
    },
  )

  const { events } = run(subject, [
    { to: 1, from: 1, enables: 0, reads: 1 },
    { enables: 2, reads: 0 },
    { enables: 2, reads: 1 },
  ])

  expect(Object.values(events)).toEqual([[2]])
})

test('each read is a port of its own, named after what takes its word', () => {
  const checked = module('checked', { at: input(uint(2)), sum: output(uint(8)) }, ({ at, sum }) => {
    const words = memory(uint(8), 4, { read: 'next', contents: [1, 2, 4, 8] })
    const first = words.read(at)
    const second = words.read(at.not(), { name: 'mirrored' })
    const third = words.read(at)
    sum.drive(first.or(second).or(third))
  })

  expect(elaborate(checked).top.readPorts.map(({ output: { name } }) => name)).toEqual([
    'words_read',
    'mirrored',
    'words_third',
  ])
  expect(run(checked, [{ at: 1 }, { at: 0 }]).outputs[1]?.['sum']).toBe(2 | 4)
})
