import { describe, expect, test } from 'vitest'
import { bit, mapBytes, offsetOf, oneOf, registerAccessors, registerMap, struct, tcuRegisters, uint } from '#layout'

const timer = registerMap({
  name: 'timer',
  wordBytes: 4,
  base: 0x4000_0000,
  sides: ['bus'],
  registers: {
    CONTROL: {
      at: 0,
      shape: struct({ mode: oneOf('once', 'again'), run: bit }),
      access: 'read-write',
      doc: 'Starts it.',
    },
    COUNT: { at: 4, shape: uint(32), access: 'read', doc: 'Cycles left.' },
    DONE: { at: 8, shape: bit, access: 'write-1-clears', doc: 'It ran out.' },
    COMPARE: { at: 0x10, shape: uint(16), access: 'write', count: 4, doc: 'When to tell.' },
  },
})

describe('a map refuses', () => {
  const one = { at: 0, shape: uint(8), access: 'read', doc: '' } as const
  const mapOf = (registers: Parameters<typeof registerMap>[0]['registers']) => () =>
    registerMap({ name: 'm', wordBytes: 4, base: 0, sides: ['bus'], registers })

  test.each([
    ['a place that is no word', { A: { ...one, at: 2 } }, 'register m.A is at 0x2, which is no multiple of 4'],
    ['two registers at one place', { A: one, B: one }, 'register m.B and A are both at 0x0'],
    [
      'an overlap with several',
      { A: { ...one, count: 3 }, B: { ...one, at: 8 } },
      'register m.B and A are both at 0x8',
    ],
    ['too many bits', { A: { ...one, shape: uint(33) } }, 'register m.A has 33 bits, a word has 32'],
    ['a reset value that does not fit', { A: { ...one, reset: 256n } }, 'register m.A starts with 256 in 8 bits'],
    ['no register at all of a kind', { A: { ...one, count: 0 } }, 'register m.A is there 0 times'],
  ])('%s', (_, registers, message) => {
    expect(mapOf(registers)).toThrow(message)
  })
})

test('offsets and the size are those of the declaration', () => {
  expect(offsetOf(timer, 'COMPARE', 3)).toBe(0x1c)
  expect(mapBytes(timer)).toBe(0x20)
  expect(() => offsetOf(timer, 'COMPARE', 4)).toThrow('timer.COMPARE has elements 0 to 3, not 4')
})

test('accessors move typed values over a bus', async () => {
  const words = new Map<number, bigint>([[0x4000_0000, 0b11n]])
  const registers = registerAccessors(timer, 'bus', {
    read: (address) => words.get(address) ?? 0n,
    write: (address, word) => void words.set(address, word),
  })

  const before = await registers.CONTROL.read()
  await registers.CONTROL.write({ mode: 'once', run: 1 })
  await registers.COMPARE[2]?.write(0x1234)

  expect(before).toEqual({ mode: 'again', run: 1 })
  expect([...words]).toEqual([
    [0x4000_0000, 1n],
    [0x4000_0018, 0x1234n],
  ])
})

test('accessors refuse what the side may not do', async () => {
  const { COUNT, COMPARE } = registerAccessors(timer, 'bus', { read: () => 0n, write: () => undefined })

  await expect(COUNT.write(1)).rejects.toThrow('timer.COUNT cannot be written from here: read')
  await expect(COMPARE[0]?.read()).rejects.toThrow('timer.COMPARE cannot be read from here: write')
})

test("the TCU's registers end with the core configuration", () => {
  expect(mapBytes(tcuRegisters)).toBe(0x3028 + 32 * 8)
})
