import { beforeAll, describe, expect, test } from 'vitest'
import { checkImage, expectUsable } from '../../../src/services/m3fs/check-image.ts'
import { findingKinds } from '../../../src/services/m3fs/findings.ts'
import { arrayStorage } from '../../../src/services/m3fs/storage.ts'
import { bytes, create, freshImage, mount, put, write } from './image.ts'

/** Blocks of 512 bytes: superblock 0, inode bitmap 1, block bitmap 2, inodes 3 to 6, data from 7. */
const inodeAt = (number: number, field: number): number => 3 * 512 + number * 64 + field
const blockAt = (block: number, byte = 0): number => block * 512 + byte
const rootBlock = 7
let original: Uint8Array

/** inode 1: directory /d in block 8; inode 2: /a of 700 bytes; inode 3: /b with an indirect block. */
beforeAll(async () => {
  const mounted = await freshImage({ extentBlocks: 1 })
  await mounted.system.mkdir('/d')
  await put(mounted, '/a', bytes(700))
  await put(mounted, '/b', bytes(512 * 5))
  await mounted.volume.flush()
  original = mounted.image
})

interface Poke {
  readonly u8: (at: number, value: number) => void
  readonly u32: (at: number, value: number) => void
  readonly read: (at: number) => number
  readonly seal: () => void
}

const poked = (change: (poke: Poke) => void): Uint8Array => {
  const image = original.slice()
  const view = new DataView(image.buffer)
  change({
    u8: (at, value) => view.setUint8(at, value),
    u32: (at, value) => view.setUint32(at, value, true),
    read: (at) => view.getUint32(at, true),
    seal: () => {
      const sum = [2, 3, 5, 7, 11, 13, 17].reduce((all, factor, i) => all + factor * view.getUint32(4 * i, true), 1)
      view.setUint32(28, sum % 2 ** 32, true)
    },
  })
  return image
}

const findingsOf = async (image: Uint8Array): Promise<readonly string[]> =>
  (await checkImage(arrayStorage(image))).findings.map(
    ({ severity, kind, message }) => `${severity} ${kind}: ${message}`,
  )

const superblock = (field: number, value: number) => (poke: Poke) => {
  poke.u32(4 * field, value)
  poke.seal()
}

const cases: readonly (readonly [string, (poke: Poke) => void, string])[] = [
  [
    'a changed superblock',
    ({ u8 }) => u8(12, 99),
    'damage superblock: the checksum of the superblock does not match: this is no m3fs image, or its first block is damaged',
  ],
  [
    'blocks of an odd size',
    superblock(0, 600),
    'damage superblock: blocks of 600 bytes: the size is a power of two from 512 to 65536',
  ],
  [
    'more blocks than there are bytes',
    superblock(2, 65),
    'damage superblock: the superblock counts 65 blocks of 512 bytes, but the image has 32768 bytes',
  ],
  [
    'no inodes',
    superblock(1, 0),
    'damage superblock: the superblock counts no inodes, not even one for the root directory',
  ],
  [
    'an inode table that does not fit',
    superblock(1, 1000),
    'damage superblock: bitmaps and inode table need 128 blocks, but the superblock counts 64',
  ],
  ['more free inodes than inodes', superblock(3, 32), 'damage superblock: the superblock counts 32 free inodes of 32'],
  [
    'a wrong count of free blocks',
    superblock(4, 3),
    'damage free-count: the superblock counts 3 free blocks, the bitmap has 47',
  ],
  [
    'a hint behind what is free',
    superblock(5, 9),
    'waste hint: inode 4 is free, but the superblock says that the first free one is 9',
  ],
  [
    'a metadata block that is free',
    ({ u8 }) => u8(blockAt(2), 0xf7),
    'damage metadata-block-free: metadata block 3: free according to the bitmap',
  ],
  [
    'a block of a file that is free',
    ({ u8 }) => u8(blockAt(2, 1), 0xfd),
    'damage block-free: block 9: in use by a file, but free according to the bitmap',
  ],
  [
    'blocks of nobody that are in use',
    ({ u8 }) => u8(blockAt(2, 7), 0x70),
    'waste block-lost: blocks 60 to 62: in use according to the bitmap, but of no file',
  ],
  [
    'another number in an inode',
    ({ u32 }) => u32(inodeAt(2, 16), 9),
    'damage inode-number: inode 2: it says that its number is 9',
  ],
  [
    'a type that m3fs does not have',
    ({ u8 }) => u8(inodeAt(2, 21), 0x90),
    'damage inode-type: inode 2: mode 0110244 is neither file nor directory',
  ],
  [
    'an extent behind the last block',
    ({ u32 }) => u32(inodeAt(2, 36), 60),
    'damage extent-range: inode 2: an extent of 60 blocks from 9; files have blocks 7 to 63',
  ],
  [
    'an extent of metadata',
    ({ u32 }) => u32(inodeAt(2, 32), 0),
    'damage extent-range: inode 2: an extent of 1 blocks from 0; files have blocks 7 to 63',
  ],
  [
    'more extents than fit',
    ({ u32 }) => u32(inodeAt(2, 12), 5000),
    'damage extent-count: inode 2: 5000 extents are more than fit',
  ],
  [
    'an indirect block without need',
    ({ u32 }) => u32(inodeAt(2, 56), 60),
    'damage indirect-block: inode 2: 2 extents, but indirect block 60',
  ],
  [
    'no indirect block where one is needed',
    ({ u32 }) => u32(inodeAt(3, 56), 0),
    'damage indirect-block: inode 3: 5 extents, but no indirect block',
  ],
  [
    'a block in two files',
    ({ u32, read }) => u32(inodeAt(3, 32), read(inodeAt(2, 32))),
    'damage block-shared: block 9: in inode 2 and in inode 3',
  ],
  [
    'a size that does not fit the blocks',
    ({ u32 }) => u32(inodeAt(2, 24), 2000),
    'damage size: inode 2: 2000 bytes in 2 blocks of 512',
  ],
  [
    'a root that is a file',
    ({ u8 }) => u8(inodeAt(0, 21), 0x81),
    'damage root: inode 0: the root directory is missing or no directory',
  ],
  [
    'an entry that leaves its block',
    ({ u32 }) => u32(blockAt(rootBlock, 8), 600),
    'damage directory-block: /, block 7: the entry at byte 0 has 600 bytes and a name of 1',
  ],
  [
    'an entry that goes nowhere',
    ({ u32 }) => u32(blockAt(rootBlock, 8), 0),
    'damage directory-block: /, block 7: the entry at byte 0 has 0 bytes and a name of 1',
  ],
  [
    'a name that leads out of the directory',
    ({ u8 }) => u8(blockAt(rootBlock, 44), 0x2f),
    'damage directory-block: /, block 7, byte 32: "/" is no name of a file',
  ],
  [
    'a name that is no text',
    ({ u8 }) => u8(blockAt(rootBlock, 44), 0xff),
    'damage directory-block: /, block 7, byte 32: "\ufffd" is no name of a file',
  ],
  [
    'a directory that ends inside a block',
    ({ u32 }) => u32(inodeAt(1, 24), 500),
    'damage directory-size: /d/: a directory of 500 bytes does not fill its last block',
  ],
  [
    'a parent that is none',
    ({ u32 }) => u32(blockAt(8, 16), 2),
    'damage self-or-parent: /d/: ".." is inode 2 instead of 0',
  ],
  [
    'the same name twice',
    ({ u8 }) => u8(blockAt(rootBlock, 60), 0x62),
    'damage duplicate-name: /b: the name is there twice',
  ],
  [
    'a name of an inode that is free',
    ({ u32 }) => u32(blockAt(rootBlock, 48), 20),
    'damage dangling-name: /a: inode 20 is not in use',
  ],
  [
    'a name of an inode that does not exist',
    ({ u32 }) => u32(blockAt(rootBlock, 48), 0xffffffff),
    'damage dangling-name: /a: inode 4294967295 is not in use',
  ],
  [
    'a directory with two names',
    ({ u32 }) => u32(blockAt(rootBlock, 48), 1),
    'damage directory-names: /a/: directory 1 has a second name',
  ],
  [
    'a directory below itself',
    ({ u32 }) => u32(blockAt(rootBlock, 48), 0),
    'damage directory-names: /a/: directory 0 has a second name',
  ],
  [
    'a directory without a name',
    ({ u32 }) => u32(blockAt(rootBlock, 32), 2),
    'damage directory-lost: inode 1: a directory without a way to it from the root',
  ],
  ['a wrong count of links', ({ u8 }) => u8(inodeAt(2, 2), 7), 'damage link-count: inode 2: 7 links, but 1 names'],
  [
    'a file without a name',
    ({ u32, u8 }) => {
      u32(blockAt(rootBlock, 48), 3)
      u8(inodeAt(2, 2), 0)
    },
    'waste inode-lost: inode 2: in use, but without a name',
  ],
]

describe('the check', () => {
  test('finds nothing in a sound image', async () => {
    expect(await findingsOf(original)).toEqual([])
  })

  test.each(cases)('names %s', async (_, change, expected) => {
    expect(await findingsOf(poked(change))).toContain(expected)
  })

  test('has an example here for everything that it can find', () => {
    const shown = new Set(cases.map(([, , expected]) => /^\w+ ([\w-]+):/.exec(expected)?.[1]))

    expect(findingKinds.filter((kind) => !shown.has(kind))).toEqual([])
  })

  test('says what is in the image', async () => {
    const { contents } = await checkImage(arrayStorage(original))

    expect(contents).toEqual({
      blockBytes: 512,
      blocks: 64,
      freeBlocks: 47,
      inodes: 32,
      freeInodes: 28,
      files: 2,
      directories: 2,
    })
  })

  test('lists a bounded number of findings, and counts all', async () => {
    const mounted = await freshImage({ blocks: 4000, inodes: 2000 })
    await mounted.volume.flush()
    const { image } = mounted
    image.fill(0xff, 512, 1024)

    const report = await checkImage(arrayStorage(image))

    expect(report.findings.length).toBeLessThanOrEqual(1001)
    expect(report.count).toBeGreaterThan(1900)
  })

  test('reads an image that is longer than its file system, and none that is shorter', async () => {
    const longer = new Uint8Array(original.length + 100)
    longer.set(original)

    expect(await findingsOf(longer)).toEqual([])
    expect(await findingsOf(original.slice(0, -1))).toEqual([
      'damage superblock: the superblock counts 64 blocks of 512 bytes, but the image has 32767 bytes',
    ])
    expect(await findingsOf(new Uint8Array())).toEqual(['damage superblock: 0 bytes are too few for an m3fs image'])
  })
})

describe('an image', () => {
  test('with damage is refused with the first finding and the number of others', async () => {
    const image = poked(({ u32, u8 }) => {
      u32(inodeAt(2, 36), 60)
      u8(inodeAt(1, 2), 9)
    })

    await expect(expectUsable(arrayStorage(image))).rejects.toThrow(
      'the image is damaged: inode 2: an extent of 60 blocks from 9; files have blocks 7 to 63 (and 1 more)',
    )
  })

  test('with waste only, as after a server that did not come to its end, is used', async () => {
    const mounted = await mount(original.slice(), { extentBlocks: 1 })
    const file = await mounted.files.open(mounted.system, '/c', write | create)
    await file.nextWindow('out', async () => ({ revoke: async () => {} }))
    await mounted.volume.flush()

    const { usable, findings } = await checkImage(arrayStorage(mounted.image))

    expect(usable).toBe(true)
    expect(findings.map(({ kind }) => kind)).toEqual(['block-lost'])
  })
})
