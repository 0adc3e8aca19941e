/** Tile ids, global addresses and tile descriptors. Source: kernel sections 1.1 and 1.3. */
import { acceleratorIsas, decode, tileAttributes, tileDescriptor, tileTypes } from '#layout'

/** An address on a tile; both together fit one word. */
export interface GlobalAddress {
  /** NoC id of the tile, `chip << 8 | mod`; logical and NoC ids are the same. */
  readonly tile: number
  readonly offset: bigint
}

const offsetBits = 49n
const tileBase = 0x4000n

/** Packs a global address into its word. Kernel section 1.1. */
export const globalAddress = ({ tile, offset }: GlobalAddress): bigint =>
  ((tileBase + BigInt(tile)) << offsetBits) | offset

/** Unpacks a global address; undefined when the word names no tile. */
export const parseGlobalAddress = (word: bigint): GlobalAddress | undefined => {
  const tile = (word >> offsetBits) - tileBase
  return tile < 0n ? undefined : { tile: Number(tile), offset: word & ((1n << offsetBits) - 1n) }
}

/** What the kernel wants to know of a tile. Kernel section 1.3. */
export interface TileFacts {
  readonly programmable: boolean
  /** Logic answers side calls, and no program runs there. */
  readonly accelerator: boolean
  readonly supportsActivities: boolean
  readonly internalMemory: boolean
  readonly memoryBytes: number
}

/** Reads a tile descriptor. Kernel section 1.3. */
export const tileFacts = (descriptor: bigint): TileFacts => {
  const { type, isa, attributes, memoryPages } = decode(tileDescriptor, descriptor)
  return {
    programmable: isa >= 1 && isa <= 3,
    accelerator: Object.values(acceleratorIsas).includes(isa),
    supportsActivities: type !== tileTypes.memory,
    internalMemory: type !== tileTypes.memory && (attributes & tileAttributes.internalMemory) !== 0,
    memoryBytes: Number(memoryPages) * 4096,
  }
}

/** Whether a descriptor is that of a memory tile. Kernel section 1.3. */
export const isMemoryTile = (descriptor: bigint): boolean =>
  decode(tileDescriptor, descriptor).type === tileTypes.memory
