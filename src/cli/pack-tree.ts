/** Puts directories and files of the host into an image. */
import { closeSync, openSync, readSync } from 'node:fs'
import { CallError, codes } from '#kernel'
import { format, leastBlocks, mountVolume, neededBlocks, openFlags } from '#services'
import type { MountedImage, Storage } from '#services'
import type { HostEntry } from './host-tree.ts'
import { refusing } from './image-file.ts'
import { UsageError } from './io.ts'
import type { Step } from './long-work.ts'

export interface ImageSizes {
  readonly blockBytes: number
  readonly blocks: number
  readonly inodes: number
  readonly extentBlocks: number
  /** Seed of random places for blocks. */
  readonly scatter: number | undefined
  /** Blocks that the contents need, for messages. */
  readonly contents: number
}

/** What somebody wants an image to be like. */
export interface WantedSizes {
  readonly blockSize: number
  readonly blocks?: number
  readonly inodes?: number
  readonly extentBlocks?: number
  readonly scatter?: number
}

const pieceBytes = 1 << 20

/** Sizes for a tree; what is not wanted otherwise has room for a quarter more, at least 64 blocks and 16 inodes. */
export const sizesFor = (tree: readonly HostEntry[], options: WantedSizes): ImageSizes => {
  const { blockSize: blockBytes, scatter } = options
  const extentBlocks = options.extentBlocks ?? 2 ** 32
  const inodes = options.inodes ?? withRoom(tree.length, 16)
  const contents = blocksFor(tree, blockBytes, extentBlocks)
  const blocks = options.blocks ?? leastBlocks(blockBytes, inodes, withRoom(contents, 64))
  return { blockBytes, blocks, inodes, extentBlocks, scatter, contents }
}

const withRoom = (needed: number, least: number): number => needed + Math.max(least, Math.ceil(needed / 4))

/** Blocks that suffice for a tree, without those of bitmaps and inodes. */
const blocksFor = (tree: readonly HostEntry[], blockBytes: number, extentBlocks: number): number => {
  const names = new Map<string, string[]>(tree.filter(({ kind }) => kind === 'directory').map(({ path }) => [path, []]))
  for (const { path, name } of tree.slice(1)) names.get(path.slice(0, -name.length - 1))?.push(name)
  const planned = tree.map(({ kind, path, size }) =>
    kind === 'file' ? { bytes: size } : { names: names.get(path) ?? [] },
  )
  return neededBlocks(planned, blockBytes, extentBlocks)
}

/**
 * Fills an image that is all zeros.
 *
 * Rejects: UsageError when the sizes do not allow for it, or when a file cannot be read.
 */
export const packTree = async (
  tree: readonly HostEntry[],
  storage: Storage,
  sizes: ImageSizes & { readonly directory: string },
  step: Step,
): Promise<void> => {
  const volume = await formatted(storage, sizes)
  const image = mountVolume(volume)
  const known = new Map<string, string>()
  try {
    for (const [index, entry] of tree.entries()) {
      const title = `${entry.source} (${index + 1} of ${tree.length})`
      await step(title)
      await pack(image, entry, known, () => step(title))
    }
    await setPermissions(image, tree)
  } catch (reason) {
    if (!(reason instanceof CallError) || reason.code !== codes.NoSpace) throw reason
    const { directory, blocks, inodes, contents } = sizes
    throw new UsageError(
      `${directory} does not fit ${blocks} blocks and ${inodes} inodes: ` +
        `its contents need up to ${contents} blocks and ${tree.length} inodes`,
    )
  }
  await volume.flush()
}

const formatted = async (storage: Storage, { scatter, ...sizes }: ImageSizes) => {
  try {
    return await format(storage, { ...sizes, ...(scatter === undefined ? {} : { placement: random(scatter) }) })
  } catch (reason) {
    throw reason instanceof RangeError ? new UsageError(reason.message) : reason
  }
}

const pack = async (
  { system, open }: MountedImage,
  { kind, path, source, identity }: HostEntry,
  known: Map<string, string>,
  step: () => Promise<void>,
): Promise<void> => {
  if (path === '') return
  if (kind === 'directory') return tooLong(source, () => system.mkdir(path))
  const first = identity === undefined ? undefined : known.get(identity)
  if (first !== undefined) return tooLong(source, () => system.link(first, path))
  if (identity !== undefined) known.set(identity, path)
  const what = `${source} cannot be read`
  const input = refusing(what, () => openSync(source, 'r'))
  try {
    const file = await tooLong(source, () => open(path, openFlags.write | openFlags.create))
    const piece = new Uint8Array(pieceBytes)
    for (;;) {
      const count = refusing(what, () => readSync(input, piece))
      if (count === 0) break
      await file.write(piece.subarray(0, count))
      await step()
    }
    await file.close()
  } finally {
    closeSync(input)
  }
}

/** Permissions come last, because files that may not be written could not be filled. */
const setPermissions = async ({ system, volume }: MountedImage, tree: readonly HostEntry[]): Promise<void> => {
  for (const { path, permissions } of tree) {
    const inode = await system.lookup(path)
    await volume.writeInode({ ...inode, mode: (inode.mode & ~0o777) | permissions })
  }
}

/** The only names that the host has and m3fs has not are too long for a block. */
const tooLong = async <T>(source: string, action: () => Promise<T>): Promise<T> => {
  try {
    return await action()
  } catch (reason) {
    if (!(reason instanceof CallError) || reason.code !== codes.InvArgs) throw reason
    throw new UsageError(`${source}: the name is too long for a block of the image; take a larger --block-size`)
  }
}

/** Numbers from 0 up to 1, the same for the same seed; xorshift32. */
const random = (seed: number): (() => number) => {
  let state = (seed ^ 0x9e3779b9) >>> 0 || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return state / 2 ** 32
  }
}
