/** An image that is in use: its counts, its inode table, and what is free. Source: services sections 3.1 and 3.5. */
import { CallError, codes } from '#kernel'
import { Bitmap } from './bitmap.ts'
import { BlockBuffer, usualBufferBlocks } from './block-buffer.ts'
import { sound } from './damaged.ts'
import { decodeInode, encodeInode, inodeBytes, isDirectory, isRegular } from './inode.ts'
import type { Extent, Inode } from './inode.ts'
import type { Storage } from './storage.ts'
import { decodeSuperblock, encodeSuperblock, geometryOf, superblockBytes } from './superblock.ts'
import type { Geometry, Superblock } from './superblock.ts'

/** How an image is used. */
export interface VolumeOptions {
  /** Metadata blocks kept at once. Services section 3.3. */
  readonly bufferBlocks?: number
  /** Largest extent that is made, in blocks: fragments files on purpose. */
  readonly extentBlocks?: number
  /** Where to look for free blocks, from 0 up to but not including 1 over all blocks; without, first fit. */
  readonly placement?: () => number
}

/** Every change is in the buffer first; `flush` makes the image whole. */
export class Volume {
  readonly storage: Storage
  readonly buffer: BlockBuffer
  readonly geometry: Geometry
  readonly blockBytes: number
  /** Largest extent that is made, in blocks. */
  readonly extentBlocks: number
  readonly #placement: (() => number) | undefined
  readonly #inodes: Bitmap
  readonly #blocks: Bitmap
  #superblock: Superblock
  #superblockChanged = false

  private constructor(storage: Storage, superblock: Superblock, options: VolumeOptions) {
    const { blockBytes, totalInodes, totalBlocks } = superblock
    this.storage = storage
    this.buffer = new BlockBuffer(storage, blockBytes, options.bufferBlocks ?? usualBufferBlocks)
    this.geometry = geometryOf(superblock)
    this.blockBytes = blockBytes
    this.extentBlocks = options.extentBlocks ?? totalBlocks
    this.#placement = options.placement
    this.#inodes = new Bitmap(this.buffer, this.geometry.inodeBitmap, totalInodes)
    this.#blocks = new Bitmap(this.buffer, this.geometry.blockBitmap, totalBlocks)
    this.#superblock = superblock
  }

  /**
   * Opens an image after a look at its superblock; `checkImage` looks at everything.
   *
   * Rejects: DamagedImage.
   */
  static async open(storage: Storage, options: VolumeOptions = {}): Promise<Volume> {
    const first = await storage.read(0, Math.min(superblockBytes, storage.bytes))
    return new Volume(storage, decodeSuperblock(first, storage.bytes), options)
  }

  get superblock(): Superblock {
    return this.#superblock
  }

  /** Writes back all that changed, the superblock last. */
  async flush(): Promise<void> {
    await this.buffer.flush()
    if (!this.#superblockChanged) return
    this.#superblockChanged = false
    await this.storage.write(0, encodeSuperblock(this.#superblock))
  }

  /**
   * An inode that is in use.
   *
   * Rejects: DamagedImage when there is none of that number.
   */
  async inode(number: number): Promise<Inode> {
    sound(number < this.#superblock.totalInodes, () => `there is no inode ${number}`)
    const inode = decodeInode(await this.buffer.read(this.#inodeBlock(number)), this.#inodeOffset(number))
    sound(inode.number === number, () => `inode ${number} says that its number is ${inode.number}`)
    sound(isDirectory(inode) || isRegular(inode), () => `inode ${number} is neither file nor directory`)
    return inode
  }

  async writeInode(inode: Inode): Promise<void> {
    const block = this.#inodeBlock(inode.number)
    const bytes = await this.buffer.read(block)
    bytes.set(encodeInode(inode), this.#inodeOffset(inode.number))
    await this.buffer.write(block, bytes)
  }

  /** Number of a fresh inode. Rejects: CallError NoSpace. */
  async allocateInode(): Promise<number> {
    const { firstFreeInode, freeInodes } = this.#superblock
    const number = await this.#inodes.firstClear(firstFreeInode)
    if (number === undefined) throw new CallError(codes.NoSpace, 'no inode is free')
    sound(freeInodes > 0, () => `inode ${number} is free, but the superblock counts no free inode`)
    await this.#inodes.fill(number, 1, 'set')
    this.#change({ freeInodes: freeInodes - 1, firstFreeInode: number + 1 })
    return number
  }

  async freeInode(number: number): Promise<void> {
    const { freeInodes, firstFreeInode } = this.#superblock
    const changed = await this.#inodes.fill(number, 1, 'clear')
    sound(changed === 1, () => `inode ${number} is in use, but the bitmap says that it is free`)
    this.#change({ freeInodes: freeInodes + 1, firstFreeInode: Math.min(firstFreeInode, number) })
  }

  /** Up to `most` blocks, as many as there are at the first place with a free one. Rejects: CallError NoSpace. */
  async allocateBlocks(most: number): Promise<Extent> {
    const { firstFreeBlock, freeBlocks } = this.#superblock
    const start = await this.#firstFree()
    if (start === undefined) throw new CallError(codes.NoSpace, 'no block is free')
    const length = await this.#blocks.clearRun(start, Math.min(most, this.extentBlocks))
    this.checkExtent({ start, length })
    sound(
      length <= freeBlocks,
      () => `${length} blocks from ${start} are free, but the superblock counts ${freeBlocks}`,
    )
    await this.#blocks.fill(start, length, 'set')
    const wasFirst = this.#placement === undefined || start === firstFreeBlock
    this.#change({ freeBlocks: freeBlocks - length, ...(wasFirst ? { firstFreeBlock: start + length } : {}) })
    return { start, length }
  }

  async freeBlocks({ start, length }: Extent): Promise<void> {
    const { freeBlocks, firstFreeBlock } = this.#superblock
    this.checkExtent({ start, length })
    const changed = await this.#blocks.fill(start, length, 'clear')
    sound(changed === length, () => `of ${length} blocks in use from ${start}, the bitmap knows ${changed}`)
    this.buffer.forget(start, length)
    this.#change({ freeBlocks: freeBlocks + length, firstFreeBlock: Math.min(firstFreeBlock, start) })
  }

  /** Rejects: DamagedImage unless all blocks of the extent can belong to a file. */
  checkExtent({ start, length }: Extent): void {
    const { totalBlocks } = this.#superblock
    sound(
      length > 0 && start >= this.geometry.firstData && start + length <= totalBlocks,
      () => `${length} blocks from ${start} are not among the blocks of files`,
    )
  }

  async #firstFree(): Promise<number | undefined> {
    const { firstFreeBlock, totalBlocks } = this.#superblock
    if (this.#placement !== undefined) {
      const wanted = Math.floor(this.#placement() * totalBlocks)
      const found = await this.#blocks.firstClear(Math.max(wanted, firstFreeBlock))
      if (found !== undefined) return found
    }
    return this.#blocks.firstClear(firstFreeBlock)
  }

  #change(change: Partial<Superblock>): void {
    this.#superblock = Object.freeze({ ...this.#superblock, ...change })
    this.#superblockChanged = true
  }

  #inodeBlock(number: number): number {
    return this.geometry.inodeTable + Math.floor((number * inodeBytes) / this.blockBytes)
  }

  #inodeOffset(number: number): number {
    return (number * inodeBytes) % this.blockBytes
  }
}
