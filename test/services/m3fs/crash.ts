/** Acceptance workload A9 of services section 7.4, for any platform. */
import { expect, test } from 'vitest'
import { CallError } from '../../../src/kernel/index.ts'
import type { Context } from '../../../src/services/index.ts'
import { FileSystemClient } from '../../../src/services/file/file-system-client.ts'
import { openSession } from '../../../src/services/manager/client.ts'
import { checkImage } from '../../../src/services/m3fs/check-image.ts'
import { m3fs } from '../../../src/services/m3fs/server/m3fs.ts'
import { arrayStorage } from '../../../src/services/m3fs/storage.ts'
import { errorOf } from '../error-of.ts'
import { bootFiles, client } from './boot.ts'
import type { FilesBoot } from './boot.ts'
import { bytes, create, freshImage, write } from './image.ts'

export const crashSuite = (on: Pick<FilesBoot, 'platform' | 'system'>, timeout: number): void => {
  test('A9: a server that crashes gives its clients errors, and the system goes on', { timeout }, async () => {
    const mounted = await freshImage({ blockBytes: 1024, blocks: 200 })
    const outcomes: string[] = []

    const run = await bootFiles({
      config:
        '<dom><app args="crashing mem" daemon="1"><mod name="fs"/><serv name="m3fs"/></app></dom>' +
        client('first') +
        client('second'),
      images: { fs: mounted.image },
      ...on,
      programs: {
        crashing: (context) => {
          const { tcu } = context
          let answers = 0
          const reply = tcu.reply.bind(tcu)
          tcu.reply = async (...args) => {
            if (++answers <= 12) return reply(...args)
            // The multiplexer uses the same TCU and has no fault.
            tcu.reply = reply
            throw new CallError(55, 'a fault in the server')
          }
          return m3fs.main(context)
        },
        ...Object.fromEntries(
          ['first', 'second'].map((name) => [
            name,
            async (context: Context) => {
              const files = await FileSystemClient.open(context)
              const file = await files.open(`/${name}`, write | create)
              for (let round = 0; ; round++) {
                const error = await errorOf(file.write(bytes(100)).then(() => file.flush()))
                if (error === 'Success') continue
                const next = await errorOf(files.stat('/'))
                // Until root has heard of it as well.
                await context.pause(5000)
                outcomes.push(error, next, await errorOf(openSession(context, 'm3fs')))
                return 0
              }
            },
          ]),
        ),
      },
    })

    expect(run.exits).toEqual({ root: 55, crashing: 55, first: 0, second: 0 })
    expect(outcomes).toEqual(['NoSEP', 'NoSEP', 'InvArgs', 'NoSEP', 'NoSEP', 'InvArgs'])
    expect((await checkImage(arrayStorage(run.images['fs']!))).usable).toBe(true)
  })
}
