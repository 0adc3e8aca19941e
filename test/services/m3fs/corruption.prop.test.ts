import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { CallError } from '../../../src/kernel/index.ts'
import { checkImage, expectUsable } from '../../../src/services/m3fs/check-image.ts'
import { DamagedImage } from '../../../src/services/m3fs/damaged.ts'
import { arrayStorage } from '../../../src/services/m3fs/storage.ts'
import { bytes, create, freshImage, mount, put, read, write } from './image.ts'
import type { Mounted } from './image.ts'

const blockBytes = 512
let original: Uint8Array

beforeAll(async () => {
  const mounted = await freshImage({ blocks: 300, extentBlocks: 2 })
  await mounted.system.mkdir('/d')
  await mounted.system.mkdir('/d/e')
  for (const [path, length] of [
    ['/a', 700],
    ['/d/b', 512 * 150],
    ['/d/e/c', 512 * 9],
    ['/empty', 0],
  ] as const)
    await put(mounted, path, bytes(length, length))
  for (let index = 0; index < 20; index++) await mounted.system.link('/a', `/d/link-${index}-to-a-file`)
  await mounted.volume.flush()
  original = mounted.image
})

/** Makes the superblock's checksum match. Services section 3.1. */
const seal = (image: Uint8Array): void => {
  const view = new DataView(image.buffer)
  const factors = [2, 3, 5, 7, 11, 13, 17]
  const sum = factors.reduce((all, factor, index) => all + BigInt(factor) * BigInt(view.getUint32(4 * index, true)), 1n)
  view.setUint32(28, Number(sum & 0xffffffffn), true)
}

/** Where metadata lies, and places anywhere: superblock, bitmaps, inodes, then directories and indirect blocks among data. */
const place = fc.oneof(
  { weight: 2, arbitrary: fc.nat(27) },
  { weight: 2, arbitrary: fc.nat(2 * blockBytes).map((at) => blockBytes + at) },
  { weight: 6, arbitrary: fc.nat(10 * 64 - 1).map((at) => 3 * blockBytes + at) },
  { weight: 3, arbitrary: fc.nat(12 * blockBytes - 1).map((at) => 7 * blockBytes + at) },
  { weight: 2, arbitrary: fc.nat(300 * blockBytes - 1) },
)
const value = fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 255, 128))
const changes = fc.array(fc.tuple(place, value), { minLength: 1, maxLength: 6 })

const corrupted = (how: readonly (readonly [number, number])[], checksum: 'kept' | 'made to match'): Uint8Array => {
  const image = original.slice()
  for (const [at, byte] of how) image[at] = byte
  if (checksum === 'made to match') seal(image)
  return image
}

/** Runs an operation; it may refuse, but with a code or with a word about the damage. */
const attempt = async (operation: () => Promise<unknown>): Promise<void> => {
  try {
    await operation()
  } catch (reason) {
    if (!(reason instanceof CallError || reason instanceof DamagedImage)) throw reason
  }
}

const useEverything = async (mounted: Mounted): Promise<void> => {
  const { system, open } = mounted
  const visit = async (path: string, depth: number): Promise<void> => {
    for (const { name } of depth === 0 ? [] : await system.list(path)) {
      if (name === '.' || name === '..') continue
      await attempt(async () => (await open(`${path}/${name}`, read)).readAll(1 << 20))
      await attempt(() => visit(`${path}/${name}`, depth - 1))
    }
  }
  await attempt(() => visit('', 4))
  for (const path of ['/a', '/d/b', '/d/e/c', '/empty', '/new', '/d/e/new'])
    await attempt(async () => {
      const file = await open(path, read | write | create)
      await attempt(() => file.seek(0, 'end'))
      await attempt(() => file.write(bytes(1500)))
      await attempt(() => file.truncate(600))
      await file.close()
    })
  await attempt(() => system.rename('/a', '/d/e/c'))
  await attempt(() => system.mkdir('/d/e/f'))
  await attempt(() => system.unlink('/d/b'))
  await attempt(() => system.unlink('/empty'))
  await attempt(() => system.rmdir('/d/e/f'))
  await attempt(() => mounted.volume.flush())
}

describe('whatever bytes of an image change', () => {
  test.each(['kept', 'made to match'] as const)(
    'it is refused, or everything still works: checksum %s',
    { timeout: 120_000 },
    async (checksum) => {
      const seen = { refused: 0, usable: 0 }
      await fc.assert(
        fc.asyncProperty(changes, async (how) => {
          const image = corrupted(how, checksum)
          const { usable } = await checkImage(arrayStorage(image))
          seen[usable ? 'usable' : 'refused']++
          if (!usable) {
            await expect(expectUsable(arrayStorage(image))).rejects.toThrow(DamagedImage)
            return
          }

          await useEverything(await mount(image))

          const after = await checkImage(arrayStorage(image))
          expect(after.findings.filter(({ severity }) => severity === 'damage')).toEqual([])
        }),
        { seed: 1, numRuns: 200 },
      )
      expect(Math.min(seen.refused, seen.usable)).toBeGreaterThan(20)
    },
  )

  test('using it without a check ends, with what it says or with a refusal', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(changes, async (how) => {
        const image = corrupted(how, 'made to match')
        await attempt(async () => useEverything(await mount(image)))
      }),
      { seed: 1, numRuns: 200 },
    )
  })

  test('any bytes at all are looked at to the end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 5000 }), fc.boolean(), async (random, withSuperblock) => {
        const image = new Uint8Array(8192)
        image.set(random.subarray(0, 8192))
        if (withSuperblock) {
          new Uint32Array(image.buffer).set([512, 8, 16, 3, 5, 2, 1])
          seal(image)
        }

        await checkImage(arrayStorage(image))
        await attempt(async () => useEverything(await mount(image)))
      }),
      { seed: 1, numRuns: 300 },
    )
  })
})
