/** How large an image has to be for given files. */
import { bytesOfName, entryHeaderBytes } from './directory-block.ts'
import { extentsPerBlock } from './extents.ts'
import { directExtents } from './inode.ts'

/** A directory by the names in it, or a file by its size. */
export type Planned = { readonly names: readonly string[] } | { readonly bytes: number }

/** Blocks that suffice for files and directories, indirect blocks included, whatever the order in which they are made. */
export const neededBlocks = (all: readonly Planned[], blockBytes: number, extentBlocks: number): number =>
  all.reduce((sum, each) => {
    const blocks = 'bytes' in each ? Math.ceil(each.bytes / blockBytes) : directoryBlocks(each.names, blockBytes)
    return sum + blocks + indirectBlocks(Math.ceil(blocks / extentBlocks), blockBytes)
  }, 0)

const directoryBlocks = (names: readonly string[], blockBytes: number): number => {
  const sizes = ['.', '..', ...names].map((name) => entryHeaderBytes + Math.ceil(bytesOfName(name) / 4) * 4)
  // What is left at the end of a block is less than the largest entry.
  const filled = Math.max(1, blockBytes - Math.max(...sizes) + 4)
  return Math.ceil(sizes.reduce((sum, size) => sum + size, 0) / filled)
}

const indirectBlocks = (extents: number, blockBytes: number): number => {
  const perBlock = extentsPerBlock(blockBytes)
  const indirect = Math.ceil(Math.max(0, extents - directExtents) / perBlock)
  return indirect + (indirect > 1 ? 1 : 0)
}
