/** The boot information block, as the loader leaves it for the kernel and the kernel for root. Source: kernel section 4.1. */
import { globalAddress, parseGlobalAddress } from './addresses.ts'
import type { GlobalAddress } from './addresses.ts'

export interface BootModule {
  readonly name: string
  readonly address: GlobalAddress
  readonly bytes: number
}

export interface MemoryArea {
  readonly address: GlobalAddress
  readonly bytes: number
  readonly reserved: boolean
}

export interface TileRecord {
  readonly id: number
  readonly descriptor: bigint
}

/** For the kernel: tile descriptors are in the order of the boot environment's tile ids. */
export interface KernelInfo {
  readonly modules: readonly BootModule[]
  readonly descriptors: readonly bigint[]
  readonly memories: readonly MemoryArea[]
}

/** For root: tile records of all user tiles, each padded to 16 bytes. */
export interface RootInfo {
  readonly modules: readonly BootModule[]
  readonly tiles: readonly TileRecord[]
  readonly memories: readonly MemoryArea[]
}

const infoBytes = 32
const moduleBytes = 80
const memoryBytes = 16
const rootTileBytes = 16

/** Rejects: RangeError when a module's name is longer than 63 bytes. */
export const encodeKernelInfo = (info: KernelInfo): Uint8Array => {
  const tiles = info.descriptors.map((descriptor) => [descriptor])
  return encodeBlock(info.modules, tiles, info.memories)
}

export const encodeRootInfo = (info: RootInfo): Uint8Array => {
  const tiles = info.tiles.map(({ id, descriptor }) => [BigInt(id), descriptor])
  return encodeBlock(info.modules, tiles, info.memories)
}

export const decodeKernelInfo = (block: Uint8Array): KernelInfo => {
  const { modules, tiles, memories } = decodeBlock(block, 8)
  return { modules, descriptors: tiles.map(([descriptor]) => descriptor as bigint), memories }
}

export const decodeRootInfo = (block: Uint8Array): RootInfo => {
  const { modules, tiles, memories } = decodeBlock(block, rootTileBytes)
  const records = tiles.map(([id, descriptor]) => ({ id: Number(id), descriptor: descriptor as bigint }))
  return { modules, tiles: records, memories }
}

/** Size of a block, from its first 32 bytes; `tileBytes` is 8 for the kernel's and 16 for root's. */
export const infoSize = (head: Uint8Array, tileBytes: 8 | 16): number => {
  const [modules, tiles, memories] = counts(head)
  return infoBytes + modules * moduleBytes + tiles * tileBytes + memories * memoryBytes
}

const counts = (head: Uint8Array): [number, number, number] => {
  const view = new DataView(head.buffer, head.byteOffset)
  return [0, 8, 16].map((at) => Number(view.getBigUint64(at, true))) as [number, number, number]
}

const encodeBlock = (
  modules: readonly BootModule[],
  tiles: readonly (readonly bigint[])[],
  memories: readonly MemoryArea[],
): Uint8Array => {
  const words: bigint[] = [BigInt(modules.length), BigInt(tiles.length), BigInt(memories.length), 0n]
  for (const { address, bytes, name } of modules) words.push(globalAddress(address), BigInt(bytes), ...nameWords(name))
  for (const tile of tiles) words.push(...tile)
  for (const { address, bytes, reserved } of memories)
    words.push(globalAddress(address), BigInt(bytes) | (reserved ? 1n : 0n))
  return new Uint8Array(BigUint64Array.from(words).buffer)
}

const nameWords = (name: string): bigint[] => {
  const bytes = new TextEncoder().encode(name)
  if (bytes.length > 63) throw new RangeError(`the module name '${name}' is longer than 63 bytes`)
  const padded = new Uint8Array(64)
  padded.set(bytes)
  return [...new BigUint64Array(padded.buffer)]
}

const decodeBlock = (block: Uint8Array, tileBytes: number) => {
  const view = new DataView(block.buffer, block.byteOffset)
  const [moduleCount, tileCount, memoryCount] = counts(block)
  const at = (offset: number): bigint => view.getBigUint64(offset, true)
  const place = (offset: number): GlobalAddress => parseGlobalAddress(at(offset)) ?? { tile: 0, offset: at(offset) }
  const modules = Array.from({ length: moduleCount }, (_, index): BootModule => {
    const start = infoBytes + index * moduleBytes
    const name = block.subarray(start + 16, start + moduleBytes)
    const end = name.indexOf(0)
    return {
      name: new TextDecoder().decode(name.subarray(0, end === -1 ? 64 : end)),
      address: place(start),
      bytes: Number(at(start + 8)),
    }
  })
  const tilesStart = infoBytes + moduleCount * moduleBytes
  const tiles = Array.from({ length: tileCount }, (_, index) =>
    Array.from({ length: tileBytes / 8 }, (_unused, word) => at(tilesStart + index * tileBytes + 8 * word)),
  )
  const memoriesStart = tilesStart + tileCount * tileBytes
  const memories = Array.from({ length: memoryCount }, (_, index): MemoryArea => {
    const start = memoriesStart + index * memoryBytes
    const size = at(start + 8)
    return { address: place(start), bytes: Number(size & ~1n), reserved: (size & 1n) === 1n }
  })
  return { modules, tiles, memories }
}
