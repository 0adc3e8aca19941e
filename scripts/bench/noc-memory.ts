/** Memory tiles with bursts of 512 bytes: NoC section 7.2 wants 90 % of a flit per cycle in either direction. */
import { measureMemory, type MeasuredTile } from '../../test/hdl/tile/support/measure-memory.ts'
import type { NocSettings } from './noc-networks.ts'
import { goalRow, type Row } from './row.ts'

const tiles: readonly (readonly [string, MeasuredTile])[] = [
  ['on-chip memory', { kind: 'ram' }],
  ['AXI4 of 128 bits, 4 cycles', { kind: 'axi', dataBits: 128, latency: 4 }],
  ['AXI4 of 128 bits, 20 cycles', { kind: 'axi', dataBits: 128, latency: 20 }],
  ['AXI4 of 64 bits, 4 cycles', { kind: 'axi', dataBits: 64, latency: 4 }],
]

/** Flits per cycle of answers to reads, and of writes. A bus of 64 bits can move half as much. */
export const memoryRows = ({ onProgress }: NocSettings): readonly Row[] =>
  tiles.flatMap(([name, tile]) =>
    (['read', 'write'] as const).map((direction) => {
      onProgress(`${name}, ${direction}`)
      const goal = tile.kind === 'axi' && tile.dataBits === 64 ? 0.45 : 0.9
      const { flits } = measureMemory(tile, direction)
      return goalRow(`${name}, ${direction} 512 bytes`, flits, 'flit/cycle', { goal, better: 'more' })
    }),
  )
