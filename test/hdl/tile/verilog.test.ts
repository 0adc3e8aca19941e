import { describe, expect, test } from 'vitest'
import { elaborate } from '#edsl'
import { axiMemoryTile, memoryTile } from '#hdl/tile'
import { lint, synthesisCheck } from '../../emit/tools.ts'

const range = { memoryBase: 0, memoryBytes: 4096 }

describe.each([
  ['a memory tile', () => elaborate(memoryTile(range))],
  [
    'a memory tile with slow memory and bypass traffic',
    () => elaborate(memoryTile({ ...range, latency: 5, bypass: 'acknowledged' })),
  ],
  ['a memory tile before AXI4 of 128 bits', () => elaborate(axiMemoryTile({ ...range, dataBits: 128 }))],
  [
    'a memory tile before AXI4 of 64 bits with bypass traffic',
    () => elaborate(axiMemoryTile({ ...range, dataBits: 64, bypass: 'posted' })),
  ],
])('%s', (_, make) => {
  const design = make()

  test('is Verilog without a warning', () => {
    expect(lint(design)).toBe('')
  })

  test('is fit for synthesis: one driver per wire, no loop, no latch', () => {
    expect(synthesisCheck(design)).toBe('')
  })
})

test.each([
  ['a range that is no multiple of lines', { memoryBase: 8, memoryBytes: 4096 }, 'multiples of 16'],
  ['a range that reaches the registers', { memoryBase: 0x8000_0000, memoryBytes: 0x8000_0000 }, 'registers begin'],
  ['a size that is no power of two', { memoryBase: 0, memoryBytes: 4080 }, 'a power of two of bytes'],
  ['a base that is no multiple of the size', { memoryBase: 2048, memoryBytes: 4096 }, 'multiple of its size'],
  ['a latency of 21', { ...range, latency: 21 }, 'use 1 to 20 cycles'],
])('on-chip memory with %s is refused', (_, parameters, reason) => {
  expect(() => memoryTile(parameters)).toThrow(reason)
})
