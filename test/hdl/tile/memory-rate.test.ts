/** NoC section 7.2: 90 % of a flit per cycle for bursts of 512 bytes. */
import { describe, expect, test } from 'vitest'
import { measureMemory, type MeasuredTile } from './support/measure-memory.ts'

const tiles: readonly (readonly [string, MeasuredTile])[] = [
  ['on-chip memory', { kind: 'ram' }],
  ['memory behind AXI4 of 128 bits that answers after 4 cycles', { kind: 'axi', dataBits: 128, latency: 4 }],
  ['memory behind AXI4 of 128 bits that answers after 20 cycles', { kind: 'axi', dataBits: 128, latency: 20 }],
]

describe.each(tiles)('%s', (_, tile) => {
  test.each(['read', 'write'] as const)('moves a flit in nine of ten cycles to %s bursts of 512 bytes', (direction) => {
    const rate = measureMemory(tile, direction)

    expect(rate.flits).toBeGreaterThanOrEqual(0.9)
    expect(rate.bytes).toBeGreaterThanOrEqual(0.9 * 16 * (32 / 33))
  })
})

test('a bus of 64 bits moves 90 % of 8 bytes per cycle', () => {
  const tile: MeasuredTile = { kind: 'axi', dataBits: 64, latency: 4 }

  expect(measureMemory(tile, 'read').bytes).toBeGreaterThanOrEqual(7.2)
  expect(measureMemory(tile, 'write').bytes).toBeGreaterThanOrEqual(7.2)
})
