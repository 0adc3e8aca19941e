/** Writes directories and files of an image below a directory of the host. */
import { chmodSync, closeSync, linkSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { isDirectory, isSelfOrParent, modes } from '#services'
import type { Inode, MountedImage } from '#services'
import { refusing } from './image-file.ts'
import type { Step } from './long-work.ts'

const pieceBytes = 1 << 20

/**
 * Unpacks an image that passed the check into a directory that nobody else uses, so that no name can lead out of it: the
 * check refuses names with slashes, and nothing but directories and regular files is made.
 *
 * Rejects: UsageError when the host refuses something.
 */
export const unpackTree = async (
  { system, openInode }: MountedImage,
  target: string,
  step: Step,
): Promise<{ readonly files: number; readonly directories: number }> => {
  const permissions = modes.permissions & ~process.umask()
  const known = new Map<number, string>()
  let [files, directories] = [0, 0]

  const visit = async (path: string, directory: Inode): Promise<void> => {
    directories++
    for (const { name } of await system.list(path)) {
      if (isSelfOrParent(name)) continue
      const from = `${path}/${name}`
      const to = join(target, path, name)
      await step(`unpacking ${from}`)
      const inode = await system.lookup(from)
      if (isDirectory(inode)) {
        host(to, () => mkdirSync(to))
        await visit(from, inode)
      } else {
        files++
        await unpackFile(from, to, inode)
      }
    }
    // Last, because it may take the permission to write away.
    const to = join(target, path)
    host(to, () => chmodSync(to, directory.mode & permissions))
  }

  const unpackFile = async (from: string, to: string, inode: Inode): Promise<void> => {
    const first = known.get(inode.number)
    known.set(inode.number, to)
    if (first !== undefined) return host(to, () => linkSync(first, to))
    const file = openInode(inode, from)
    const output = host(to, () => openSync(to, 'wx', 0o600))
    try {
      for (let piece = await file.read(pieceBytes); piece.length > 0; piece = await file.read(pieceBytes)) {
        await step(`unpacking ${from}`)
        writeAll(to, output, piece)
      }
    } finally {
      closeSync(output)
      await file.close()
    }
    host(to, () => chmodSync(to, inode.mode & permissions))
  }

  await visit('', await system.lookup(''))
  return { files, directories }
}

const host = <T>(path: string, action: () => T): T => refusing(`${path} cannot be written`, action)

const writeAll = (path: string, output: number, data: Uint8Array): void => {
  for (let at = 0; at < data.length;) at += host(path, () => writeSync(output, data, at))
}
