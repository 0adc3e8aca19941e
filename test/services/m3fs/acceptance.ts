/** Acceptance workloads A4 and A5 of services section 7.4, which are about files, for any platform. */
import { describe, expect, test } from 'vitest'
import { registers } from '../../../src/layout/index.ts'
import { File } from '../../../src/services/file/file.ts'
import { FileSystemClient } from '../../../src/services/file/file-system-client.ts'
import { checkImage } from '../../../src/services/m3fs/check-image.ts'
import { arrayStorage } from '../../../src/services/m3fs/storage.ts'
import type { Context } from '../../../src/services/index.ts'
import { bootFiles } from './boot.ts'
import type { FilesBoot } from './boot.ts'
import { bytes, create, freshImage, get, mount, read, write } from './image.ts'
import { ReferenceFileSystem } from './reference.ts'

const server = '<dom><app args="m3fs mem" daemon="1"><mod name="fs"/><serv name="m3fs"/></app></dom>'
const client = (args: string): string => `<dom><app args="${args}"><sess name="m3fs"/></app></dom>`

const expectSound = async (image: Uint8Array): Promise<void> => {
  expect((await checkImage(arrayStorage(image))).findings).toEqual([])
}

const now = async ({ tile }: Context): Promise<number> => Number(await tile.readRegister(registers.CUR_TIME)) / 10

/** On which platform, and how much. */
export interface FileSuiteOptions {
  readonly on: Pick<FilesBoot, 'platform' | 'system'>
  /** Bytes of the file of A4. */
  readonly bytes: number
  /** Sizes of the two files whose windows are compared. */
  readonly windows: readonly [number, number]
  /** Sizes, and places to write at, that are combined in A5. */
  readonly sizes: readonly number[]
  readonly places: readonly number[]
  /** Milliseconds for each test. */
  readonly timeout: number
}

const blockBytes = 4096
/** Blocks of an image beside those of its files. */
const otherBlocks = 16

export const fileSuite = (options: FileSuiteOptions): void => {
  const { on, bytes: largeBytes, windows, sizes, places, timeout } = options
  describe(`A4: a file of ${largeBytes} bytes`, () => {
    test(
      'is written, read back, and is in the image; a window costs the same whatever its size',
      { timeout },
      async () => {
        const { image } = await freshImage({
          blockBytes,
          blocks: otherBlocks + Math.ceil((largeBytes + windows[0] + windows[1]) / blockBytes),
        })
        const data = bytes(largeBytes)
        let found: Uint8Array | undefined
        const windowCycles = new Map<number, number>()

        const run = await bootFiles({
          config: server + client('copier'),
          images: { fs: image },
          limitCycles: 50_000_000,
          ...on,
          programs: {
            copier: async (context) => {
              const files = await FileSystemClient.open(context)
              const output = await files.open('/large', write | create)
              await output.write(data)
              await output.close()
              const input = await files.open('/large', read)
              found = await input.readAll()
              await input.close()
              for (const size of windows) {
                const piece = await files.open(`/piece-${size}`, write | create)
                await piece.write(new Uint8Array(size))
                await piece.close()
                const again = await files.open(`/piece-${size}`, read)
                const start = await now(context)
                await again.read(1)
                windowCycles.set(size, (await now(context)) - start)
                await again.close()
              }
              await files.close()
              return 0
            },
          },
        })

        expect(run.exits).toEqual({ root: 0, m3fs: 0, copier: 0 })
        expect(found).toEqual(data)
        expect(await get(await mount(run.images['fs']!), '/large')).toEqual(data)
        await expectSound(run.images['fs']!)
        const costs = [...windowCycles.values()]
        expect(Math.max(...costs) - Math.min(...costs)).toBeLessThan(0.2 * Math.min(...costs))
      },
    )
  })

  describe('A5: append, truncate and seek', () => {
    test('in all combinations do what they do to a file in memory', { timeout }, async () => {
      const { image } = await freshImage({ blockBytes: 512, blocks: 100 })
      const different: string[] = []

      const run = await bootFiles({
        config: server + client('matrix'),
        images: { fs: image },
        limitCycles: 50_000_000,
        programs: {
          matrix: async (context) => {
            const files = await FileSystemClient.open(context)
            for (const size of sizes)
              for (const cut of sizes.filter((each) => each <= size))
                for (const at of places) {
                  const path = `/${size}-${cut}-${at}`
                  const plain = new ReferenceFileSystem()
                  const [real, model] = [
                    await files.open(path, read | write | create),
                    plain.open(path, read | write | create),
                  ]
                  for (const file of [real, model]) {
                    await file.write(bytes(size))
                    if (file instanceof File) await file.flush()
                    await file.truncate(cut)
                    await file.seek(at)
                    await file.write(bytes(700, 2))
                    if (file instanceof File) await file.flush()
                    await file.seek(at / 2)
                  }
                  const found = await real.readAll()
                  const expected = model.read(10_000)
                  if (Buffer.compare(found, expected) !== 0) different.push(path)
                  await real.close()
                  await files.unlink(path)
                }
            await files.close()
            return 0
          },
        },
      })

      expect(run.exits['matrix']).toBe(0)
      expect(different).toEqual([])
      await expectSound(run.images['fs']!)
    })
  })
}
