/** The smallest system in which everything happens: two compute tiles, a memory tile and the host port. */
import { memoryOffset, type SystemDescription } from '#layout'

export const pairSystem: SystemDescription = Object.freeze({
  name: 'soc_pair',
  chip: 3,
  columns: 2,
  rows: 1,
  clockHz: 100_000_000,
  sendTimeoutCycles: 3000,
  modules: Object.freeze([
    { kind: 'compute', name: 'a', mod: 0x00, memoryBase: memoryOffset, memoryBytes: 64 * 1024, role: 'kernel' },
    { kind: 'compute', name: 'b', mod: 0x21, memoryBase: memoryOffset, memoryBytes: 64 * 1024, role: 'user' },
    { kind: 'memory', name: 'memory', mod: 0x20, memoryBase: 0, memoryBytes: 64 * 1024 },
    { kind: 'host', name: 'host', mod: 0x02 },
  ] as const),
})
