/** `tessera mkfs`: an m3fs image with the files of a directory. */
import { InvalidArgumentError } from 'commander'
import { blockSizes } from '#services'
import { grouped } from '#report'
import { readHostTree } from './host-tree.ts'
import { createImage } from './image-file.ts'
import { exitCodes } from './io.ts'
import type { Io } from './io.ts'
import { longWork } from './long-work.ts'
import type { AddCommand } from './main.ts'
import { packTree, sizesFor } from './pack-tree.ts'
import type { WantedSizes } from './pack-tree.ts'

interface MkfsOptions extends WantedSizes {
  readonly json?: boolean
}

const example = `
Without --blocks and --inodes the image has room for a quarter more, at least 64 blocks and 16 inodes.

Example:
  $ tessera mkfs docs docs.m3fs --block-size 1024
  $ tessera fsck docs.m3fs

Exit codes: 0 the image is complete, 2 it could not be made.
`

export const addMkfs: AddCommand = (program, io, finish) => {
  program
    .command('mkfs')
    .description('Makes an m3fs image with the files of a directory; the same files give the same image.')
    .argument('<directory>', 'what goes into the image')
    .argument('<image>', 'file that is written; an old one is replaced')
    .option('--block-size <bytes>', 'a power of two', wholeNumber, blockSizes.usual)
    .option('--blocks <number>', 'blocks of the image', wholeNumber)
    .option('--inodes <number>', 'files and directories that it can hold', wholeNumber)
    .option('--extent-blocks <number>', 'largest run of blocks of a file, to fragment files on purpose', wholeNumber)
    .option('--scatter <seed>', 'put blocks at random places', wholeNumber)
    .option('--json', 'print what was written as one JSON object')
    .addHelpText('after', example)
    .action(async (directory: string, image: string, options: MkfsOptions) => {
      finish(await mkfs(directory, image, options, io))
    })
}

const mkfs = (directory: string, path: string, options: MkfsOptions, io: Io): Promise<number> =>
  longWork(io, async (step) => {
    const tree = await readHostTree(directory, step)
    const sizes = sizesFor(tree, options)
    const image = createImage(path, sizes.blocks * sizes.blockBytes)
    try {
      await packTree(tree, image.storage, { ...sizes, directory }, step)
    } catch (reason) {
      image.discard()
      throw reason
    }
    image.keep()
    const directories = tree.filter(({ kind }) => kind === 'directory').length
    const { blocks, blockBytes, inodes } = sizes
    const facts = { image: path, files: tree.length - directories, directories, blocks, blockBytes, inodes }
    if (options.json === true) io.out(`${JSON.stringify(facts)}\n`)
    else
      io.out(
        `${grouped(facts.files)} files and ${grouped(directories)} directories in ${path}: ` +
          `${grouped(blocks)} blocks of ${blockBytes} bytes, ${grouped(inodes)} inodes\n`,
      )
    return exitCodes.fine
  })

const wholeNumber = (text: string): number => {
  const value = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value > 2 ** 32 - 1)
    throw new InvalidArgumentError('give a whole number below 2^32')
  return value
}
