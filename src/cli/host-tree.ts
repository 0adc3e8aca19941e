/** Directories and files of the host that go into an image. */
import { lstatSync, readdirSync } from 'node:fs'
import type { Stats } from 'node:fs'
import { join } from 'node:path'
import { refusing } from './image-file.ts'
import { UsageError } from './io.ts'
import type { Step } from './long-work.ts'

/** One directory or file. */
export interface HostEntry {
  readonly kind: 'directory' | 'file'
  /** Where it is on the host. */
  readonly source: string
  /** Where it goes in the image; the root is "". */
  readonly path: string
  readonly name: string
  readonly permissions: number
  /** Bytes of a file. */
  readonly size: number
  /** The same for two names of one file. */
  readonly identity: string | undefined
}

/**
 * Everything below a directory, itself first, parents before what is in them, names in ascending order.
 *
 * Rejects: UsageError for what an image cannot hold: links to paths, devices, names that are no text.
 */
export const readHostTree = async (root: string, step: Step): Promise<readonly HostEntry[]> => {
  const stats = statsOf(root)
  if (!stats.isDirectory()) throw new UsageError(`${root} is no directory`)
  const all: HostEntry[] = [entryOf(root, '', '', stats)]
  for (let next = 0; next < all.length; next++) {
    const { kind, source, path } = all[next] as HostEntry
    if (kind !== 'directory') continue
    await step(`reading ${source}`)
    for (const name of namesIn(source)) {
      const from = join(source, name)
      all.push(entryOf(from, `${path}/${name}`, name, statsOf(from)))
    }
  }
  return all
}

const statsOf = (path: string): Stats => refusing(`${path} cannot be read`, () => lstatSync(path))

const namesIn = (directory: string): readonly string[] =>
  refusing(`${directory} cannot be read`, () => readdirSync(directory, { encoding: 'buffer' }))
    .map((name) => {
      try {
        return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(name)
      } catch {
        throw new UsageError(`${directory} has a name that is not UTF-8: ${JSON.stringify(name.toString('latin1'))}`)
      }
    })
    .sort()

const entryOf = (source: string, path: string, name: string, stats: Stats): HostEntry => {
  if (!stats.isDirectory() && !stats.isFile()) throw new UsageError(`${source} is ${kindOf(stats)}; m3fs has none`)
  return {
    kind: stats.isDirectory() ? 'directory' : 'file',
    source,
    path,
    name,
    permissions: stats.mode & 0o777,
    size: stats.isFile() ? stats.size : 0,
    identity: stats.isFile() && stats.nlink > 1 ? `${stats.dev}:${stats.ino}` : undefined,
  }
}

const kindOf = (stats: Stats): string => {
  if (stats.isSymbolicLink()) return 'a symbolic link'
  if (stats.isFIFO()) return 'a pipe'
  if (stats.isSocket()) return 'a socket'
  return 'a device'
}
