/** Images for tests, and ways to use them as a client would. */
import { checkImage } from '../../../src/services/m3fs/check-image.ts'
import { format } from '../../../src/services/m3fs/format.ts'
import type { FormatOptions } from '../../../src/services/m3fs/format.ts'
import { openFlags } from '../../../src/services/m3fs/open-file.ts'
import { mountVolume } from '../../../src/services/m3fs/mounted-image.ts'
import type { MountedImage } from '../../../src/services/m3fs/mounted-image.ts'
import type { OpenFilesOptions } from '../../../src/services/m3fs/open-files.ts'
import { arrayStorage } from '../../../src/services/m3fs/storage.ts'
import { Volume } from '../../../src/services/m3fs/volume.ts'

export const { read, write, create, truncate } = openFlags

export interface Mounted extends MountedImage {
  readonly image: Uint8Array
}

export type ImageOptions = Partial<FormatOptions> & OpenFilesOptions

/** A fresh image; 64 blocks of 512 bytes and 32 inodes unless the test says otherwise. */
export const freshImage = async (options: ImageOptions = {}): Promise<Mounted> => {
  const sizes = { blockBytes: 512, blocks: 64, inodes: 32, ...options }
  const image = new Uint8Array(sizes.blockBytes * sizes.blocks)
  const volume = await format(arrayStorage(image), sizes)
  await volume.flush()
  return { image, ...mountVolume(volume, options) }
}

/** An image that exists, without a check. */
export const mount = async (image: Uint8Array, options: ImageOptions = {}): Promise<Mounted> => ({
  image,
  ...mountVolume(await Volume.open(arrayStorage(image), options), options),
})

/** What a check of an image says, after all changes have reached it. */
export const findingsOf = async ({ volume, image }: Pick<Mounted, 'volume' | 'image'>): Promise<readonly string[]> => {
  await volume.flush()
  return (await checkImage(arrayStorage(image))).findings.map(({ kind, message }) => `${kind}: ${message}`)
}

/** Writes a whole file. */
export const put = async ({ open }: Pick<Mounted, 'open'>, path: string, data: Uint8Array): Promise<void> => {
  const file = await open(path, write | create | truncate)
  try {
    await file.write(data)
  } finally {
    await file.close()
  }
}

/** Reads a whole file. */
export const get = async ({ open }: Pick<Mounted, 'open'>, path: string): Promise<Uint8Array> => {
  const file = await open(path, read)
  try {
    return await file.readAll()
  } finally {
    await file.close()
  }
}

/** Bytes that differ from each other and from those of other seeds. */
export const bytes = (length: number, seed = 1): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8) * 17 + seed * 101) & 0xff)
