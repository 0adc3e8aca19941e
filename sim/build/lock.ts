// Lets one process build a key while the others wait for its result instead of doing the same work.

import { closeSync, openSync, readFileSync, statSync, unlinkSync, utimesSync, writeSync } from 'node:fs'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { keep, removeOnExit } from '#tool'

const pollMilliseconds = 100
const beatMilliseconds = 2_000
const staleMilliseconds = 20_000

/** Gives the lock back. */
export type Release = () => void

/** Waits until `file` is ours, or until `done` says that waiting is pointless (then there is nothing to release). */
export async function lock(file: string, done: () => boolean, signal?: AbortSignal): Promise<Release | undefined> {
  for (;;) {
    signal?.throwIfAborted()
    if (done()) return undefined
    const release = tryLock(file)
    if (release !== undefined) return release
    if (isStale(file)) remove(file)
    else await sleep(pollMilliseconds, undefined, signal === undefined ? {} : { signal })
  }
}

function tryLock(file: string): Release | undefined {
  try {
    const handle = openSync(file, 'wx')
    writeSync(handle, `${process.pid} ${hostname()}\n`)
    closeSync(handle)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined
    throw error
  }
  removeOnExit(file)
  const beat = setInterval(() => touch(file), beatMilliseconds)
  beat.unref()
  return () => {
    clearInterval(beat)
    remove(file)
    keep(file)
  }
}

// A lock is alive while its process is, or on another machine while its file is touched.
function isStale(file: string): boolean {
  try {
    const [pid, host] = readFileSync(file, 'utf8').trim().split(' ')
    if (host === hostname() && pid !== undefined && !isAlive(Number(pid))) return true
    return Date.now() - statSync(file).mtimeMs > staleMilliseconds
  } catch {
    return false
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function touch(file: string): void {
  try {
    utimesSync(file, new Date(), new Date())
  } catch {
    // Somebody removed the cache; the build notices by itself.
  }
}

function remove(file: string): void {
  try {
    unlinkSync(file)
  } catch {
    // Already gone.
  }
}
