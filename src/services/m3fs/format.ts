/** An empty file system: superblock, bitmaps, and a root directory. Source: services section 3.1. */
import { addEntry } from './directory.ts'
import { emptyInode, modes, rootInode } from './inode.ts'
import type { Storage } from './storage.ts'
import { blockSizes, encodeSuperblock, geometryOf } from './superblock.ts'
import type { Superblock } from './superblock.ts'
import { Volume } from './volume.ts'
import type { VolumeOptions } from './volume.ts'

export interface FormatOptions extends VolumeOptions {
  readonly blockBytes: number
  readonly blocks: number
  readonly inodes: number
}

/**
 * Makes an empty file system out of a storage that is all zeros, and opens it.
 *
 * Rejects: RangeError when the numbers do not allow for one.
 */
export const format = async (storage: Storage, options: FormatOptions): Promise<Volume> => {
  const { blockBytes, blocks, inodes } = options
  const sizes = { blockBytes, totalBlocks: blocks, totalInodes: inodes }
  checkSizes(storage, options)
  const { inodeBitmap, blockBitmap, firstData } = geometryOf(sizes)
  const empty: Superblock = {
    ...sizes,
    freeInodes: inodes - 1,
    freeBlocks: blocks - firstData,
    firstFreeInode: 1,
    firstFreeBlock: firstData,
  }
  await storage.write(0, encodeSuperblock(empty))
  await storage.write(inodeBitmap * blockBytes, ones(1))
  await storage.write(blockBitmap * blockBytes, ones(firstData))
  const volume = await Volume.open(storage, options)
  let root = emptyInode(rootInode, modes.directory | 0o755, 0)
  for (const name of ['.', '..']) root = await addEntry(volume, root, name, rootInode)
  await volume.writeInode({ ...root, links: 2 })
  return volume
}

/** Smallest number of blocks for a file system with an empty root directory, or with `contents` blocks in files. */
export const leastBlocks = (blockBytes: number, inodes: number, contents = 1): number => {
  // The block bitmap grows with the blocks that it covers.
  const needed = (blocks: number): number =>
    geometryOf({ blockBytes, totalInodes: inodes, totalBlocks: blocks }).firstData + contents
  let blocks = needed(1)
  while (needed(blocks) > blocks) blocks = needed(blocks)
  return blocks
}

const checkSizes = (storage: Storage, { blockBytes, blocks, inodes }: FormatOptions): void => {
  const { least, most } = blockSizes
  if (!Number.isInteger(Math.log2(blockBytes)) || blockBytes < least || blockBytes > most)
    throw new RangeError(`blocks have a power of two of bytes from ${least} to ${most}, not ${blockBytes}`)
  if (!Number.isInteger(inodes) || inodes < 1 || inodes > 2 ** 32 - 1)
    throw new RangeError(`there have to be 1 to 2^32 - 1 inodes, not ${inodes}`)
  const fewest = leastBlocks(blockBytes, inodes)
  if (!Number.isInteger(blocks) || blocks < fewest || blocks > 2 ** 32 - 1)
    throw new RangeError(
      `${blocks} blocks of ${blockBytes} bytes cannot hold a file system with ${inodes} inodes; ${fewest} are needed`,
    )
  if (blocks * blockBytes > storage.bytes) throw new RangeError(`${blocks} blocks do not fit ${storage.bytes} bytes`)
}

/** The first bits of a bitmap, set. */
const ones = (bits: number): Uint8Array =>
  Uint8Array.from({ length: Math.ceil(bits / 8) }, (_, index) => (1 << Math.min(8, bits - 8 * index)) - 1)
