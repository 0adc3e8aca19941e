import { describe, expect, test } from 'vitest'
import { WordWriter } from '../../../src/kernel/index.ts'
import type { Context } from '../../../src/services/index.ts'
import type { File } from '../../../src/services/file/file.ts'
import { FileSystemClient, openFileSession } from '../../../src/services/file/file-system-client.ts'
import { RequestGate } from '../../../src/services/library/request-gate.ts'
import { connectSession, exchangeWithSession } from '../../../src/services/library/session.ts'
import { openSession } from '../../../src/services/manager/client.ts'
import { checkImage } from '../../../src/services/m3fs/check-image.ts'
import { arrayStorage } from '../../../src/services/m3fs/storage.ts'
import { errorOf } from '../error-of.ts'
import { bootFiles, client, server } from './boot.ts'
import { bytes, create, freshImage, get, mount, put, read, write } from './image.ts'

const newSession = 0x80
const minutes = 60_000

const expectSound = async (image: Uint8Array | undefined): Promise<void> => {
  expect((await checkImage(arrayStorage(image ?? new Uint8Array()))).findings).toEqual([])
}

describe('a client of m3fs', { timeout: 3 * minutes }, () => {
  test('reads what is in the image, and what it does is in the image afterwards', async () => {
    const mounted = await freshImage({ blockBytes: 1024, blocks: 200 })
    await put(mounted, '/hello', bytes(3000))
    await put(mounted, '/gone', bytes(10))
    await mounted.volume.flush()
    let seen: unknown

    const run = await bootFiles({
      config: server() + client('worker'),
      images: { fs: mounted.image },
      programs: {
        worker: async (context) => {
          const files = await FileSystemClient.open(context)
          const input = await files.open('/hello', read)
          const hello = await input.readAll()
          const path = await input.path()
          await input.close()
          await files.mkdir('/d')
          const output = await files.open('/d/new', write | create)
          await output.write(bytes(5000, 2))
          await output.sync()
          await output.truncate(4000)
          await output.close()
          await files.link('/hello', '/d/again')
          await files.rename('/hello', '/d/moved')
          await files.unlink('/gone')
          await files.mkdir('/e')
          await files.rmdir('/e')
          const { size, links } = await files.stat('/d/moved')
          seen = { hello, path, size, links, root: await files.readdir('/'), d: await files.readdir('/d') }
          await files.close()
          return 0
        },
      },
    })

    expect(run.printed).toBe('')
    expect(run.exits).toEqual({ root: 0, m3fs: 0, worker: 0 })
    expect(seen).toEqual({
      hello: bytes(3000),
      path: '/hello',
      size: 3000,
      links: 2,
      root: ['d'],
      d: ['again', 'moved', 'new'],
    })
    await expectSound(run.images['fs'])
    const after = await mount(run.images['fs']!)
    expect(await get(after, '/d/new')).toEqual(bytes(5000, 2).subarray(0, 4000))
    expect(await get(after, '/d/again')).toEqual(bytes(3000))
  })

  test('is told what it did wrong, and opens at most as many files as its session allows', async () => {
    const { image } = await freshImage({ blockBytes: 1024, blocks: 200 })
    const errors: Record<string, string> = {}

    const run = await bootFiles({
      config: server() + client('wrong', 'files=2'),
      images: { fs: image },
      programs: {
        wrong: async (context) => {
          const files = await FileSystemClient.open(context)
          const note = async (what: string, operation: Promise<unknown>) => {
            errors[what] = await errorOf(operation)
          }
          await note('no file', files.open('/none'))
          await note('directory', files.open('/', write))
          await note('a path of 64 characters', files.open(`/${'x'.repeat(63)}`))
          await note('a path of 40 characters in a session', files.open(`/${'x'.repeat(39)}`, newSession))
          const first = await files.open('/a', write | create)
          const second = await files.open('/b', write | create | newSession)
          await note('a third file', files.open('/a'))
          await note('a third file, in a session', files.open('/a', newSession))
          await note('read of a file to write', first.read(10))
          await note('truncate to more', first.truncate(10))
          await first.close()
          await second.close()
          await note('a third file, after two were closed', files.open('/a'))
          await note('a second session', openSession(context, 'm3fs'))
          await note('a session of a service that is not configured', openSession(context, 'net'))
          const session = await errorOf(
            exchangeWithSession(context, 3000, 'obtain', { start: 1, count: 1 }, new WordWriter()),
          )
          errors['an exchange without a session'] = session
          return 0
        },
      },
    })

    expect(run.exits).toEqual({ root: 0, m3fs: 0, wrong: 0 })
    expect(errors).toEqual({
      'no file': 'NoSuchFile',
      directory: 'IsDir',
      'a path of 64 characters': 'OutOfBounds',
      'a path of 40 characters in a session': 'OutOfBounds',
      'a third file': 'NoSpace',
      'a third file, in a session': 'NoSpace',
      'read of a file to write': 'NoPerm',
      'truncate to more': 'InvArgs',
      'a third file, after two were closed': 'Success',
      'a second session': 'Exists',
      'a session of a service that is not configured': 'InvArgs',
      'an exchange without a session': 'InvArgs',
    })
    await expectSound(run.images['fs'])
  })

  test('can clone a file; the clone has its own position and outlives the first', async () => {
    const mounted = await freshImage({ blockBytes: 1024, blocks: 200 })
    await put(mounted, '/a', bytes(3000))
    await mounted.volume.flush()
    let seen: unknown

    await bootFiles({
      config: server() + client('cloner'),
      images: { fs: mounted.image },
      programs: {
        cloner: async (context) => {
          const session = await openSession(context, 'm3fs')
          const [first, second] = [context.selector(2), context.selector(2)]
          const open = new WordWriter()
            .word(20)
            .word(read | newSession)
            .text('/a')
          await exchangeWithSession(context, session, 'obtain', { start: first, count: 2 }, open)
          const one = await openFileSession(context, first)
          await one.read(100)
          await exchangeWithSession(context, first, 'obtain', { start: second, count: 2 }, new WordWriter().word(7))
          const two = await openFileSession(context, second)
          await one.close()
          seen = await two.readAll()
          await two.close()
          return 0
        },
      },
    })

    expect(seen).toEqual(bytes(3000))
  })
})

describe('several clients and servers', { timeout: 3 * minutes }, () => {
  test('work at the same time on two images', async () => {
    const [one, two] = [await freshImage({ blockBytes: 1024, blocks: 300 }), await freshImage({ blocks: 600 })]
    const both = (name: string): string =>
      `<dom><app args="${name}"><sess name="m3fs"/><sess lname="other" gname="backup"/></app></dom>`
    const copier = (name: string, seed: number) => async (context: Context) => {
      const [files, backup] = [await FileSystemClient.open(context), await FileSystemClient.open(context, 'other')]
      for (let round = 0; round < 3; round++) {
        const path = `/${name}-${round}`
        const output = await files.open(path, write | create)
        for (let piece = 0; piece < 4; piece++) await output.write(bytes(700, seed + round))
        await output.close()
        const [from, to] = [await files.open(path), await backup.open(path, write | create)]
        await to.write(await from.readAll())
        await from.close()
        await to.close()
      }
      return 0
    }

    const run = await bootFiles({
      config: server() + server('-n backup -f fs2 -e 3', 'backup', 'fs2') + both('alice') + both('bob'),
      images: { fs: one.image, fs2: two.image },
      programs: { alice: copier('alice', 10), bob: copier('bob', 20) },
    })

    expect(run.exits).toEqual({ root: 0, m3fs: 0, alice: 0, bob: 0 })
    for (const image of Object.values(run.images)) {
      await expectSound(image)
      const mounted = await mount(image)
      for (const [name, seed] of [
        ['alice', 10],
        ['bob', 20],
      ] as const)
        for (let round = 0; round < 3; round++) {
          const piece = [...bytes(700, seed + round)]
          expect(await get(mounted, `/${name}-${round}`)).toEqual(Uint8Array.from([1, 2, 3, 4].flatMap(() => piece)))
        }
    }
  })

  test('a client that dies, whatever it was doing, takes nothing with it that others wrote, and no block', async () => {
    const mounted = await freshImage({ blockBytes: 1024, blocks: 200 })
    await put(mounted, '/shared', bytes(5000))
    await mounted.volume.flush()
    const start = async (context: Context): Promise<FileSystemClient> => {
      const files = await FileSystemClient.open(context)
      const own = await files.open('/shared', read | write)
      await own.read(10)
      return files
    }

    const run = await bootFiles({
      config: server() + ['appends', 'unlinks', 'asks', 'steady'].map((name) => client(name)).join(''),
      images: { fs: mounted.image },
      programs: {
        // With blocks behind the end of the file that it never committed.
        appends: async (context) => {
          const files = await start(context)
          const file = await files.open('/half', write | create | newSession)
          await file.write(bytes(1500))
          await file.flush()
          await file.write(bytes(3000))
          return 0
        },
        // With a file that has lost its name.
        unlinks: async (context) => {
          const files = await start(context)
          const file = await files.open('/unnamed', write | create)
          await file.write(bytes(4000))
          await file.flush()
          await files.unlink('/unnamed')
          return 0
        },
        // Without waiting for the answer to its last request.
        asks: async (context) => {
          await start(context)
          const session = await openSession(context, 'm3fs').catch(() => 0)
          expect(session).toBe(0)
          const message = context.allocate(64)
          context.tile.writeMemory(message, new WordWriter().word(16).text('/nowhere').finish())
          for (let ep = 8; ep < 128; ep++) await context.tcu.send(ep, message, 32, context.standardEp('defaultReply'))
          return 0
        },
        steady: async (context) => {
          const files = await start(context)
          const file: File = await files.open('/steady', read | write | create)
          for (let round = 0; round < 30; round++) {
            await file.write(bytes(300, round))
            await file.flush()
            await context.pause(500)
          }
          await file.close()
          await files.close()
          return 0
        },
      },
    })

    expect(run.exits).toMatchObject({ root: 0, m3fs: 0, steady: 0 })
    await expectSound(run.images['fs'])
    const after = await mount(run.images['fs']!)
    expect((await after.system.list('/')).map(({ name }) => name).sort()).toEqual([
      '.',
      '..',
      'half',
      'shared',
      'steady',
    ])
    expect(await get(after, '/shared')).toEqual(bytes(5000))
    // The second write began in the last block, which it committed by asking for more.
    expect(await get(after, '/half')).toEqual(Uint8Array.of(...bytes(1500), ...bytes(548)))
    const steady = Array.from({ length: 30 }, (_, round) => [...bytes(300, round)]).flat()
    expect(await get(after, '/steady')).toEqual(Uint8Array.from(steady))
  })

  test('nonsense from one client does not disturb another', async () => {
    const { image } = await freshImage({ blockBytes: 1024, blocks: 200 })
    const words = (context: Context, most: number): WordWriter => {
      const writer = new WordWriter()
      for (let left = context.tile.random(most); left > 0; left--)
        writer.word([context.tile.random(32), context.tile.random(1 << 30), -1, 0][context.tile.random(4)] ?? 0)
      return writer
    }

    const run = await bootFiles({
      config: server() + client('babbler') + client('writer'),
      images: { fs: image },
      programs: {
        babbler: async (context) => {
          const session = await openSession(context, 'm3fs')
          const gate = new RequestGate(context, await connectSession(context, session))
          for (let round = 0; round < 60; round++) {
            await errorOf(gate.request(words(context, 10)))
            const own = { start: 5000 + 10 * round, count: context.tile.random(4) }
            const kind = context.tile.random(2) === 0 ? 'obtain' : 'delegate'
            await errorOf(exchangeWithSession(context, session, kind, own, words(context, 8)))
          }
          return 0
        },
        writer: async (context) => {
          const files = await FileSystemClient.open(context)
          const file = await files.open('/mine', read | write | create)
          for (let round = 0; round < 20; round++) {
            await file.write(bytes(200, round))
            await file.flush()
            await context.pause(300)
          }
          await file.close()
          return 0
        },
      },
    })

    expect(run.exits).toEqual({ root: 0, m3fs: 0, babbler: 0, writer: 0 })
    await expectSound(run.images['fs'])
    const expected = Array.from({ length: 20 }, (_, round) => [...bytes(200, round)]).flat()
    expect(await get(await mount(run.images['fs']!), '/mine')).toEqual(Uint8Array.from(expected))
  })
})
