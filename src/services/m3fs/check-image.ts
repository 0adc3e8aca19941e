/** Looks at everything that an image says, and names every inconsistency. Source: services section 3.1. */
import { BlockBuffer } from './block-buffer.ts'
import { bitmapBytes } from './check-bitmaps.ts'
import { checkBlocks } from './check-blocks.ts'
import { checkNames } from './check-names.ts'
import { DamagedImage } from './damaged.ts'
import { Findings } from './findings.ts'
import type { Finding } from './findings.ts'
import { rootInode } from './inode.ts'
import type { Inode } from './inode.ts'
import type { Storage } from './storage.ts'
import { decodeSuperblock, geometryOf, superblockBytes } from './superblock.ts'
import type { Geometry, Superblock } from './superblock.ts'

/** What a check says. */
export interface ImageReport {
  readonly findings: readonly Finding[]
  /** All findings, also those that are not listed. */
  readonly count: number
  /** Whether nothing but waste was found. */
  readonly usable: boolean
  /** Undefined when the superblock is damaged. */
  readonly contents: ImageContents | undefined
}

export interface ImageContents {
  readonly blockBytes: number
  readonly blocks: number
  readonly freeBlocks: number
  readonly inodes: number
  readonly freeInodes: number
  readonly files: number
  readonly directories: number
}

/** What the parts of a check share. */
export interface Check {
  readonly superblock: Superblock
  readonly geometry: Geometry
  readonly buffer: BlockBuffer
  readonly findings: Findings
  /** The bitmaps as they are in the image. */
  readonly inodeBits: Uint8Array
  readonly blockBits: Uint8Array
  /** Inodes in use whose blocks can be trusted, by number. */
  readonly inodes: Map<number, CheckedInode>
  /** Called now and then; the check goes on when it is done. */
  readonly progress: (done: number) => Promise<void>
}

export interface CheckedInode {
  readonly inode: Inode
  /** Of directories, in their order. */
  readonly blocks: readonly number[]
}

export interface CheckOptions {
  /** Told the number of inodes looked at; the check goes on when it is done. */
  readonly progress?: (inodes: number, of: number) => Promise<void>
}

/** Checks an image. Whatever the bytes are, the check comes to an end and reads nothing outside. */
export const checkImage = async (storage: Storage, { progress }: CheckOptions = {}): Promise<ImageReport> => {
  const findings = new Findings()
  let superblock: Superblock
  try {
    const first = await storage.read(0, Math.min(superblockBytes, storage.bytes))
    superblock = decodeSuperblock(first, storage.bytes)
  } catch (reason) {
    if (!(reason instanceof DamagedImage)) throw reason
    findings.damage('superblock', reason.message)
    return { findings: findings.all, count: findings.count, usable: false, contents: undefined }
  }
  const { totalInodes, totalBlocks, blockBytes } = superblock
  const geometry = geometryOf(superblock)
  const buffer = new BlockBuffer(storage, blockBytes)
  const check: Check = {
    superblock,
    geometry,
    buffer,
    findings,
    inodeBits: await bitmapBytes(buffer, geometry.inodeBitmap, totalInodes),
    blockBits: await bitmapBytes(buffer, geometry.blockBitmap, totalBlocks),
    inodes: new Map(),
    progress: async (done) => progress?.(done, totalInodes),
  }
  await checkBlocks(check)
  const directories = await checkNames(check, rootInode)
  return {
    findings: findings.all,
    count: findings.count,
    usable: findings.all.every(({ severity }) => severity === 'waste'),
    contents: {
      blockBytes,
      blocks: totalBlocks,
      freeBlocks: superblock.freeBlocks,
      inodes: totalInodes,
      freeInodes: superblock.freeInodes,
      files: check.inodes.size - directories,
      directories,
    },
  }
}

/**
 * Makes sure that an image can be used.
 *
 * Rejects: DamagedImage with the first thing that is wrong.
 */
export const expectUsable = async (storage: Storage, options?: CheckOptions): Promise<ImageReport> => {
  const report = await checkImage(storage, options)
  if (report.usable) return report
  const [first, ...others] = report.findings.filter(({ severity }) => severity === 'damage')
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`
  throw new DamagedImage(`the image is damaged: ${first?.message ?? 'it cannot be read'}${more}`)
}
