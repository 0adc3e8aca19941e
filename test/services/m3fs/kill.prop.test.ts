import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Context } from '../../../src/services/index.ts'
import { FileSystemClient } from '../../../src/services/file/file-system-client.ts'
import { checkImage } from '../../../src/services/m3fs/check-image.ts'
import { arrayStorage } from '../../../src/services/m3fs/storage.ts'
import { dieAfter } from '../die-after.ts'
import { bootFiles } from './boot.ts'
import { bytes, create, freshImage, get, mount, put, read, write } from './image.ts'

const long = process.env['TESSERA_LONG'] === '1'

/** Does a bit of everything. */
const work = async (context: Context, name: string): Promise<void> => {
  const files = await FileSystemClient.open(context)
  await files.mkdir(`/${name}`)
  const shared = await files.open('/shared', read)
  await shared.read(10)
  const own = await files.open(`/${name}/own`, read | write | create)
  await own.write(bytes(2500))
  await own.flush()
  const session = await files.open(`/${name}/session`, write | create | 0x80)
  await session.write(bytes(1200))
  await files.link(`/${name}/own`, `/${name}/other`)
  await files.unlink(`/${name}/own`)
  await own.truncate(700)
  await files.rename(`/${name}/other`, `/${name}/moved`)
  await own.write(bytes(600, 3))
  await session.close()
  await own.close()
  await files.unlink(`/${name}/moved`)
  await files.close()
}

test(
  'clients that die at any step leave a sound image, no lost block, and the files of others as they were',
  { timeout: long ? 3_600_000 : 180_000 },
  async () => {
    const seen = { died: 0, done: 0 }
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(160), { minLength: 3, maxLength: 3 }), async (lives) => {
        const mounted = await freshImage({ blockBytes: 512, blocks: 200 })
        await put(mounted, '/shared', bytes(3000))
        await mounted.volume.flush()
        const names = ['one', 'two', 'three']
        const mortal = (name: string, commands: number) => (context: Context) =>
          Promise.race([dieAfter(context, commands), work(context, name).then(() => 0)])

        const run = await bootFiles({
          config:
            '<dom><app args="m3fs -e 8 mem" daemon="1"><mod name="fs"/><serv name="m3fs"/></app></dom>' +
            [...names, 'steady'].map((name) => `<dom><app args="${name}"><sess name="m3fs"/></app></dom>`).join(''),
          images: { fs: mounted.image },
          limitCycles: 1_000_000,
          programs: {
            ...Object.fromEntries(names.map((name, index) => [name, mortal(name, lives[index] as number)])),
            steady: async (context) => {
              await work(context, 'steady')
              return 0
            },
          },
        })

        expect(run.exits).toMatchObject({ m3fs: 0, steady: 0 })
        for (const name of names) seen[run.exits[name] === 0 ? 'done' : 'died']++
        const image = run.images['fs'] as Uint8Array
        expect((await checkImage(arrayStorage(image))).findings).toEqual([])
        const after = await mount(image)
        expect(await get(after, '/shared')).toEqual(bytes(3000))
        expect(await get(after, '/steady/session')).toEqual(bytes(1200))
      }),
      { seed: 1, numRuns: long ? 60 : 4, endOnFailure: true },
    )
    expect(Math.min(seen.died, seen.done)).toBeGreaterThan(0)
  },
)
