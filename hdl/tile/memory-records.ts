/** Records that travel between the units of a memory tile. */
import { bit, oneOf, struct, uint } from '#edsl'
import { modes, nocId } from '#layout'

/** A memory tile's message classes: commands (C0, C1), or the bypass traffic of cores (C2, C3). NoC section 2.8. */
export type MemoryTraffic = 'commands' | 'bypass'

/** The modes of each kind of traffic. NoC section 2.4. */
export const trafficModes = {
  commands: { read: modes.READ_REQ, data: modes.READ_RSP, write: modes.WRITE_POSTED },
  bypass: { read: modes.READ_REQ_2, data: modes.READ_RSP_2, write: modes.WRITE_POSTED_2 },
} as const

/** Where the memory of a tile lies. */
export interface MemoryRange {
  /** First address, a multiple of 16. */
  readonly memoryBase: number
  /** Size in bytes, a multiple of 16. */
  readonly memoryBytes: number
}

/** A read that waits for its answer: of memory, of a register that was read already, or of nothing that exists. */
export const memoryJob = struct({
  kind: oneOf('memory', 'register', 'refused'),
  source: nocId,
  address: uint(32),
  size: uint(32),
  returnAddress: uint(32),
  /** A register's value. */
  value: uint(64),
})

/** A write whose acknowledgement is due: when its run is stored, or, `refused`, when those before it have left. */
export const pendingWrite = struct({
  refused: bit,
  aborted: bit,
  source: nocId,
  address: uint(32),
  bytes: uint(18),
})
