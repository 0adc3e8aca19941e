/** The memory port of bridges and memory tiles: lines of 16 bytes with an enable per byte. */
import { bit, struct, uint } from '#edsl'

/** Lines that a load asks for at most, and an AXI4 burst carries at most: 256 bytes, which no page boundary divides. */
export const runLines = 16

/**
 * A request to the memory: the load of `lines` lines from `address` on, or the store of one line. Requests of one stream are
 * served as if one after the other. `address` is a multiple of 16, in bytes; a load stays inside of 256 aligned bytes;
 * `last` ends a run of stored lines, whose addresses follow on each other.
 */
export const lineRequest = struct({
  store: bit,
  last: bit,
  address: uint(32),
  lines: uint(5),
  enables: uint(16),
  data: uint(128),
})

/** A line that a load brought, in the order of the requests; nobody may let it wait. `error`: there are no data. */
export const loadedLine = struct({ valid: bit, error: bit, data: uint(128) })

/** A run of stores has ended, in the order of the requests: every load from now on sees it. `error`: it was refused. */
export const storedRun = struct({ valid: bit, error: bit })

/** A line of a packet with the lanes of its source; with `first` the lane `lane` goes to `address`. */
export const sourceLine = struct({
  first: bit,
  last: bit,
  address: uint(32),
  lane: uint(4),
  enables: uint(16),
  data: uint(128),
})

/** A line with the lanes of its destination. */
export const placedLine = struct({ last: bit, address: uint(32), enables: uint(16), data: uint(128) })
