import { type Bit, type UInt } from '#edsl'
import type { MemoryRange } from './memory-records.ts'

/** Whether `size` bytes from `address` on lie inside of the memory; nothing wraps around. NoC section 7.2. */
export const insideRange = (range: MemoryRange, address: UInt<32>, size: UInt<32>): Bit => {
  const offset = address.subWrap(range.memoryBase)
  const end = offset.add(size)
  return offset.lt(range.memoryBytes).and(end.le(range.memoryBytes))
}
