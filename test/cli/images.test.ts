import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { freshFolder, tessera } from './run-cli.ts'
import type { CliRun } from './run-cli.ts'

const tessera0 = async (...args: readonly string[]): Promise<string> => {
  const { code, out, err } = await tessera(args)
  expect({ code, err }).toEqual({ code: 0, err: '' })
  return out
}

/** Paths with contents and permissions of everything below a folder. */
const treeOf = (folder: string, at = ''): Record<string, string> => {
  const all: Record<string, string> = {}
  for (const name of readdirSync(join(folder, at)).sort()) {
    const path = join(at, name)
    const stats = lstatSync(join(folder, path))
    const mode = (stats.mode & 0o777).toString(8)
    if (stats.isDirectory()) Object.assign(all, { [path]: `directory ${mode}` }, treeOf(folder, path))
    else all[path] = `${mode} ${readFileSync(join(folder, path), 'base64')}`
  }
  return all
}

/** A folder with files of several sizes and kinds of names. */
const exampleTree = (): string => {
  const folder = freshFolder()
  mkdirSync(join(folder, 'empty folder'))
  mkdirSync(join(folder, 'a', 'b', 'c'), { recursive: true })
  writeFileSync(join(folder, 'nothing'), '')
  writeFileSync(join(folder, 'a', 'Grüße – 你好'), 'hello')
  writeFileSync(join(folder, 'a', 'b', 'large'), Buffer.alloc(300_000, 'abcdefg'))
  writeFileSync(join(folder, 'a', 'b', 'c', 'run.sh'), '#!/bin/sh\n')
  chmodSync(join(folder, 'a', 'b', 'c', 'run.sh'), 0o755)
  writeFileSync(join(folder, 'read-only'), 'x')
  chmodSync(join(folder, 'read-only'), 0o444)
  for (let index = 0; index < 200; index++) writeFileSync(join(folder, 'a', `${index}`.repeat(20)), `${index}`)
  return folder
}

let tree: string
let image: string

beforeAll(async () => {
  tree = exampleTree()
  image = join(freshFolder(), 'tree.m3fs')
  await tessera0('mkfs', tree, image)
})

describe('mkfs, fsck and unpack', () => {
  test.each([
    [],
    ['--block-size', '512'],
    ['--block-size', '65536'],
    ['--extent-blocks', '1', '--block-size', '1024'],
    ['--scatter', '7', '--extent-blocks', '3', '--block-size', '512'],
  ])('give back what went in: %s %s %s %s %s %s', async (...options) => {
    const folder = freshFolder()
    const path = join(folder, 'image')

    await tessera0('mkfs', tree, path, ...options)
    const found = await tessera0('fsck', path)
    await tessera0('unpack', path, join(folder, 'copy'))

    expect(found).toMatch(/: sound; 205 files, 5 directories, [\d,]+ of [\d,]+ blocks of \d+ bytes free\n$/)
    expect(treeOf(join(folder, 'copy'))).toEqual(treeOf(tree))
    expect(readdirSync(folder).sort()).toEqual(['copy', 'image'])
  })

  test('give the same image for the same files', async () => {
    const again = join(freshFolder(), 'again')

    await tessera0('mkfs', tree, again)

    expect(readFileSync(again).equals(readFileSync(image))).toBe(true)
  })

  test('keep two names of one file together', async () => {
    const folder = freshFolder()
    const source = join(folder, 'source')
    mkdirSync(source)
    writeFileSync(join(source, 'one'), 'x')
    linkSync(join(source, 'one'), join(source, 'two'))

    await tessera0('mkfs', source, join(folder, 'image'))
    await tessera0('unpack', join(folder, 'image'), join(folder, 'copy'))

    expect(statSync(join(folder, 'copy', 'one')).nlink).toBe(2)
  })

  test('say what they did as JSON', async () => {
    const path = join(freshFolder(), 'image')

    const made = JSON.parse(
      await tessera0('mkfs', tree, path, '--blocks', '500', '--inodes', '300', '--json'),
    ) as object
    const found = JSON.parse(await tessera0('fsck', path, '--json')) as Record<string, unknown>

    expect(made).toEqual({ image: path, files: 205, directories: 5, blocks: 500, blockBytes: 4096, inodes: 300 })
    expect(found).toMatchObject({ image: path, sound: true, usable: true, count: 0, findings: [] })
    expect(found['contents']).toMatchObject({ blocks: 500, freeInodes: 90 })
  })

  test.each(['mkfs', 'fsck', 'unpack'])('%s shows an example in its help', async (command) => {
    const { code, out } = await tessera([command, '--help'])

    expect(code).toBe(0)
    expect(out).toContain(`$ tessera ${command} docs`)
  })
})

const refused = async (...args: readonly string[]): Promise<string> => {
  const { code, out, err } = await tessera(args)
  expect([code, out]).toEqual([2, ''])
  return err
}

describe('mkfs ends with 2 and leaves nothing behind', () => {
  test('when the directory is missing, or none', async () => {
    const folder = freshFolder()
    const target = join(folder, 'image')

    expect(await refused('mkfs', join(folder, 'nowhere'), target)).toMatch(/nowhere cannot be read: ENOENT/)
    expect(await refused('mkfs', image, target)).toBe(`tessera: ${image} is no directory\n`)
    expect(readdirSync(folder)).toEqual([])
  })

  test('when the contents do not fit', async () => {
    const folder = freshFolder()

    const blocks = await refused('mkfs', tree, join(folder, 'image'), '--blocks', '50')
    const inodes = await refused('mkfs', tree, join(folder, 'image'), '--inodes', '20')

    expect(blocks).toMatch(
      /does not fit 50 blocks and \d+ inodes: its contents need up to \d+ blocks and 210 inodes\n$/,
    )
    expect(inodes).toMatch(/does not fit \d+ blocks and 20 inodes/)
    expect(readdirSync(folder)).toEqual([])
  })

  test('when the numbers allow for no file system', async () => {
    const target = join(freshFolder(), 'image')

    expect(await refused('mkfs', tree, target, '--block-size', '1000')).toBe(
      'tessera: blocks have a power of two of bytes from 512 to 65536, not 1000\n',
    )
    expect(await refused('mkfs', tree, target, '--blocks', '2')).toMatch(/2 blocks of 4096 bytes cannot hold/)
    expect(await refused('mkfs', tree, target, '--blocks', 'many')).toMatch(/give a whole number below 2\^32/)
  })

  test('when something is there that m3fs does not have', async () => {
    const folder = freshFolder()
    mkdirSync(join(folder, 'source'))
    symlinkSync('/etc/passwd', join(folder, 'source', 'link'))

    expect(await refused('mkfs', join(folder, 'source'), join(folder, 'image'))).toMatch(
      /source\/link is a symbolic link; m3fs has none\n$/,
    )
    expect(readdirSync(folder)).toEqual(['source'])
  })

  test('when the image cannot be written, and keeps what was there', async () => {
    const folder = freshFolder()
    writeFileSync(join(folder, 'image'), 'before')

    expect(await refused('mkfs', tree, join(folder, 'no', 'image'))).toMatch(
      /^tessera: the image .* cannot be written: ENOENT/,
    )
    expect(await refused('mkfs', tree, join(folder, 'image'), '--blocks', '50')).toMatch(/does not fit/)
    expect(readFileSync(join(folder, 'image'), 'utf8')).toBe('before')
    expect(readdirSync(folder)).toEqual(['image'])
  })

  test('when the host has no room', { timeout: 60_000 }, () => {
    const folder = freshFolder()
    const bin = fileURLToPath(new URL('../../bin/tessera.js', import.meta.url))
    const command = `ulimit -f 100; exec node '${bin}' mkfs '${tree}' '${join(folder, 'image')}'`

    const { status, stderr } = spawnSync('bash', ['-c', command], { encoding: 'utf8' })

    expect([status, stderr]).toEqual([2, expect.stringMatching(/^tessera: the image .* cannot be written: EFBIG/)])
    expect(readdirSync(folder)).toEqual([])
  })
})

describe('Ctrl-C', () => {
  /** Runs a command and presses Ctrl-C when it has begun. */
  const interrupted = async (...args: readonly string[]): Promise<CliRun> => {
    const controller = new AbortController()
    const run = tessera(args, controller.signal)
    setImmediate(() => controller.abort())
    return run
  }

  test('ends mkfs and unpack without leaving anything behind', async () => {
    const folder = freshFolder()

    const packed = await interrupted('mkfs', tree, join(folder, 'image'), '--block-size', '512', '--extent-blocks', '1')
    const unpacked = await interrupted('unpack', image, join(folder, 'copy'))

    expect([packed.code, unpacked.code]).toEqual([130, 130])
    expect(readdirSync(folder)).toEqual([])
  })

  test('ends fsck', async () => {
    expect((await interrupted('fsck', image)).code).toBe(130)
  })
})

/** A copy of the image with one name replaced by another of the same length. */
const withName = (from: string, to: string): string => {
  const bytes = readFileSync(image)
  const at = bytes.indexOf(from)
  expect(at).toBeGreaterThan(0)
  bytes.write(to, at)
  const path = join(freshFolder(), 'hostile')
  writeFileSync(path, bytes)
  return path
}

describe('unpack', () => {
  test.each(['../evil', '/nothin', '..\0evil', 'noth\0ng'])('refuses the name %o with 1', async (name) => {
    const hostile = withName('nothing', name)
    const folder = freshFolder()

    const { code, err } = await tessera(['unpack', hostile, join(folder, 'copy')])

    expect(code).toBe(1)
    expect(err).toMatch(/^tessera: .*hostile: the image is damaged: .* is no name of a file/)
    expect(readdirSync(folder)).toEqual([])
    expect(existsSync(join(folder, '..', 'evil'))).toBe(false)
  })

  test('fills an empty directory, and refuses one that is not empty', async () => {
    const folder = freshFolder()
    mkdirSync(join(folder, 'copy'))

    await tessera0('unpack', image, join(folder, 'copy'))
    const again = await refused('unpack', image, join(folder, 'copy'))

    expect(treeOf(join(folder, 'copy'))).toEqual(treeOf(tree))
    expect(again).toBe(`tessera: the directory ${join(folder, 'copy')} is not empty\n`)
  })

  test('ends with 2 when the image is missing or the place cannot be written', async () => {
    const folder = freshFolder()
    writeFileSync(join(folder, 'file'), '')

    expect(await refused('unpack', join(folder, 'none'), join(folder, 'copy'))).toMatch(/none cannot be read: ENOENT/)
    expect(await refused('unpack', folder, join(folder, 'copy'))).toBe(`tessera: the image ${folder} is no file\n`)
    expect(await refused('unpack', image, join(folder, 'file', 'copy'))).toMatch(/cannot be written: ENOTDIR/)
    expect(readdirSync(folder)).toEqual(['file'])
  })
})

describe('fsck', () => {
  test('names what is wrong, one line each, and ends with 1', async () => {
    const bytes = readFileSync(image)
    const inodeTable = 3 * 4096
    bytes.writeUInt16LE(9, inodeTable + 64 + 2)
    const path = join(freshFolder(), 'damaged')
    writeFileSync(path, bytes)

    const { code, out } = await tessera(['fsck', path])
    const json = await tessera(['fsck', path, '--json'])

    expect([code, out]).toEqual([1, `${path}: 1 finding\n  damage  link-count  inode 1: 9 links, but 3 names\n`])
    expect(JSON.parse(json.out)).toMatchObject({
      sound: false,
      usable: false,
      findings: [{ severity: 'damage', kind: 'link-count', message: 'inode 1: 9 links, but 3 names' }],
    })
  })

  test('finds that a file is no image', async () => {
    const path = join(freshFolder(), 'text')
    writeFileSync(path, 'This is a text, and not an image of a file system.')

    const { code, out } = await tessera(['fsck', path])

    expect([code, out]).toEqual([
      1,
      `${path}: 1 finding\n  damage  superblock  the checksum of the superblock does not match: ` +
        'this is no m3fs image, or its first block is damaged\n',
    ])
  })

  test('ends with 2 when there is nothing to look at', async () => {
    expect(await refused('fsck', '/nowhere')).toMatch(/^tessera: the image \/nowhere cannot be read: ENOENT/)
  })
})
