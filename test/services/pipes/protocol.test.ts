import { describe, expect, test } from 'vitest'
import { selectors, systemCalls, WordWriter } from '../../../src/kernel/index.ts'
import type { WordReader } from '../../../src/kernel/index.ts'
import type { Context } from '../../../src/services/index.ts'
import { fileOperations } from '../../../src/services/file/protocol.ts'
import { fileInfoIn } from '../../../src/services/file/session-protocol.ts'
import { takeEndpoint } from '../../../src/services/library/endpoint-cache.ts'
import type { OwnEndpoint } from '../../../src/services/library/endpoints.ts'
import { MemoryGate } from '../../../src/services/library/memory-gate.ts'
import { RequestGate } from '../../../src/services/library/request-gate.ts'
import { exchangeWithSession } from '../../../src/services/library/session.ts'
import { PipesClient } from '../../../src/services/pipes/client.ts'
import { openSession } from '../../../src/services/manager/client.ts'
import { pipeOperations } from '../../../src/services/pipes/protocol.ts'
import { errorOf } from '../error-of.ts'
import { bootFiles } from '../m3fs/boot.ts'

const minute = 60_000
const { stat, seek, nextIn, nextOut, commit, truncate, cloneFile, requestNotify } = fileOperations
const { setDestination } = fileOperations

/** Runs a program with a session "pipes", beside the server. */
const runClient = async (main: (context: Context) => Promise<void>, args = 'pipes'): Promise<void> => {
  const { exits } = await bootFiles({
    config:
      `<dom><app args="${args}" daemon="1"><serv name="pipes"/></app></dom>` +
      '<dom><app args="client"><sess name="pipes"/></app></dom>',
    uses: ['pipes'],
    limitCycles: 2_000_000,
    programs: {
      client: async (context) => {
        await main(context)
        return 0
      },
    },
  })
  expect(exits).toEqual({ root: 0, pipes: 0, client: 0 })
}

const words = (...all: readonly number[]): WordWriter => {
  const writer = new WordWriter()
  for (const word of all) writer.word(word)
  return writer
}

/** One end of a pipe, message by message. */
class RawEnd {
  readonly context: Context
  readonly session: number
  readonly #gate: RequestGate

  constructor(context: Context, session: number) {
    this.context = context
    this.session = session
    this.#gate = new RequestGate(context, session + 1)
  }

  ask(operation: number, ...more: readonly number[]): Promise<WordReader> {
    return this.#gate.request(words(operation, 0, ...more))
  }

  async window(operation: number, ...more: readonly number[]): Promise<readonly number[]> {
    const answer = await this.ask(operation, ...more)
    return [Number(answer.word()), Number(answer.word())]
  }

  async aim(): Promise<OwnEndpoint> {
    const endpoint = await takeEndpoint(this.context)
    const own = { start: endpoint.selector, count: 1 }
    await exchangeWithSession(this.context, this.session, 'delegate', own, words(setDestination))
    return endpoint
  }
}

/** A pipe of 64 bytes, and an end of each kind with an endpoint. */
const aimedEnds = async (context: Context): Promise<{ readonly writer: RawEnd; readonly reader: RawEnd }> => {
  const pipe = await (await PipesClient.open(context)).create(64)
  const writer = new RawEnd(context, await pipe.end('writer'))
  const reader = new RawEnd(context, await pipe.end('reader'))
  await writer.aim()
  await reader.aim()
  return { writer, reader }
}

describe('the requests of a channel', { timeout: minute }, () => {
  test('need an endpoint first', () =>
    runClient(async (context) => {
      const pipe = await (await PipesClient.open(context)).create(64)
      const writer = new RawEnd(context, await pipe.end('writer'))

      expect(await errorOf(writer.ask(nextOut))).toBe('InvArgs')
      await writer.aim()
      expect(await writer.window(nextOut)).toEqual([0, 16])
    }))

  test('walk through the ring: windows are a quarter of it, and a commit says how large it is', () =>
    runClient(async (context) => {
      const { writer, reader } = await aimedEnds(context)

      expect(await writer.window(nextOut)).toEqual([0, 16])
      expect((await writer.ask(commit, 10)).word()).toBe(64n)
      expect(await reader.window(nextIn)).toEqual([0, 10])
      expect(await writer.window(nextOut)).toEqual([10, 16])
      expect(await writer.window(nextOut)).toEqual([26, 16])
      expect(await writer.window(commit, 0)).toEqual([42, 16])
      expect((await reader.ask(commit, 4)).word()).toBe(64n)
      expect(await reader.window(nextIn)).toEqual([4, 16])
    }))

  test('refuse to commit more than the window has, and the window stays', () =>
    runClient(async (context) => {
      const { writer, reader } = await aimedEnds(context)

      expect(await errorOf(writer.ask(commit, 1))).toBe('InvArgs')
      await writer.ask(nextOut)
      expect(await errorOf(writer.ask(commit, 17))).toBe('InvArgs')
      await writer.ask(commit, 16)
      expect(await reader.window(nextIn)).toEqual([0, 16])
      expect(await errorOf(reader.ask(commit, 17))).toBe('InvArgs')
      expect((await reader.ask(commit, 16)).word()).toBe(64n)
    }))

  test('have a direction', () =>
    runClient(async (context) => {
      const { writer, reader } = await aimedEnds(context)

      expect(await errorOf(writer.ask(nextIn))).toBe('InvArgs')
      expect(await errorOf(reader.ask(nextOut))).toBe('InvArgs')
    }))

  test('say what a pipe is, and what it cannot do', () =>
    runClient(async (context) => {
      const pipe = await (await PipesClient.open(context)).create(64)
      const end = new RawEnd(context, await pipe.end('reader'))

      expect(fileInfoIn(await end.ask(stat))).toMatchObject({ mode: 0o020600, size: 0, links: 0 })
      expect(await errorOf(end.ask(seek, 0, 0))).toBe('SeekPipe')
      expect(await errorOf(end.ask(truncate, 0))).toBe('InvArgs')
      expect(await errorOf(end.ask(requestNotify, 1))).toBe('NotSup')
      expect(await errorOf(end.ask(99))).toBe('InvArgs')
    }))

  test('move to another endpoint, and the old one shows nothing any more', () =>
    runClient(async (context) => {
      const pipe = await (await PipesClient.open(context)).create(64)
      const writer = new RawEnd(context, await pipe.end('writer'))
      const read = (endpoint: OwnEndpoint): Promise<Uint8Array> => new MemoryGate(context, NaN, endpoint).read(0, 4)
      const write = (endpoint: OwnEndpoint): Promise<void> =>
        new MemoryGate(context, NaN, endpoint).write(0, new Uint8Array(4))
      const first = await writer.aim()
      await writer.ask(nextOut)
      expect(await errorOf(write(first))).toBe('Success')
      expect(await errorOf(read(first))).toBe('NoPerm')

      const second = await writer.aim()

      expect(await errorOf(write(first))).toBe('NoMEP')
      await writer.ask(commit, 4)
      expect(await errorOf(write(second))).toBe('Success')
    }))
})

describe('the exchanges', { timeout: minute }, () => {
  test('give a pipe its memory once, and without memory it has no windows', () =>
    runClient(async (context) => {
      const service = await openSession(context, 'pipes')
      const session = context.selector()
      const open = words(pipeOperations.openPipe, 64)
      await exchangeWithSession(context, service, 'obtain', { start: session, count: 1 }, open)
      const start = context.selector(2)
      await exchangeWithSession(context, session, 'obtain', { start, count: 2 }, words(pipeOperations.openChannel, 0))
      const writer = new RawEnd(context, start)
      await writer.aim()
      expect(await errorOf(writer.ask(nextOut))).toBe('InvArgs')

      const memory = context.selector()
      const request = { dst: memory, act: selectors.activity, address: context.allocate(4096, 4096), size: 4096 }
      await context.calls.call(systemCalls.createMgate, { ...request, permissions: 3 })
      const give = (): Promise<string> => {
        const own = { start: memory, count: 1 }
        return errorOf(exchangeWithSession(context, session, 'delegate', own, words(pipeOperations.setMemory)))
      }
      expect([await give(), await give()]).toEqual(['Success', 'InvArgs'])
      expect(await writer.window(nextOut)).toEqual([0, 16])
    }))

  test.each([
    [0, 'InvArgs'],
    [1, 'InvArgs'],
    [2, 'Success'],
    [2 ** 33, 'InvArgs'],
  ])('make a pipe of %i bytes: %s', (size, result) =>
    runClient(async (context) => {
      const service = await openSession(context, 'pipes')
      const range = { start: context.selector(), count: 1 }
      const open = words(pipeOperations.openPipe, size)
      expect(await errorOf(exchangeWithSession(context, service, 'obtain', range, open))).toBe(result)
    }),
  )

  test('refuse what does not belong to a session, and wrong counts', () =>
    runClient(async (context) => {
      const client = await PipesClient.open(context)
      const pipe = await client.create(64)
      const end = await pipe.end('reader')
      const exchange = (kind: 'obtain' | 'delegate', count: number, ...args: readonly number[]): Promise<string> =>
        errorOf(exchangeWithSession(context, end, kind, { start: context.selector(count), count }, words(...args)))

      expect(await exchange('obtain', 1, pipeOperations.openPipe, 64)).toBe('InvArgs')
      expect(await exchange('obtain', 2, pipeOperations.openChannel, 1)).toBe('InvArgs')
      expect(await exchange('obtain', 1, cloneFile)).toBe('InvArgs')
      expect(await exchange('obtain', 2, cloneFile)).toBe('Success')
      const endpoint = await takeEndpoint(context)
      const own = { start: endpoint.selector, count: 1 }
      expect(await errorOf(exchangeWithSession(context, end, 'delegate', own, words(pipeOperations.setMemory)))).toBe(
        'InvArgs',
      )
    }))

  test('end when all sessions are in use, and go on when some are closed', () =>
    runClient(async (context) => {
      const client = await PipesClient.open(context)
      const pipe = await client.create(64)
      const ends = [await pipe.end('reader'), await pipe.end('reader')]

      expect(await errorOf(pipe.end('writer'))).toBe('NoSpace')
      await pipe.dropEnd(ends[0] as number)
      const writer = await pipe.writer()
      await writer.write(new Uint8Array(3))
      await writer.close()
      await pipe.close()
      expect(await errorOf(client.create(64).then((other) => other.end('reader')))).toBe('Success')
    }, 'pipes -m 4'))
})
