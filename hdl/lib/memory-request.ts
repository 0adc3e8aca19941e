import { bit, struct, uint } from '#edsl'

/**
 * A request to a memory of lines of 16 bytes: a load has no enables. `address` is a multiple of 16, in bytes; `enables` has a
 * bit per byte. A load's line is there in the cycle after the request was served.
 */
export const memoryRequest = struct({ valid: bit, store: bit, address: uint(32), enables: uint(16), data: uint(128) })
