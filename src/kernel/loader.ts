/** The stage before the kernel: puts the boot modules where the kernel expects them. Source: kernel section 4.1. */
import { descriptorOf } from '#layout'
import type { SystemDescription, TileModule } from '#layout'
import type { Tile } from '#model'
import { globalAddress } from './addresses.ts'
import type { GlobalAddress } from './addresses.ts'
import { encodeKernelInfo } from './boot-info.ts'
import { encodeEnvironment } from './environment.ts'
import { environmentStart, pageBytes } from './numbers.ts'
import { Remote } from './remote.ts'
import { Tcu } from './tcu.ts'

/** A file for the boot, as it lies in memory. */
export interface ModuleFile {
  readonly name: string
  readonly contents: Uint8Array
}

export interface BootFiles {
  readonly system: SystemDescription
  /** Command line of the kernel, program name first. */
  readonly kernelArgs: readonly string[]
  readonly modules: readonly ModuleFile[]
}

const toPage = (bytes: number): number => Math.ceil(bytes / pageBytes) * pageBytes

/** Ids and descriptors of all tiles of a system, in the order in which the boot environment lists them. */
export const tilesOf = (system: SystemDescription): readonly TileModule[] =>
  system.modules.filter((module) => module.kind !== 'host')

/** NoC id of a module. */
export const nocIdOf = (system: SystemDescription, module: { readonly mod: number }): number =>
  (system.chip << 8) | module.mod

/**
 * Writes modules and kernel environment into the first memory tile and the boot environment into the own tile's memory.
 * Runs on the kernel tile, whose TCU is privileged and can give itself access.
 *
 * Rejects: RangeError when the memory tile is too small.
 */
export const load = async (tile: Tile, { system, kernelArgs, modules }: BootFiles): Promise<void> => {
  const tiles = tilesOf(system)
  const memory = tiles.find((module) => module.kind === 'memory')
  if (memory === undefined) throw new RangeError(`the system ${system.name} has no memory tile to boot from`)
  const remote = new Remote(new Tcu(tile))
  const memoryId = nocIdOf(system, memory)
  let end = memory.memoryBase
  const place = async (bytes: Uint8Array): Promise<GlobalAddress> => {
    const offset = BigInt(end)
    if (end + bytes.length > memory.memoryBase + memory.memoryBytes)
      throw new RangeError(`the boot modules do not fit the memory tile ${memory.name}`)
    await remote.write(memoryId, offset, bytes)
    end = toPage(end + bytes.length)
    return { tile: memoryId, offset }
  }

  const placed = []
  for (const { name, contents } of modules)
    placed.push({ name, bytes: contents.length, address: await place(contents) })
  const descriptors = tiles.map(descriptorOf)
  const memories = (free: number) =>
    tiles
      .filter((module) => module.kind === 'memory')
      .map((module) => {
        const start = module === memory ? free : module.memoryBase
        const bytes = module.memoryBase + module.memoryBytes - start
        return { address: { tile: nocIdOf(system, module), offset: BigInt(start) }, bytes, reserved: false }
      })
  const size = encodeKernelInfo({ modules: placed, descriptors, memories: memories(end) }).length
  const info = encodeKernelInfo({ modules: placed, descriptors, memories: memories(toPage(end + size)) })
  const environment = encodeEnvironment({
    tile: tile.id,
    descriptor: descriptors[tiles.findIndex((module) => nocIdOf(system, module) === tile.id)] ?? 0n,
    args: kernelArgs,
    kernelEnvironment: globalAddress(await place(info)),
    tiles: tiles.map((module) => nocIdOf(system, module)),
  })
  tile.writeMemory(environmentStart, environment)
}
