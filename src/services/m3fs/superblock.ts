/** The first block of an image: sizes, free counts, where to look for what is free. Source: services section 3.1. */
import { inodeBytes } from './inode.ts'
import { sound } from './damaged.ts'

/** What block 0 says. Blocks and inodes are counted from 0. */
export interface Superblock {
  /** Bytes of a block, a power of two. */
  readonly blockBytes: number
  readonly totalInodes: number
  readonly totalBlocks: number
  readonly freeInodes: number
  readonly freeBlocks: number
  /** All inodes below are in use. */
  readonly firstFreeInode: number
  /** All blocks below are in use. */
  readonly firstFreeBlock: number
}

/** Bytes at the start of block 0. Services section 3.1. */
export const superblockBytes = 32

/** Block sizes that this implementation takes; services section 3.1 says "normally 4096". */
export const blockSizes = Object.freeze({ least: 512, usual: 4096, most: 65536 })

/** Where the parts of an image start, in blocks. */
export interface Geometry {
  readonly inodeBitmap: number
  readonly blockBitmap: number
  readonly inodeTable: number
  /** First block that files and directories can have; all below hold metadata. */
  readonly firstData: number
}

const fields = [
  'blockBytes',
  'totalInodes',
  'totalBlocks',
  'freeInodes',
  'freeBlocks',
  'firstFreeInode',
  'firstFreeBlock',
] as const satisfies readonly (keyof Superblock)[]

/** Factors of the checksum, in the order of the fields. Services section 3.1. */
const factors = [2, 3, 5, 7, 11, 13, 17] as const

const checksum = (superblock: Superblock): number => {
  const sum = fields.reduce((all, name, index) => all + BigInt(superblock[name]) * BigInt(factors[index] as number), 1n)
  return Number(BigInt.asUintN(32, sum))
}

export const encodeSuperblock = (superblock: Superblock): Uint8Array => {
  const bytes = new Uint8Array(superblockBytes)
  const view = new DataView(bytes.buffer)
  for (const [index, name] of fields.entries()) view.setUint32(4 * index, superblock[name], true)
  view.setUint32(4 * fields.length, checksum(superblock), true)
  return bytes
}

/**
 * Reads the superblock of an image of `imageBytes` bytes.
 *
 * Rejects: DamagedImage when it is none, or when what it says does not fit the image.
 */
export const decodeSuperblock = (bytes: Uint8Array, imageBytes: number): Superblock => {
  sound(bytes.length >= superblockBytes, () => `${imageBytes} bytes are too few for an m3fs image`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, superblockBytes)
  const words = fields.map((name, index) => [name, view.getUint32(4 * index, true)] as const)
  const superblock = Object.fromEntries(words) as unknown as Superblock
  const { blockBytes, totalInodes, totalBlocks } = superblock
  sound(
    view.getUint32(4 * fields.length, true) === checksum(superblock),
    () => 'the checksum of the superblock does not match: this is no m3fs image, or its first block is damaged',
  )
  sound(
    Number.isInteger(Math.log2(blockBytes)) && blockBytes >= blockSizes.least && blockBytes <= blockSizes.most,
    () => `blocks of ${blockBytes} bytes: the size is a power of two from ${blockSizes.least} to ${blockSizes.most}`,
  )
  sound(
    totalBlocks * blockBytes <= imageBytes,
    () => `the superblock counts ${totalBlocks} blocks of ${blockBytes} bytes, but the image has ${imageBytes} bytes`,
  )
  sound(totalInodes > 0, () => 'the superblock counts no inodes, not even one for the root directory')
  const { firstData } = geometryOf(superblock)
  sound(
    firstData <= totalBlocks,
    () => `bitmaps and inode table need ${firstData} blocks, but the superblock counts ${totalBlocks}`,
  )
  checkCounts(superblock)
  return Object.freeze(superblock)
}

const checkCounts = (superblock: Superblock): void => {
  const { totalInodes, totalBlocks, freeInodes, freeBlocks, firstFreeInode, firstFreeBlock } = superblock
  sound(freeInodes < totalInodes, () => `the superblock counts ${freeInodes} free inodes of ${totalInodes}`)
  sound(freeBlocks < totalBlocks, () => `the superblock counts ${freeBlocks} free blocks of ${totalBlocks}`)
  sound(
    firstFreeInode <= totalInodes,
    () => `inode ${firstFreeInode} is said to be the first free one of ${totalInodes}`,
  )
  sound(
    firstFreeBlock <= totalBlocks,
    () => `block ${firstFreeBlock} is said to be the first free one of ${totalBlocks}`,
  )
}

/** Where everything lies. Services section 3.1. */
export const geometryOf = ({
  blockBytes,
  totalInodes,
  totalBlocks,
}: Pick<Superblock, 'blockBytes' | 'totalInodes' | 'totalBlocks'>): Geometry => {
  const inodeBitmap = 1
  const blockBitmap = inodeBitmap + Math.ceil(Math.ceil(totalInodes / 8) / blockBytes)
  const inodeTable = blockBitmap + Math.ceil(Math.ceil(totalBlocks / 8) / blockBytes)
  const firstData = inodeTable + Math.ceil((totalInodes * inodeBytes) / blockBytes)
  return { inodeBitmap, blockBitmap, inodeTable, firstData }
}
