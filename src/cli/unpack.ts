/** `tessera unpack`: the files of an m3fs image as files of the host. */
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, basename, join, resolve } from 'node:path'
import { DamagedImage, expectUsable, mountVolume, Volume } from '#services'
import type { Storage } from '#services'
import { grouped } from '#report'
import { openImage, refusing } from './image-file.ts'
import { exitCodes, UsageError } from './io.ts'
import type { Io } from './io.ts'
import { longWork } from './long-work.ts'
import type { Step } from './long-work.ts'
import type { AddCommand } from './main.ts'
import { unpackTree } from './unpack-tree.ts'

const example = `
Example:
  $ tessera unpack docs.m3fs copy-of-docs

The directory must not exist yet, or be empty. It gets its name when everything is in it. Permissions are those of the
image as far as umask allows; times are not kept.

Exit codes: 0 unpacked, 1 the image is damaged, 2 it could not be read or the directory not be written.
`

export const addUnpack: AddCommand = (program, io, finish) => {
  program
    .command('unpack')
    .description('Writes the files of an m3fs image to a new directory.')
    .argument('<image>', 'file with the image')
    .argument('<directory>', 'where the files go; new or empty')
    .addHelpText('after', example)
    .action(async (path: string, directory: string) => {
      finish(await unpack(path, resolve(directory), io))
    })
}

const unpack = (path: string, directory: string, io: Io): Promise<number> =>
  longWork(io, async (step) => {
    using image = openImage(path)
    const what = `the directory ${directory} cannot be written`
    const taken = existsSync(directory) && refusing(what, () => readdirSync(directory)).length > 0
    if (taken) throw new UsageError(`the directory ${directory} is not empty`)
    try {
      await expectUsable(image.storage, { progress: (done, of) => step(`checking inode ${done} of ${of}`) })
    } catch (reason) {
      return damaged(path, reason, io)
    }
    const partial = refusing(what, () => mkdtempSync(join(dirname(directory), `.${basename(directory)}.partial-`)))
    try {
      const { files, directories } = await unpackAll(image.storage, partial, step)
      refusing(what, () => renameSync(partial, directory))
      io.out(`${grouped(files)} files and ${grouped(directories)} directories in ${directory}\n`)
      return exitCodes.fine
    } catch (reason) {
      rmSync(partial, { recursive: true, force: true })
      return damaged(path, reason, io)
    }
  })

const unpackAll = async (storage: Storage, directory: string, step: Step) =>
  unpackTree(mountVolume(await Volume.open(storage)), directory, step)

/** Tells that an image is damaged; other reasons go on. */
const damaged = (path: string, reason: unknown, io: Io): number => {
  if (!(reason instanceof DamagedImage)) throw reason
  io.err(`tessera: ${path}: ${reason.message}\n`)
  return exitCodes.found
}
