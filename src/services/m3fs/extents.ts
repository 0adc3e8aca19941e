/** Which blocks a file has, in the order of its bytes. Source: services section 3.1. */
import { CallError, codes } from '#kernel'
import { sound } from './damaged.ts'
import { directExtents } from './inode.ts'
import type { Extent, Inode } from './inode.ts'
import type { Volume } from './volume.ts'

/** Bytes of an extent in an indirect block. */
const extentBytes = 8
const nothing: Extent = Object.freeze({ start: 0, length: 0 })

/** Extents that an indirect block holds. */
export const extentsPerBlock = (blockBytes: number): number => blockBytes / extentBytes

/** The extent at `index` of an indirect block. */
export const extentIn = (bytes: Uint8Array, index: number): Extent => {
  const view = new DataView(bytes.buffer, bytes.byteOffset + index * extentBytes, extentBytes)
  return { start: view.getUint32(0, true), length: view.getUint32(4, true) }
}

/** All extents of a file. Rejects: DamagedImage. */
export async function* extentsOf(volume: Volume, inode: Inode): AsyncGenerator<Extent> {
  let blocks = 0
  for (let index = 0; index < inode.extents; index++) {
    const extent = await extentAt(volume, inode, index)
    blocks += extent.length
    sound(blocks <= volume.superblock.totalBlocks, () => `inode ${inode.number} has more blocks than the image`)
    yield extent
  }
}

/** The blocks from the file's block `block` to the end of the extent that it is in; undefined behind the last. */
export const extentFrom = async (volume: Volume, inode: Inode, block: number): Promise<Extent | undefined> => {
  let passed = 0
  for await (const { start, length } of extentsOf(volume, inode)) {
    if (block < passed + length) return { start: start + block - passed, length: length - (block - passed) }
    passed += length
  }
  return undefined
}

/** First block, counted in the file, of the extent with the file's block `block`, or of the last one. */
export const extentStart = async (volume: Volume, inode: Inode, block: number): Promise<number> => {
  let [passed, last] = [0, 0]
  for await (const { length } of extentsOf(volume, inode)) {
    last = passed
    passed += length
    if (block < passed) break
  }
  return last
}

/**
 * Puts blocks behind the last ones of a file: into its last extent if they follow it, otherwise as a new one. Gives the
 * changed inode, which the caller writes.
 *
 * Rejects: CallError NoSpace when the new extent needs an indirect block and none is free; nothing has changed then.
 */
export const appendExtent = async (volume: Volume, inode: Inode, extent: Extent): Promise<Inode> => {
  if (inode.extents > 0) {
    const last = await extentAt(volume, inode, inode.extents - 1)
    const length = last.length + extent.length
    if (last.start + last.length === extent.start && length <= volume.extentBlocks)
      return putExtent(volume, inode, inode.extents - 1, { start: last.start, length })
  }
  const changed = await putExtent(volume, inode, inode.extents, extent)
  return { ...changed, extents: inode.extents + 1 }
}

/** Frees all blocks of a file behind its first `blocks`. Gives the changed inode, which the caller writes. */
export const cutBlocks = async (volume: Volume, inode: Inode, blocks: number): Promise<Inode> => {
  let total = 0
  for await (const { length } of extentsOf(volume, inode)) total += length
  let changed = inode
  while (total > blocks) {
    const index = changed.extents - 1
    const { start, length } = await extentAt(volume, changed, index)
    const kept = Math.max(0, length - (total - blocks))
    changed =
      kept > 0
        ? await putExtent(volume, changed, index, { start, length: kept })
        : await dropLastExtent(volume, changed)
    await volume.freeBlocks({ start: start + kept, length: length - kept })
    total -= length - kept
  }
  return changed
}

const extentAt = async (volume: Volume, inode: Inode, index: number): Promise<Extent> => {
  const extent = await rawExtentAt(volume, inode, index)
  volume.checkExtent(extent)
  return extent
}

const rawExtentAt = async (volume: Volume, inode: Inode, index: number): Promise<Extent> => {
  if (index < directExtents) return inode.direct[index] ?? nothing
  const perBlock = extentsPerBlock(volume.blockBytes)
  const indirect = index - directExtents
  if (indirect < perBlock) return extentIn(await indirectBlock(volume, inode.indirect), indirect)
  const double = indirect - perBlock
  sound(double < perBlock * perBlock, () => `inode ${inode.number} has more extents than fit: ${inode.extents}`)
  const { start } = extentIn(await indirectBlock(volume, inode.doubleIndirect), Math.floor(double / perBlock))
  return extentIn(await indirectBlock(volume, start), double % perBlock)
}

/** Contents of an indirect block. Rejects: DamagedImage when the block can be none. */
const indirectBlock = async (volume: Volume, block: number): Promise<Uint8Array> => {
  volume.checkExtent({ start: block, length: 1 })
  return volume.buffer.read(block)
}

const putExtent = async (volume: Volume, inode: Inode, index: number, extent: Extent): Promise<Inode> => {
  if (index < directExtents) return { ...inode, direct: inode.direct.with(index, extent) }
  const perBlock = extentsPerBlock(volume.blockBytes)
  const indirect = index - directExtents
  if (indirect < perBlock) {
    const block = inode.indirect === 0 ? await newIndirectBlock(volume) : inode.indirect
    await setExtent(volume, block, indirect, extent)
    return { ...inode, indirect: block }
  }
  return putDoubleIndirect(volume, inode, indirect - perBlock, extent)
}

const putDoubleIndirect = async (volume: Volume, inode: Inode, index: number, extent: Extent): Promise<Inode> => {
  const perBlock = extentsPerBlock(volume.blockBytes)
  if (index >= perBlock * perBlock) throw new CallError(codes.NoSpace, 'the file has as many extents as fit')
  const [outerIndex, innerIndex] = [Math.floor(index / perBlock), index % perBlock]
  const outer = inode.doubleIndirect === 0 ? await newIndirectBlock(volume) : inode.doubleIndirect
  let { start: inner } = extentIn(await indirectBlock(volume, outer), outerIndex)
  if (inner === 0) {
    try {
      inner = await newIndirectBlock(volume)
    } catch (reason) {
      if (inode.doubleIndirect === 0) await volume.freeBlocks({ start: outer, length: 1 })
      throw reason
    }
    await setExtent(volume, outer, outerIndex, { start: inner, length: 1 })
  }
  await setExtent(volume, inner, innerIndex, extent)
  return { ...inode, doubleIndirect: outer }
}

/** Takes the last extent out of the lists, and indirect blocks that are empty then; its blocks stay in use. */
const dropLastExtent = async (volume: Volume, inode: Inode): Promise<Inode> => {
  const index = inode.extents - 1
  const changed = { ...inode, extents: index }
  if (index < directExtents) return { ...changed, direct: inode.direct.with(index, nothing) }
  const perBlock = extentsPerBlock(volume.blockBytes)
  const indirect = index - directExtents
  if (indirect < perBlock) {
    const empty = await clearExtent(volume, inode.indirect, indirect)
    return empty ? { ...changed, indirect: 0 } : changed
  }
  const double = indirect - perBlock
  const outerIndex = Math.floor(double / perBlock)
  const { start: inner } = extentIn(await indirectBlock(volume, inode.doubleIndirect), outerIndex)
  if (!(await clearExtent(volume, inner, double % perBlock))) return changed
  const empty = await clearExtent(volume, inode.doubleIndirect, outerIndex)
  return empty ? { ...changed, doubleIndirect: 0 } : changed
}

/** Clears an entry of an indirect block, then frees the block if it was its first. Services section 9, item 10. */
const clearExtent = async (volume: Volume, block: number, index: number): Promise<boolean> => {
  await setExtent(volume, block, index, nothing)
  if (index === 0) await volume.freeBlocks({ start: block, length: 1 })
  return index === 0
}

const setExtent = async (volume: Volume, block: number, index: number, { start, length }: Extent): Promise<void> => {
  const bytes = await indirectBlock(volume, block)
  const view = new DataView(bytes.buffer, bytes.byteOffset + index * extentBytes, extentBytes)
  view.setUint32(0, start, true)
  view.setUint32(4, length, true)
  await volume.buffer.write(block, bytes)
}

const newIndirectBlock = async (volume: Volume): Promise<number> => {
  const { start } = await volume.allocateBlocks(1)
  await volume.buffer.write(start, new Uint8Array(volume.blockBytes))
  return start
}
