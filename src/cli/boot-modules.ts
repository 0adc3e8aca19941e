/** Modules of a boot file: programs, and images with files. Source: services section 5.2. */
import { dirname, resolve } from 'node:path'
import type { ModuleFile } from '#kernel'
import { arrayStorage, blockSizes, ConfigError, imageOf, programs } from '#services'
import type { Element } from '#services'
import { readHostTree } from './host-tree.ts'
import { openImage } from './image-file.ts'
import { didYouMean } from './io.ts'
import { packTree, sizesFor } from './pack-tree.ts'

const attributesOf = ['name', 'file', 'directory', 'blocksize', 'image']

/**
 * What an element of `<mods>` stands for: `file` is a program; `directory` an m3fs image made of the files in it, and
 * `image` one that exists, both relative to the boot file at `path`.
 *
 * Rejects: ConfigError; UsageError when files cannot be read.
 */
export const readModule = async ({ name: tag, attributes }: Element, path: string): Promise<ModuleFile> => {
  const { name, file, directory, image } = attributes
  const given = [file, directory, image].filter((each) => each !== undefined)
  const strange = Object.keys(attributes).some((each) => !attributesOf.includes(each))
  if (tag !== 'mod' || name === undefined || given.length !== 1 || strange)
    throw new ConfigError(
      '<mods> holds <mod name="..." file="PROGRAM"/>, <mod name="..." directory="FILES" blocksize="1024"/>, ' +
        'and <mod name="..." image="IMAGE"/>',
    )
  if (file !== undefined) return { name, contents: program(file) }
  const place = resolve(dirname(path), directory ?? image ?? '')
  return { name, contents: await (directory === undefined ? existing(place) : packed(place, attributes.blocksize)) }
}

const program = (file: string): Uint8Array => {
  const known = [...programs.keys()].filter((each) => each !== 'root')
  if (!known.includes(file))
    throw new ConfigError(`there is no program '${file}'; there are ${known.join(', ')}.${didYouMean(file, known)}`)
  return imageOf(file)
}

const existing = async (path: string): Promise<Uint8Array> => {
  using image = openImage(path)
  return image.storage.read(0, image.storage.bytes)
}

const packed = async (directory: string, blockBytes: string | undefined): Promise<Uint8Array> => {
  if (blockBytes !== undefined && !/^\d{1,9}$/.test(blockBytes))
    throw new ConfigError(`<mod> blocksize="${blockBytes}" is not a number of bytes`)
  const tree = await readHostTree(directory, async () => {})
  const sizes = sizesFor(tree, { blockSize: Number(blockBytes ?? blockSizes.usual) })
  const bytes = new Uint8Array(sizes.blocks * sizes.blockBytes)
  await packTree(tree, arrayStorage(bytes), { ...sizes, directory }, async () => {})
  return bytes
}
