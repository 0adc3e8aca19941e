/** An image in memory behind a capability. Source: services section 3.2, memory backend. */
import type { MemoryGate } from '../../library/memory-gate.ts'
import type { Storage } from '../storage.ts'

export const gateStorage = (gate: MemoryGate, bytes: number): Storage => ({
  bytes,
  read: (offset, length) => gate.read(offset, length),
  write: (offset, data) => gate.write(offset, data),
})
