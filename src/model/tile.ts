/**
 * What a tile program sees of its tile: the software-visible interface that all platforms share. Kernel, services and
 * applications are written against this and nothing else, and cannot tell the platforms apart.
 */

/** A program that runs on a tile. It ends when its promise settles; an exception ends it with an error of the run. */
export type TileProgram = (tile: Tile) => Promise<void>

export interface Tile {
  /** NoC id, `chip << 8 | mod`. */
  readonly id: number
  /** Local memory: first address and size in bytes. */
  readonly memory: { readonly base: number; readonly bytes: number }

  /** Reads the 64-bit TCU register at `offset` bytes from the window's base. */
  readRegister(offset: number): Promise<bigint>
  /** Writes a TCU register; `enables` has one bit per byte, all eight unless given. */
  writeRegister(offset: number, value: bigint, enables?: number): Promise<void>

  /**
   * Copies bytes out of local memory; takes no simulated time, as the core's own caches and ports are not modelled.
   *
   * Rejects: RangeError when the range is not inside local memory.
   */
  readMemory(address: number, bytes: number): Uint8Array
  /** Copies bytes into local memory, likewise. */
  writeMemory(address: number, data: Uint8Array): void

  /** Lets `cycles` cycles pass. */
  wait(cycles: number): Promise<void>
  /** Waits until interrupt line 1 or 2 (CORE_CFG 1 or 2) is high, or `limitCycles` have passed; says which. */
  waitForInterrupt(line: 1 | 2, limitCycles?: number): Promise<'interrupt' | 'limit'>

  /** A whole number from 0 to `below` - 1 from the run's seed, the same on every platform. */
  random(below: number): number
}
