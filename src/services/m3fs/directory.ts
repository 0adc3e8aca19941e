/** Directories: names of inodes. Source: services section 3.1. */
import { CallError, codes } from '#kernel'
import { sound } from './damaged.ts'
import {
  blockWith,
  bytesOfName,
  entryHeaderBytes,
  insertEntry,
  isName,
  readEntries,
  redirectEntry,
  removeEntry,
} from './directory-block.ts'
import type { BlockEntry } from './directory-block.ts'
import { appendExtent, cutBlocks, extentsOf } from './extents.ts'
import type { Inode } from './inode.ts'
import type { Volume } from './volume.ts'

/** A name and the inode that it means. */
export interface DirectoryEntry {
  readonly name: string
  readonly inode: number
}

/** A block of a directory with what is in it. */
interface DirectoryBlock {
  readonly block: number
  readonly bytes: Uint8Array
  readonly entries: readonly BlockEntry[]
}

/** All entries, "." and ".." included, in the order in which they lie. Rejects: DamagedImage. */
export const listDirectory = async (volume: Volume, directory: Inode): Promise<readonly DirectoryEntry[]> => {
  const all: DirectoryEntry[] = []
  for await (const { entries } of blocksOf(volume, directory))
    all.push(...entries.map(({ name, inode }) => ({ name, inode })))
  return all
}

/** The inode of that name; undefined when there is none. */
export const findEntry = async (volume: Volume, directory: Inode, name: string): Promise<number | undefined> =>
  (await locate(volume, directory, name))?.entry.inode

/**
 * Adds a name that the directory does not have yet. Gives the changed inode of the directory, written already.
 *
 * Rejects: CallError InvArgs when it can be no name, NoSpace; nothing has changed then.
 */
export const addEntry = async (volume: Volume, directory: Inode, name: string, inode: number): Promise<Inode> => {
  checkName(volume, name)
  for await (const { block, bytes, entries } of blocksOf(volume, directory))
    if (insertEntry(bytes, entries, inode, name)) {
      await volume.buffer.write(block, bytes)
      return directory
    }
  const extent = await volume.allocateBlocks(1)
  let changed: Inode
  try {
    changed = await appendExtent(volume, directory, extent)
  } catch (reason) {
    await volume.freeBlocks(extent)
    throw reason
  }
  await volume.buffer.write(extent.start, blockWith(volume.blockBytes, inode, name))
  changed = { ...changed, size: directory.size + volume.blockBytes }
  await volume.writeInode(changed)
  return changed
}

/** Rejects: CallError InvArgs when an entry cannot have that name. */
export const checkName = (volume: Volume, name: string): void => {
  if (isName(name) && entryHeaderBytes + bytesOfName(name) <= volume.blockBytes) return
  throw new CallError(codes.InvArgs, `${JSON.stringify(name)} is no name for a file`)
}

/** Makes an existing name mean another inode. */
export const changeEntry = async (volume: Volume, directory: Inode, name: string, inode: number): Promise<void> => {
  const { block, bytes, entry } = await existing(volume, directory, name)
  redirectEntry(bytes, entry, inode)
  await volume.buffer.write(block, bytes)
}

/**
 * Takes a name away. A block that becomes empty gets the entries of the last block, and the last block is freed. Gives the
 * changed inode of the directory, written already.
 */
export const dropEntry = async (volume: Volume, directory: Inode, name: string): Promise<Inode> => {
  const { block, bytes, entries, entry } = await existing(volume, directory, name)
  if (entries.length > 1) {
    removeEntry(bytes, entries, entries.indexOf(entry))
    await volume.buffer.write(block, bytes)
    return directory
  }
  const { bytes: last, block: lastBlock } = await lastBlockOf(volume, directory)
  if (lastBlock !== block) await volume.buffer.write(block, last.slice())
  const size = directory.size - volume.blockBytes
  const changed = { ...(await cutBlocks(volume, directory, size / volume.blockBytes)), size }
  await volume.writeInode(changed)
  return changed
}

const existing = async (volume: Volume, directory: Inode, name: string) => {
  const found = await locate(volume, directory, name)
  sound(found !== undefined, () => `directory ${directory.number} lost its entry ${JSON.stringify(name)}`)
  return found
}

const locate = async (
  volume: Volume,
  directory: Inode,
  name: string,
): Promise<(DirectoryBlock & { readonly entry: BlockEntry }) | undefined> => {
  for await (const found of blocksOf(volume, directory)) {
    const entry = found.entries.find((each) => each.name === name)
    if (entry !== undefined) return { ...found, entry }
  }
  return undefined
}

const lastBlockOf = async (volume: Volume, directory: Inode): Promise<DirectoryBlock> => {
  let last: DirectoryBlock | undefined
  for await (const each of blocksOf(volume, directory)) last = each
  sound(last !== undefined, () => `directory ${directory.number} has no block`)
  return last
}

async function* blocksOf(volume: Volume, directory: Inode): AsyncGenerator<DirectoryBlock> {
  for await (const { start, length } of extentsOf(volume, directory))
    for (let block = start; block < start + length; block++) {
      const bytes = await volume.buffer.read(block)
      yield { block, bytes, entries: readEntries(bytes, `directory ${directory.number}, block ${block}`) }
    }
}
