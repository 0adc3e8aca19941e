import { describe, expect, test } from 'vitest'
import { checkImage } from '../../../src/services/m3fs/check-image.ts'
import { arrayStorage } from '../../../src/services/m3fs/storage.ts'
import { FileSystemClient } from '../../../src/services/file/file-system-client.ts'
import { bootFiles } from './boot.ts'
import { bytes, create, freshImage, get, mount, put, read, write } from './image.ts'

const server = '<dom><app args="m3fs mem" daemon="1"><mod name="fs"/><serv name="m3fs"/></app></dom>'
const client = (name: string): string => `<dom><app args="${name}"><sess name="m3fs"/></app></dom>`

const findings = async (image: Uint8Array): Promise<readonly string[]> =>
  (await checkImage(arrayStorage(image))).findings.map(({ message }) => message)

describe('a client of m3fs', () => {
  test('reads what is in the image, and what it writes is in the image afterwards', async () => {
    const mounted = await freshImage({ blockBytes: 1024, blocks: 200 })
    await put(mounted, '/hello', bytes(3000))
    await mounted.volume.flush()
    let seen: Uint8Array | undefined

    const run = await bootFiles({
      config: server + client('writer'),
      images: { fs: mounted.image },
      programs: {
        writer: async (context) => {
          const files = await FileSystemClient.open(context)
          const input = await files.open('/hello', read)
          seen = await input.readAll()
          await input.close()
          await files.mkdir('/d')
          const output = await files.open('/d/new', write | create)
          await output.write(bytes(5000, 2))
          await output.close()
          await files.close()
          return 0
        },
      },
    })

    expect(run.printed).toBe('')
    expect(run.exits).toEqual({ root: 0, m3fs: 0, writer: 0 })
    expect(seen).toEqual(bytes(3000))
    expect(await findings(run.images['fs']!)).toEqual([])
    expect(await get(await mount(run.images['fs']!), '/d/new')).toEqual(bytes(5000, 2))
  })
})
