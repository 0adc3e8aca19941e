/** Inodes, their extents and the bitmaps of an image. Source: services section 3.1. */
import { isSet } from './bitmap.ts'
import { checkBlockBits, checkCounts } from './check-bitmaps.ts'
import type { Check } from './check-image.ts'
import { extentIn, extentsPerBlock } from './extents.ts'
import { decodeInode, directExtents, inodeBytes, isDirectory, isRegular } from './inode.ts'
import type { Extent, Inode } from './inode.ts'

/** Inodes looked at between two reports of progress. */
const inodesPerReport = 256

/** Who has which block: 0 for nobody, otherwise the number of the inode and 1. */
type Owners = Uint32Array

/** Fills `check.inodes` with those whose blocks are their own. */
export const checkBlocks = async (check: Check): Promise<void> => {
  const { superblock, geometry, buffer, findings, inodeBits } = check
  const owners = new Uint32Array(superblock.totalBlocks)
  const perBlock = buffer.blockBytes / inodeBytes
  for (let number = 0; number < superblock.totalInodes; number++) {
    if (number % inodesPerReport === 0) await check.progress(number)
    if (!isSet(inodeBits, number)) continue
    const bytes = await buffer.read(geometry.inodeTable + Math.floor(number / perBlock))
    const inode = decodeInode(bytes, (number % perBlock) * inodeBytes)
    if (inode.number !== number) {
      findings.damage('inode-number', `inode ${number}: it says that its number is ${inode.number}`)
    } else if (!isDirectory(inode) && !isRegular(inode)) {
      findings.damage('inode-type', `inode ${number}: mode 0${inode.mode.toString(8)} is neither file nor directory`)
    } else {
      const blocks = await claimBlocks(check, owners, inode)
      if (blocks === undefined || !checkSize(check, inode, blocks.length)) continue
      check.inodes.set(number, { inode, blocks: isDirectory(inode) ? blocks : [] })
    }
  }
  await check.progress(superblock.totalInodes)
  checkBlockBits(check, (block) => owners[block] !== 0)
  checkCounts(check)
}

const checkSize = ({ superblock, findings }: Check, { number, size }: Inode, blocks: number): boolean => {
  const fits = Math.ceil(size / superblock.blockBytes) === blocks
  if (!fits) findings.damage('size', `inode ${number}: ${size} bytes in ${blocks} blocks of ${superblock.blockBytes}`)
  return fits
}

/** Takes the blocks of a file; undefined when it cannot have them all. */
const claimBlocks = async (check: Check, owners: Owners, inode: Inode): Promise<readonly number[] | undefined> => {
  const claim = claimer(check, owners, inode.number)
  const perBlock = extentsPerBlock(check.superblock.blockBytes)
  const { extents, indirect, doubleIndirect } = inode
  if (extents > directExtents + perBlock + perBlock ** 2) {
    check.findings.damage('extent-count', `inode ${inode.number}: ${extents} extents are more than fit`)
    return undefined
  }
  const blocks: number[] = []
  const take = (extent: Extent): boolean => {
    if (!claim(extent, 'extent-range', 'an extent')) return false
    for (let block = extent.start; block < extent.start + extent.length; block++) blocks.push(block)
    return true
  }
  /** The first `count` extents of an indirect block, one by one. */
  const takeIndirect = async (block: number, count: number): Promise<boolean> => {
    if (!claim({ start: block, length: 1 }, 'indirect-block', 'an indirect block')) return false
    for (let index = 0; index < count; index++) if (!take(extentIn(await check.buffer.read(block), index))) return false
    return true
  }
  for (const extent of inode.direct.slice(0, extents)) if (!take(extent)) return undefined

  const inIndirect = Math.min(Math.max(extents - directExtents, 0), perBlock)
  if (!checkPresence(check, inode, 'indirect', indirect, inIndirect)) return undefined
  if (inIndirect > 0 && !(await takeIndirect(indirect, inIndirect))) return undefined

  const inDouble = Math.max(extents - directExtents - perBlock, 0)
  if (!checkPresence(check, inode, 'double indirect', doubleIndirect, inDouble)) return undefined
  if (inDouble === 0) return blocks
  if (!claim({ start: doubleIndirect, length: 1 }, 'indirect-block', 'a double indirect block')) return undefined
  for (let first = 0; first < inDouble; first += perBlock) {
    const { start } = extentIn(await check.buffer.read(doubleIndirect), first / perBlock)
    if (!(await takeIndirect(start, Math.min(perBlock, inDouble - first)))) return undefined
  }
  return blocks
}

/** An indirect block is there if and only if it has extents. */
const checkPresence = ({ findings }: Check, inode: Inode, word: string, block: number, extents: number): boolean => {
  if ((block !== 0) === extents > 0) return true
  findings.damage(
    'indirect-block',
    `inode ${inode.number}: ${inode.extents} extents, but ${block === 0 ? `no ${word} block` : `${word} block ${block}`}`,
  )
  return false
}

/** Notes who has a block; says whether all blocks of an extent were there to be had. */
const claimer =
  ({ superblock, geometry, findings }: Check, owners: Owners, number: number) =>
  ({ start, length }: Extent, kind: 'extent-range' | 'indirect-block', what: string): boolean => {
    if (length === 0 || start < geometry.firstData || start + length > superblock.totalBlocks) {
      findings.damage(
        kind,
        `inode ${number}: ${what} of ${length} blocks from ${start}; ` +
          `files have blocks ${geometry.firstData} to ${superblock.totalBlocks - 1}`,
      )
      return false
    }
    for (let block = start; block < start + length; block++) {
      const owner = owners[block] as number
      if (owner !== 0) {
        findings.damage('block-shared', `block ${block}: in inode ${owner - 1} and in inode ${number}`)
        return false
      }
      owners[block] = number + 1
    }
    return true
  }
