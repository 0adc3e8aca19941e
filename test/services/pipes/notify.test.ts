import { expect, test } from 'vitest'
import { WordWriter } from '../../../src/kernel/index.ts'
import type { Context } from '../../../src/services/index.ts'
import { Channel } from '../../../src/services/file/channel.ts'
import { fileEvents, fileOperations } from '../../../src/services/file/protocol.ts'
import { exchangeWithSession } from '../../../src/services/library/session.ts'
import { PipesClient } from '../../../src/services/pipes/client.ts'
import { errorOf } from '../error-of.ts'
import { bootFiles } from '../m3fs/boot.ts'

const timeout = 60_000
const { input, output } = fileEvents

/** Runs a program with both ends of a pipe of 64 bytes, which gives what it found out. */
const runClient = async (
  main: (ends: { reader: Channel; writer: Channel; another: number }, context: Context) => Promise<unknown>,
): Promise<unknown> => {
  let found: unknown
  const { exits } = await bootFiles({
    config:
      '<dom><app args="pipes" daemon="1"><serv name="pipes"/></app></dom>' +
      '<dom><app args="client"><sess name="pipes"/></app></dom>',
    uses: ['pipes'],
    limitCycles: 600_000,
    programs: {
      client: async (context) => {
        const pipe = await (await PipesClient.open(context)).create(64)
        const reader = await Channel.open(context, await pipe.end('reader'))
        const writer = await Channel.open(context, await pipe.end('writer'))
        found = await main({ reader, writer, another: await pipe.end('reader') }, context)
        return 0
      },
    },
  })
  expect(exits).toEqual({ root: 0, pipes: 0, client: 0 })
  return found
}

const put = async ({ file }: Channel, bytes: number): Promise<void> => {
  await file.write(new Uint8Array(bytes))
  await file.flush()
}

test('one program uses both ends without waiting: it is told of bytes, and of space', { timeout }, async () => {
  const found = await runClient(async ({ reader, writer }) => {
    await reader.enableEvents()
    await writer.enableEvents()
    const steps: unknown[] = []
    await reader.wantEvents(input)
    await writer.wantEvents(output)
    steps.push(await writer.nextEvents())
    for (let at = 0; at < 4; at++) await put(writer, 16)
    steps.push(await reader.nextEvents())
    await writer.wantEvents(output)
    // Its window is used up with the next request only.
    await reader.file.read(16)
    await reader.file.read(16)
    steps.push(await writer.nextEvents())
    return steps
  })

  expect(found).toEqual([output, input, output])
})

test(
  'who was told of bytes that another reader has meanwhile gets WouldBlock instead of waiting',
  { timeout },
  async () => {
    const found = await runClient(async ({ reader, writer, another }, context) => {
      await reader.enableEvents()
      await reader.wantEvents(input)
      await put(writer, 3)
      await reader.nextEvents()
      const other = await Channel.open(context, another)
      await other.file.read(10)
      const first = await errorOf(reader.file.read(1))
      await other.file.close()
      return [first, (await reader.file.read(5)).length]
    })

    expect(found).toEqual(['WouldBlock', 3])
  },
)

test('the end of the last writer is something that a reader is told of', { timeout }, async () => {
  const found = await runClient(async ({ reader, writer }) => {
    await reader.enableEvents()
    await reader.wantEvents(input)
    await writer.file.close()
    return [await reader.nextEvents(), (await reader.file.read(5)).length]
  })

  expect(found).toEqual([input, 0])
})

test('notifications have to be enabled, once, and one client of each direction has them', { timeout }, async () => {
  const found = await runClient(async ({ reader, another }, context) => {
    const early = await errorOf(reader.wantEvents(input))
    await reader.enableEvents()
    const enable = new WordWriter().word(fileOperations.enableNotify)
    const own = { start: 900, count: 1 }
    const second = await errorOf(exchangeWithSession(context, another, 'delegate', own, enable))
    return [early, await errorOf(reader.enableEvents()), second]
  })

  expect(found).toEqual(['NotSup', 'Exists', 'InvArgs'])
})
