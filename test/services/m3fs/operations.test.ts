import { describe, expect, test } from 'vitest'
import { errorOf } from '../error-of.ts'
import { bytes, create, findingsOf, freshImage, get, put, read, truncate, write } from './image.ts'

describe('a fresh file system', () => {
  test('has a root directory with itself in it, and passes the check', async () => {
    const mounted = await freshImage()

    expect(await mounted.system.list('/')).toEqual([
      { name: '.', inode: 0 },
      { name: '..', inode: 0 },
    ])
    expect(await findingsOf(mounted)).toEqual([])
  })

  test.each([
    [512, 8, 1],
    [1024, 40, 100],
    [4096, 5, 64],
    [65536, 16, 5000],
    [512, 5000, 5000],
  ])('can have blocks of %i bytes, %i of them, and %i inodes', async (blockBytes, blocks, inodes) => {
    const mounted = await freshImage({ blockBytes, blocks, inodes })

    expect(await findingsOf(mounted)).toEqual([])
  })

  test.each([
    [{ blockBytes: 500 }, 'blocks have a power of two of bytes from 512 to 65536, not 500'],
    [{ inodes: 0 }, 'there have to be 1 to 2^32 - 1 inodes, not 0'],
    [{ blocks: 3 }, '3 blocks of 512 bytes cannot hold a file system with 32 inodes; 8 are needed'],
  ])('is refused with %o', async (options, message) => {
    await expect(freshImage(options)).rejects.toThrow(new RangeError(message))
  })
})

describe('files', () => {
  test('hold what was written, however it was cut into pieces', async () => {
    const mounted = await freshImage()
    const data = bytes(5000)

    const file = await mounted.open('/a', write | create)
    for (let at = 0; at < data.length; at += 700) await file.write(data.subarray(at, at + 700))
    await file.close()

    expect(await get(mounted, '/a')).toEqual(data)
    expect(await findingsOf(mounted)).toEqual([])
  })

  test('do not get back what a block held as a directory', async () => {
    const mounted = await freshImage({ blocks: 20, bufferBlocks: 6 })
    await mounted.system.mkdir('/d')
    for (let index = 0; index < 8; index++) await put(mounted, `/d/a-long-name-for-an-empty-file-${index}`, bytes(0))
    for (let index = 0; index < 8; index++) await mounted.system.unlink(`/d/a-long-name-for-an-empty-file-${index}`)
    await mounted.system.rmdir('/d')
    const data = bytes(512 * 11)

    await put(mounted, '/a', data)
    await mounted.volume.flush()

    expect(await get(mounted, '/a')).toEqual(data)
  })

  test('use indirect and double indirect blocks when their extents do not fit', async () => {
    const mounted = await freshImage({ blocks: 400, extentBlocks: 1 })
    const data = bytes(512 * 150)

    await put(mounted, '/a', data)

    const { extents } = await (await mounted.open('/a', read)).stat()
    expect(extents).toBe(150)
    expect(await get(mounted, '/a')).toEqual(data)
    expect(await findingsOf(mounted)).toEqual([])
  })

  test('give back every block when they are emptied, indirect blocks included', async () => {
    const mounted = await freshImage({ blocks: 400, extentBlocks: 1 })
    const before = mounted.volume.superblock

    await put(mounted, '/a', bytes(512 * 150))
    const file = await mounted.open('/a', write)
    for (const size of [512 * 149, 512 * 68 + 1, 512 * 67, 512 * 66, 512 * 4, 512 * 3, 100, 0]) {
      await file.truncate(size)
      expect(await findingsOf(mounted)).toEqual([])
    }
    await file.close()
    await mounted.system.unlink('/a')

    expect(mounted.volume.superblock).toEqual(before)
  })

  test('keep their blocks while somebody has them open, even without a name', async () => {
    const mounted = await freshImage()
    const { freeBlocks } = mounted.volume.superblock
    await put(mounted, '/a', bytes(3000))

    const file = await mounted.open('/a', read)
    await mounted.system.unlink('/a')
    expect(await file.readAll()).toEqual(bytes(3000))
    await file.close()

    expect(mounted.volume.superblock.freeBlocks).toBe(freeBlocks)
  })

  test('show what was committed to those who have them open', async () => {
    const mounted = await freshImage()
    const writer = await mounted.open('/a', write | create)
    const reader = await mounted.open('/a', read)

    await writer.write(bytes(100))
    const early = await reader.read(1000)
    await writer.flush()
    const late = await reader.read(1000)

    expect([early.length, late]).toEqual([0, bytes(100)])
  })

  test('let only one user append at a time', async () => {
    const mounted = await freshImage()
    const first = await mounted.open('/a', write | create)
    const second = await mounted.open('/a', write)

    await first.write(bytes(10))

    expect(await errorOf(second.write(bytes(10)))).toBe('Exists')
    await first.flush()
    expect(await errorOf(second.write(bytes(5, 2)))).toBe('Success')
  })

  test('lose nothing but what was not committed when an append is abandoned', async () => {
    const mounted = await freshImage()
    const { freeBlocks } = mounted.volume.superblock
    const file = await mounted.files.open(mounted.system, '/a', write | create)
    await file.nextWindow('out', async () => ({ revoke: async () => {} }))

    await file.close()

    expect(mounted.volume.superblock.freeBlocks).toBe(freeBlocks)
    expect(await findingsOf(mounted)).toEqual([])
  })

  test('can be shortened while another user has a window on what goes', async () => {
    const mounted = await freshImage()
    await put(mounted, '/a', bytes(4000))
    const reader = await mounted.open('/a', read)
    await reader.read(10)
    const writer = await mounted.open('/a', write)

    await writer.truncate(50)
    const rest = await reader.readAll()

    expect(rest).toEqual(bytes(4000).subarray(10, 50))
  })

  test('are emptied by an open that says so', async () => {
    const mounted = await freshImage()
    await put(mounted, '/a', bytes(4000))

    await put(mounted, '/a', bytes(3, 2))

    expect(await get(mounted, '/a')).toEqual(bytes(3, 2))
  })

  test('that do not fit end with NoSpace, and what fits stays', async () => {
    const mounted = await freshImage({ blocks: 20 })

    const error = await errorOf(put(mounted, '/a', bytes(512 * 20)))

    expect(error).toBe('NoSpace')
    expect(await findingsOf(mounted)).toEqual([])
    expect((await get(mounted, '/a')).length).toBeGreaterThan(0)
  })

  test('with fresh blocks cleared show zeros where nobody wrote', async () => {
    const mounted = await freshImage({ freshBlocks: 'cleared' })
    await put(mounted, '/secret', bytes(512 * 4))
    await mounted.system.unlink('/secret')
    const file = await mounted.files.open(mounted.system, '/a', read | write | create)
    const open = async () => ({ revoke: async () => {} })

    const { length } = await file.nextWindow('out', open)
    await file.commit(length)
    await file.close()

    expect(await get(mounted, '/a')).toEqual(new Uint8Array(length))
  })
})

describe('directories', () => {
  test('come and go with everything in them', async () => {
    const mounted = await freshImage({ blocks: 200, inodes: 200 })
    const before = mounted.volume.superblock
    const names = Array.from({ length: 100 }, (_, index) => `file-with-a-name-${index}`)

    await mounted.system.mkdir('/d')
    for (const name of names) await put(mounted, `/d/${name}`, bytes(1))
    expect((await mounted.system.list('/d')).length).toBe(102)
    expect(await findingsOf(mounted)).toEqual([])
    for (const name of [
      ...names.filter((_, index) => index % 3 === 1),
      ...names.filter((_, index) => index % 3 !== 1),
    ]) {
      await mounted.system.unlink(`/d/${name}`)
      expect(await findingsOf(mounted)).toEqual([])
    }
    await mounted.system.rmdir('/d')

    expect(mounted.volume.superblock).toEqual(before)
  })

  test('count one link per name, "." and ".." included', async () => {
    const { system } = await freshImage()

    await system.mkdir('/d')
    await system.mkdir('/d/e')

    const links = async (path: string) => (await system.lookup(path)).links
    expect([await links('/'), await links('/d'), await links('/d/e')]).toEqual([3, 3, 2])
  })

  test('cannot be opened to write', async () => {
    const { system, open } = await freshImage()
    await system.mkdir('/d')

    expect(await errorOf(open('/d', read | write))).toBe('IsDir')
    expect(await errorOf(open('/d', truncate))).toBe('IsDir')
  })
})

const prepared = async () => {
  const mounted = await freshImage()
  await mounted.system.mkdir('/d')
  await mounted.system.mkdir('/d/e')
  await put(mounted, '/f', bytes(10))
  await put(mounted, '/d/g', bytes(10))
  return mounted
}

type Operation = 'lookup' | 'mkdir' | 'rmdir' | 'link' | 'unlink' | 'rename'

/** Services section 3.4, and where it is silent the pages of decisions. */
const cases: readonly (readonly [Operation, readonly string[], string])[] = [
  ['lookup', [''], 'Success'],
  ['lookup', ['//d//e/..///g'], 'Success'],
  ['lookup', ['/x'], 'NoSuchFile'],
  ['lookup', ['/x/y'], 'NoSuchFile'],
  ['lookup', ['/f/y'], 'IsNoDir'],
  ['mkdir', ['/d/new'], 'Success'],
  ['mkdir', ['/d/new/'], 'Success'],
  ['mkdir', ['/d'], 'Exists'],
  ['mkdir', ['/f'], 'Exists'],
  ['mkdir', ['/'], 'Exists'],
  ['mkdir', ['/d/..'], 'Exists'],
  ['mkdir', ['/x/new'], 'NoSuchFile'],
  ['mkdir', ['/f/new'], 'IsNoDir'],
  ['mkdir', [`/${'n'.repeat(501)}`], 'InvArgs'],
  ['mkdir', [`/${'n'.repeat(500)}`], 'Success'],
  ['mkdir', ['/a\0b'], 'InvArgs'],
  ['rmdir', ['/d/e'], 'Success'],
  ['rmdir', ['/d'], 'DirNotEmpty'],
  ['rmdir', ['/f'], 'IsNoDir'],
  ['rmdir', ['/x'], 'NoSuchFile'],
  ['rmdir', ['/'], 'InvArgs'],
  ['rmdir', ['/d/e/.'], 'InvArgs'],
  ['rmdir', ['/d/e/..'], 'InvArgs'],
  ['link', ['/f', '/d/f'], 'Success'],
  ['link', ['/d', '/h'], 'IsDir'],
  ['link', ['/f', '/d/g'], 'Exists'],
  ['link', ['/f', '/'], 'Exists'],
  ['link', ['/x', '/h'], 'NoSuchFile'],
  ['unlink', ['/f'], 'Success'],
  ['unlink', ['/d'], 'IsDir'],
  ['unlink', ['/x'], 'NoSuchFile'],
  ['unlink', [''], 'InvArgs'],
  ['unlink', ['/d/.'], 'InvArgs'],
  ['unlink', ['/d/..'], 'InvArgs'],
  ['rename', ['/f', '/d/h'], 'Success'],
  ['rename', ['/f', '/d/g'], 'Success'],
  ['rename', ['/f', '/f'], 'Success'],
  ['rename', ['/d', '/h'], 'IsDir'],
  ['rename', ['/f', '/d'], 'IsDir'],
  ['rename', ['/f', '/d/.'], 'InvArgs'],
  ['rename', ['/', '/h'], 'InvArgs'],
  ['rename', ['/x', '/h'], 'NoSuchFile'],
]

test.each(cases)('%s %o ends with %s, and the image stays sound', async (operation, paths, expected) => {
  const mounted = await prepared()
  const act = mounted.system[operation].bind(mounted.system) as (...all: readonly string[]) => Promise<unknown>

  expect(await errorOf(act(...paths))).toBe(expected)
  expect(await findingsOf(mounted)).toEqual([])
})

test('a renamed file replaces its target, and two names of one file stay two names', async () => {
  const mounted = await prepared()
  const { freeInodes } = mounted.volume.superblock
  await put(mounted, '/f', bytes(20, 2))

  await mounted.system.rename('/f', '/d/g')
  await mounted.system.link('/d/g', '/again')
  await mounted.system.rename('/again', '/d/g')

  expect(await get(mounted, '/d/g')).toEqual(bytes(20, 2))
  expect(await get(mounted, '/again')).toEqual(bytes(20, 2))
  expect((await mounted.system.lookup('/again')).links).toBe(2)
  expect(mounted.volume.superblock.freeInodes).toBe(freeInodes + 1)
  expect(await findingsOf(mounted)).toEqual([])
})
