import { describe, expect, test } from 'vitest'
import type { File } from '../../../src/services/file/file.ts'
import { aWhile, Crash, runPipe, until } from './boot.ts'

const minute = 60_000
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
const bytes = (what: string): Uint8Array => new TextEncoder().encode(what)
const put = async (file: File, what: string): Promise<void> => {
  await file.write(bytes(what))
  await file.flush()
}
const fine = { root: 0, pipes: 0, maker: 0 }

describe('waiting', { timeout: minute }, () => {
  test('a reader of an empty pipe waits until bytes are committed', async () => {
    const events: string[] = []
    const { exits } = await runPipe(1024, {
      reader: {
        end: 'reader',
        main: async (file) => {
          events.push('asks')
          events.push(`got ${text(await file.read(100))}`)
        },
      },
      writer: {
        end: 'writer',
        main: async (file, context) => {
          await until(context, () => events.length > 0)
          await file.write(bytes('abc'))
          await context.pause(aWhile)
          events.push('commits')
          await file.flush()
        },
      },
    })

    expect(events).toEqual(['asks', 'commits', 'got abc'])
    expect(exits).toEqual({ ...fine, reader: 0, writer: 0 })
  })

  test('a writer of a full pipe waits until bytes are read', async () => {
    const events: string[] = []
    const { exits } = await runPipe(64, {
      writer: {
        end: 'writer',
        main: async (file) => {
          for (let at = 0; at < 4; at++) await put(file, 'x'.repeat(16))
          events.push('full')
          await put(file, 'more')
          events.push('went on')
        },
      },
      reader: {
        end: 'reader',
        main: async (file, context) => {
          await until(context, () => events.length > 0)
          await context.pause(aWhile)
          events.push('reads')
          expect((await file.readAll()).length).toBe(68)
        },
      },
    })

    expect(events).toEqual(['full', 'reads', 'went on'])
    expect(exits).toEqual({ ...fine, reader: 0, writer: 0 })
  })

  test('readers get their turn in the order of their requests, and each byte goes to one of them', async () => {
    const got: string[] = []
    const reader = (name: string) => ({
      end: 'reader' as const,
      main: async (file: File): Promise<void> => {
        for (let part = await file.read(1); part.length > 0; part = await file.read(1)) got.push(`${name}${text(part)}`)
      },
    })
    const { exits } = await runPipe(8, {
      a: reader('a'),
      b: reader('b'),
      writer: {
        end: 'writer',
        main: async (file, context) => {
          await context.pause(aWhile)
          for (const letter of 'uvwxyz') await put(file, letter)
        },
      },
    })

    const inOrder = got.toSorted((one, two) => one.slice(1).localeCompare(two.slice(1)))
    expect(got.map((each) => each[1]).toSorted()).toEqual([...'uvwxyz'])
    expect(['ab', 'ba']).toContain(`${inOrder[0]?.[0] ?? ''}${inOrder[1]?.[0] ?? ''}`)
    expect(exits).toEqual({ ...fine, a: 0, b: 0, writer: 0 })
  })
})

describe('closing', { timeout: minute }, () => {
  test('the file ends when the last writer has closed and the rest is read, not before', async () => {
    const events: string[] = []
    const { results } = await runPipe(64, {
      first: {
        end: 'writer',
        main: async (file) => {
          await file.write(bytes('one'))
        },
      },
      second: {
        end: 'writer',
        main: async (file, context) => {
          await until(context, () => events.includes('got one'))
          await context.pause(aWhile)
          events.push('second writes')
          await file.write(bytes('two'))
        },
      },
      reader: {
        end: 'reader',
        main: async (file) => {
          for (let part = await file.read(3); part.length > 0; part = await file.read(3))
            events.push(`got ${text(part)}`)
          return (await file.read(3)).length
        },
      },
    })

    expect(events).toEqual(['got one', 'second writes', 'got two'])
    expect(results['reader']).toBe(0)
  })

  test('a writer gets EndOfFile when the last reader has closed', async () => {
    const { results } = await runPipe(64, {
      reader: { end: 'reader', main: async (file) => text(await file.read(3)) },
      writer: {
        end: 'writer',
        main: async (file, context) => {
          await put(file, 'abc')
          await context.pause(aWhile)
          await put(file, 'def')
        },
      },
    })

    expect(results).toEqual({ reader: 'abc', writer: 'EndOfFile' })
  })

  test('a writer that waits for space gets EndOfFile when the last reader closes', async () => {
    const { results } = await runPipe(64, {
      reader: { end: 'reader', main: (_, context) => context.pause(4 * aWhile) },
      writer: { end: 'writer', main: (file) => file.write(new Uint8Array(200)) },
    })

    expect(results).toEqual({ reader: undefined, writer: 'EndOfFile' })
  })

  test('the end of the pipe itself is no end of file: who waits is told that the service is gone', async () => {
    let asked = false
    const { results } = await runPipe(
      64,
      {
        reader: {
          end: 'reader',
          main: (file) => {
            asked = true
            return file.read(3)
          },
        },
        writer: { end: 'writer', main: (_, context) => context.pause(4 * aWhile) },
      },
      {
        meanwhile: async (pipe, context) => {
          await until(context, () => asked)
          await context.pause(aWhile)
          await pipe.close()
        },
      },
    )

    expect(results).toEqual({ reader: 'NoSEP', writer: undefined })
  })
})

describe('crashing', { timeout: minute }, () => {
  test('a writer that dies loses only what it did not commit, and the reader comes to the end of the file', async () => {
    const { results } = await runPipe(64, {
      reader: { end: 'reader', main: async (file) => text(await file.readAll()) },
      writer: {
        end: 'writer',
        main: async (file) => {
          await put(file, 'committed')
          await file.write(bytes('lost'))
          throw new Crash()
        },
      },
    })

    expect(results).toEqual({ reader: 'committed' })
  })

  test('a writer gets EndOfFile when the last reader dies', async () => {
    const { results } = await runPipe(64, {
      reader: {
        end: 'reader',
        main: async (file) => {
          await file.read(3)
          throw new Crash()
        },
      },
      writer: { end: 'writer', main: (file) => file.write(new Uint8Array(500)) },
    })

    expect(results).toEqual({ writer: 'EndOfFile' })
  })

  test('what a reader had in its window when it died goes to another one', async () => {
    let died = false
    const { results } = await runPipe(64, {
      mortal: {
        end: 'reader',
        main: async (file) => {
          await file.read(3)
          died = true
          throw new Crash()
        },
      },
      heir: {
        end: 'reader',
        main: async (file, context) => {
          await until(context, () => died)
          return text(await file.readAll())
        },
      },
      writer: { end: 'writer', main: (file) => file.write(bytes('abcdef')) },
    })

    expect(results).toEqual({ heir: 'abcdef', writer: undefined })
  })
})
