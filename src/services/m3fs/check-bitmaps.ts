/** Bitmaps of an image against what uses it. Source: services section 3.1. */
import { isSet } from './bitmap.ts'
import type { BlockBuffer } from './block-buffer.ts'
import type { Check } from './check-image.ts'
import { runsOf } from './findings.ts'

/** The bytes of a bitmap. */
export const bitmapBytes = async (buffer: BlockBuffer, start: number, bits: number): Promise<Uint8Array> => {
  const bytes = new Uint8Array(Math.ceil(bits / 8))
  for (let at = 0; at < bytes.length; at += buffer.blockBytes) {
    const block = await buffer.read(start + at / buffer.blockBytes)
    bytes.set(block.subarray(0, Math.min(buffer.blockBytes, bytes.length - at)), at)
  }
  return bytes
}

/** Counts and hints of the superblock against the bitmaps. */
export const checkCounts = ({ superblock, inodeBits, blockBits, findings }: Check): void => {
  const parts = [
    ['inode', inodeBits, superblock.totalInodes, superblock.freeInodes, superblock.firstFreeInode],
    ['block', blockBits, superblock.totalBlocks, superblock.freeBlocks, superblock.firstFreeBlock],
  ] as const
  for (const [word, bits, total, free, hint] of parts) {
    const clear = [...clearBits(bits, total)]
    if (clear.length !== free)
      findings.damage('free-count', `the superblock counts ${free} free ${word}s, the bitmap has ${clear.length}`)
    const first = clear[0]
    if (first !== undefined && first < hint)
      findings.waste('hint', `${word} ${first} is free, but the superblock says that the first free one is ${hint}`)
  }
}

/** Blocks in use according to the files against the bitmap; `isUsed` knows the blocks of files and indirect blocks. */
export const checkBlockBits = (
  { superblock, geometry, blockBits, findings }: Check,
  isUsed: (block: number) => boolean,
): void => {
  const select = function* (from: number, to: number, wanted: (block: number) => boolean) {
    for (let block = from; block < to; block++) if (wanted(block)) yield block
  }
  const { firstData } = geometry
  const { totalBlocks } = superblock
  const inUse = (block: number): boolean => isSet(blockBits, block)
  for (const run of runsOf(
    'metadata block',
    select(0, firstData, (block) => !inUse(block)),
  ))
    findings.damage('metadata-block-free', `${run}: free according to the bitmap`)
  for (const run of runsOf(
    'block',
    select(firstData, totalBlocks, (block) => isUsed(block) && !inUse(block)),
  ))
    findings.damage('block-free', `${run}: in use by a file, but free according to the bitmap`)
  for (const run of runsOf(
    'block',
    select(firstData, totalBlocks, (block) => !isUsed(block) && inUse(block)),
  ))
    findings.waste('block-lost', `${run}: in use according to the bitmap, but of no file`)
}

function* clearBits(bits: Uint8Array, total: number): Generator<number> {
  for (let bit = 0; bit < total; bit++) if (!isSet(bits, bit)) yield bit
}
