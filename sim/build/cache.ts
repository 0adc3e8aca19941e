// The cache of built simulators: one directory per content hash, which appears complete or not at all.

import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { SimulationError } from './error.ts'
import { keep, removeOnExit } from '#tool'

const unusedDays = 30

/** The directory for everything that can be built again: $TESSERA_CACHE, or the user's cache directory. */
export function cacheRoot(env: NodeJS.ProcessEnv = process.env): string {
  const own = env['TESSERA_CACHE']
  if (own !== undefined && own !== '') return own
  const shared = env['XDG_CACHE_HOME']
  return join(shared !== undefined && shared !== '' ? shared : join(homedir(), '.cache'), 'tessera')
}

/** One kind of cached directories, such as simulators. */
export interface CacheShelf {
  readonly directory: string
}

/** Opens the shelf `kind` of the cache, or throws SIM-0103 when the cache cannot be written. */
export function openShelf(kind: string): CacheShelf {
  const directory = join(cacheRoot(), kind)
  try {
    mkdirSync(directory, { recursive: true })
  } catch (error) {
    throw new SimulationError({
      code: 'SIM-0103',
      title: `the cache directory \`${directory}\` cannot be written: ${(error as Error).message}`,
      help: 'set TESSERA_CACHE to a directory that you may write',
    })
  }
  return { directory }
}

/** The directory of `key` when it is in the cache. Marks it as used. */
export function lookUp(shelf: CacheShelf, key: string): string | undefined {
  const directory = join(shelf.directory, key)
  if (!existsSync(directory)) return undefined
  try {
    utimesSync(directory, new Date(), new Date())
  } catch {
    // A cache of somebody else: it is used all the same.
  }
  return directory
}

/** Has `fill` write a new directory and puts it on the shelf under `key` in one step. */
export function publish(shelf: CacheShelf, key: string, fill: (directory: string) => void): string {
  const directory = join(shelf.directory, key)
  const unfinished = join(shelf.directory, `.new-${process.pid}-${Math.random().toString(36).slice(2)}`)
  removeOnExit(unfinished)
  try {
    mkdirSync(unfinished)
    fill(unfinished)
    renameSync(unfinished, directory)
  } catch (error) {
    // Another process put the same content there first, which is as good.
    if (!existsSync(directory)) throw error
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
    keep(unfinished)
  }
  return directory
}

/** Removes what nobody has used for a month. */
export function prune(shelf: CacheShelf): void {
  const oldest = Date.now() - unusedDays * 24 * 3600 * 1000
  for (const name of readdirSync(shelf.directory)) {
    const path = join(shelf.directory, name)
    const found = statSync(path, { throwIfNoEntry: false })
    if (found !== undefined && found.mtimeMs < oldest) rmSync(path, { recursive: true, force: true })
  }
}
