/** Images as files of the host. */
import { closeSync, fstatSync, ftruncateSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs'
import type { Storage } from '#services'
import { UsageError } from './io.ts'

/** An image that is only read. */
export interface ImageFile extends Disposable {
  readonly storage: Storage
}

/** An image that gets its name when it is complete, and leaves nothing behind otherwise. */
export interface NewImageFile {
  readonly storage: Storage
  readonly keep: () => void
  readonly discard: () => void
}

/**
 * Opens an image to read it.
 *
 * Rejects: UsageError when there is none.
 */
export const openImage = (path: string): ImageFile => {
  const file = refusing(`the image ${path} cannot be read`, () => openSync(path, 'r'))
  const { size, isFile } = refusing(`the image ${path} cannot be read`, () => {
    const facts = fstatSync(file)
    return { size: facts.size, isFile: facts.isFile() }
  })
  if (!isFile) {
    closeSync(file)
    throw new UsageError(`the image ${path} is no file`)
  }
  return { storage: fileStorage(path, file, size), [Symbol.dispose]: () => closeSync(file) }
}

/**
 * Makes an image of `bytes` zeros next to its final place.
 *
 * Rejects: UsageError when it cannot be written.
 */
export const createImage = (path: string, bytes: number): NewImageFile => {
  const partial = `${path}.partial`
  const what = `the image ${path} cannot be written`
  const file = refusing(what, () => openSync(partial, 'w+'))
  const discard = (): void => {
    closeSync(file)
    rmSync(partial, { force: true })
  }
  try {
    refusing(what, () => ftruncateSync(file, bytes))
  } catch (reason) {
    discard()
    throw reason
  }
  return {
    storage: fileStorage(path, file, bytes),
    keep: () => {
      closeSync(file)
      try {
        refusing(what, () => renameSync(partial, path))
      } catch (reason) {
        rmSync(partial, { force: true })
        throw reason
      }
    },
    discard,
  }
}

/** Does something with files of the host; what the host refuses is told with `what` in front. */
export const refusing = <T>(what: string, action: () => T): T => {
  try {
    return action()
  } catch (reason) {
    if ((reason as NodeJS.ErrnoException).code === undefined) throw reason
    throw new UsageError(`${what}: ${(reason as Error).message}`)
  }
}

const fileStorage = (path: string, file: number, size: number): Storage => ({
  bytes: size,
  read: async (offset, bytes) => {
    const data = new Uint8Array(bytes)
    for (let at = 0; at < bytes;) {
      const count = refusing(`the image ${path} cannot be read`, () =>
        readSync(file, data, at, bytes - at, offset + at),
      )
      if (count === 0) throw new UsageError(`the image ${path} ends at byte ${offset + at}; somebody made it shorter`)
      at += count
    }
    return data
  },
  write: async (offset, data) => {
    for (let at = 0; at < data.length;)
      at += refusing(`the image ${path} cannot be written`, () =>
        writeSync(file, data, at, data.length - at, offset + at),
      )
  },
})
