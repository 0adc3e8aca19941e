import { describe, expect, test } from 'vitest'
import { bootFiles, client, server } from './boot.ts'
import { freshImage } from './image.ts'

const minutes = 60_000

describe('a server', { timeout: 3 * minutes }, () => {
  test('refuses a damaged image with a message, and who waits for it is told', async () => {
    const { image } = await freshImage({ blockBytes: 1024, blocks: 200 })
    image[3 * 1024 + 2] = 77

    const run = await bootFiles({
      config: server() + client('waiting'),
      images: { fs: image },
      programs: { waiting: async () => 0 },
    })

    expect(run.printed).toBe(
      "module 'fs': the image is damaged: inode 0: 77 links, but 2 names\n" +
        'm3fs ended with InvChecksum\n' +
        "waiting cannot start: the service 'm3fs' is gone\n",
    )
    expect(run.exits).toEqual({ m3fs: 62, root: 62 })
    expect(run.images['fs']).toEqual(image)
  })

  test.each(['disk', '-x mem', '-e 0 mem', '-m 65 mem', '-n'])('does not start with the arguments %s', async (args) => {
    const { image } = await freshImage()

    const run = await bootFiles({
      config: `<dom><app args="m3fs ${args}"><mod name="fs"/><serv name="m3fs"/></app></dom>`,
      images: { fs: image },
    })

    expect(run.printed).toMatch(/^m3fs gave up: m3fs: .*: InvArgs\nm3fs ended with InvArgs\n$/)
  })
})
