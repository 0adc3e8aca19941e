/** Memories: contents, ports, byte enables, what reads see of writes, addresses out of range. */
import { describe, expect, test } from 'vitest'
import type { Expression, Memory, ReadPort } from '#ir'
import { input, literal, memory, memoryOutput, module, output, read, readPort, when, write } from '../support/nodes.ts'
import { bench, type Bench, clearRandomState } from './support.ts'

const [address, data, enables, writes] = [input('address', 8), input('data', 72), input('enables', 9), input('writes')]

/** One memory with a write port, a read in the same cycle, and maybe a registered one. */
const around = (
  words: Memory,
  options: { readonly enables?: Expression; readonly during?: ReadPort['during']; readonly two?: Expression } = {},
): Bench => {
  const held = memoryOutput('held', 72)
  const { during, two } = options
  return bench(
    module('around', {
      ports: [
        ...[address, data, enables, writes],
        output('now', 72, { fallback: words.read === 'now' ? read(words, address) : literal(72, 0) }),
        output('later', 72, { fallback: during === undefined ? literal(72, 0) : held }),
      ],
      signals: during === undefined ? [] : [held],
      memories: [words],
      readPorts: during === undefined ? [] : [readPort(words, address, held, undefined, { during })],
      body: [
        when(writes, [
          write(words, address, data, options.enables),
          ...(two === undefined ? [] : [write(words, address, two, options.enables)]),
        ]),
      ],
    }),
  )
}

const set = (made: Bench, values: Readonly<Record<string, bigint | number>>): void => {
  for (const [name, value] of Object.entries(values)) made.set(name, value)
}

test('a memory starts with its first contents: a word everywhere, or a list with zeros behind', () => {
  const everywhere = around(memory('words', 72, 3, { initial: 1n << 70n }))
  const list = around(memory('words', 72, 4, { initial: [7n, 1n << 71n] }))

  expect(everywhere.words('words')).toEqual([1n << 70n, 1n << 70n, 1n << 70n])
  expect(list.words('words')).toEqual([7n, 1n << 71n, 0n, 0n])
})

test('a memory without first contents starts with anything, the same for the same seed', () => {
  const start = (seed: number): readonly bigint[] =>
    bench(module('only', { memories: [memory('words', 72, 5)] }), { seed }).words('words')

  expect(start(3)).toEqual(start(3))
  expect(start(3)).not.toEqual(start(4))
  expect(new Set(start(3)).size).toBe(5)
  expect(start(3).every((word) => word < 1n << 72n)).toBe(true)
})

test('a write is seen from the next cycle on', () => {
  const made = around(memory('words', 72, 200, { initial: 0n }))
  set(made, { address: 150, data: (1n << 71n) | 9n, writes: 1 })

  const before = made.get('now')
  made.step()

  expect([before, made.get('now')]).toEqual([0n, (1n << 71n) | 9n])
})

test('of two writes at one edge the later one stays', () => {
  const made = around(memory('words', 72, 200, { initial: 0n }), { two: literal(72, 5) })
  set(made, { address: 150, data: 9, writes: 1 })

  made.step()

  expect(made.get('now')).toBe(5n)
})

test('enables choose groups of bits', () => {
  const made = around(memory('words', 72, 4, { initial: 0x11_2222_3333_4444_5555n }), { enables })
  set(made, { address: 2, data: 0xaa_bbbb_cccc_dddd_eeeen, enables: 0b1_0000_0110, writes: 1 })

  made.step()

  expect(made.get('now').toString(16)).toBe('aa2222333344ddee55')
})

test('out of range, a read is 0 and a write does nothing', () => {
  const made = around(memory('words', 72, 200, { initial: 3n }))
  set(made, { address: 255, data: 9, writes: 1 })

  made.step()

  expect(made.get('now')).toBe(0n)
  expect(made.words('words').every((word) => word === 3n)).toBe(true)
})

test('in reset nothing is written to a memory with first contents', () => {
  const made = around(memory('words', 72, 4, { initial: 3n }))
  set(made, { address: 1, data: 9, writes: 1, rst: 1 })

  made.step()

  expect(made.get('now')).toBe(3n)
})

test('in reset a memory without first contents is written as ever', () => {
  const made = around(memory('words', 72, 4))
  set(made, { address: 1, data: 9, writes: 1, rst: 1 })

  made.step()

  expect(made.get('now')).toBe(9n)
})

describe('a registered read', () => {
  const seen = (during: ReadPort['during']): readonly bigint[] => {
    const made = around(memory('words', 72, 4, { read: 'next', initial: [1n, 2n, 3n] }), { during })
    clearRandomState(made)
    set(made, { address: 2, data: 9, writes: 1 })
    return [0, 1].map(() => {
      made.step()
      return made.get('later')
    })
  }

  test('sees the old word of a write at the same edge when it says so', () => {
    expect(seen('old')).toEqual([3n, 9n])
  })

  test('sees the new word of a write at the same edge when it says so', () => {
    expect(seen('new')).toEqual([9n, 9n])
  })

  test('that promises never to meet a write is watched', () => {
    const made = around(memory('words', 72, 4, { read: 'next', initial: 0n }), { during: 'never' })
    set(made, { address: 2, data: 9, writes: 0 })

    const apart = made.step(5)
    made.set('writes', 1)
    const together = made.step(5)

    expect([apart, together]).toEqual([5, 0])
    expect(made.engine.events()).toMatchObject([
      { check: 'assert', sentence: '`words` is never read where it is written at the same edge', edge: 5 },
    ])
  })
})

test('words that a test bench writes are seen at the next settling', () => {
  const made = around(memory('words', 72, 4, { initial: 0n }))
  set(made, { address: 3 })
  const [slot] = made.engine.memories
  const before = made.get('now')

  new BigUint64Array(made.engine.memory)[((slot?.offset ?? 0) + 3 * (slot?.stride ?? 0)) / 8] = 77n
  made.engine.storeWords?.(0, 3, 1)

  expect([before, made.get('now')]).toEqual([0n, 77n])
})
