import fc from 'fast-check'
import { expect, test } from 'vitest'
import { WordWriter } from '../../../src/kernel/index.ts'
import type { Context } from '../../../src/services/index.ts'
import { exchangeWithSession } from '../../../src/services/library/session.ts'
import { openSession } from '../../../src/services/manager/client.ts'
import { NetClient } from '../../../src/services/net/client.ts'
import { createSocket } from '../../../src/services/net/protocol.ts'
import { mostSockets } from '../../../src/services/net/server/channels.ts'
import { dieAfter } from '../die-after.ts'
import { errorOf } from '../error-of.ts'
import { bytes } from '../m3fs/image.ts'
import { bootFiles } from '../m3fs/boot.ts'

const long = process.env['TESSERA_LONG'] === '1'
const data = bytes(3000)

/** TCU commands after which a program dies. */
const anyLife = fc.nat(90)

const mains: Readonly<Record<string, (context: Context, got: number[]) => Promise<void>>> = {
  server: async (context, got) => {
    const socket = await (await NetClient.open(context)).tcp()
    await socket.listen(80)
    await socket.accept()
    for (let part = await socket.receive(); part.length > 0; part = await socket.receive()) got.push(...part)
  },
  client: async (context) => {
    const socket = await (await NetClient.open(context)).tcp()
    while ((await errorOf(socket.connect(80))) !== 'Success') await context.pause(300)
    for (let at = 0; at < data.length; at += 200) await socket.send(data.subarray(at, at + 200))
    await socket.finish()
  },
}

/** Programs with these lives; afterwards another one takes all sockets that there are. */
const liveAndDie = async (lives: Readonly<Record<string, number>>) => {
  const got: number[] = []
  const ended = new Set<string>()
  let [sockets, alive] = [0, 0]
  const mortal = (name: string) => async (context: Context) => {
    const life = async (): Promise<number> => {
      const done = await errorOf((mains[name] as (typeof mains)[string])(context, got))
      return done === 'Success' ? 0 : 1
    }
    try {
      return await Promise.race([dieAfter(context, lives[name] as number), life()])
    } finally {
      ended.add(name)
    }
  }
  const session = '<sess name="net" args="tcp=80 socks=8"/>'
  const { exits } = await bootFiles({
    config:
      '<dom><app args="net" daemon="1"><serv name="net"/></app></dom>' +
      ['server', 'client'].map((name) => `<dom><app args="${name}" daemon="1">${session}</app></dom>`).join('') +
      `<dom><app args="heir">${session}</app></dom>`,
    uses: ['net'],
    limitCycles: 1_000_000,
    programs: {
      server: mortal('server'),
      client: mortal('client'),
      heir: async (context) => {
        for (let waited = 0; ended.size < 2 && waited < 40; waited++) await context.pause(1000)
        // Closing the sessions of the dead takes its time.
        await context.pause(5000)
        alive = 2 - ended.size
        const session = await openSession(context, 'net')
        const create = async (): Promise<string> => {
          const args = new WordWriter().word(createSocket).word(0).word(0).word(2000).word(4).word(0).word(0)
          const start = context.selector(2)
          return errorOf(exchangeWithSession(context, session, 'obtain', { start, count: 2 }, args))
        }
        while ((await create()) === 'Success') sockets++
        return 0
      },
    },
  })
  return { got, exits, alive, sockets }
}

test(
  'whoever dies at any step leaves no socket behind, and what arrived before is right',
  { timeout: long ? 3_600_000 : 120_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(anyLife, anyLife, async (server, client) => {
        const { got, exits, alive, sockets } = await liveAndDie({ server, client })

        expect(got).toEqual([...data.subarray(0, got.length)])
        expect(exits).toMatchObject({ net: 0, heir: 0 })
        expect(sockets).toBe(mostSockets - alive)
      }),
      { seed: 1, numRuns: long ? 100 : 4 },
    )
  },
)
