/** The first activity. Source: kernel section 4.3. */
import { memoryOffset } from '#layout'
import type { Activity } from './activity.ts'
import { introduce, newActivity } from './create-activity.ts'
import { encodeEnvironment } from './environment.ts'
import type { KernelState } from './kernel-state.ts'
import type { Machine } from './machine.ts'
import { bufferOrders, environmentStart, pageBytes, programStart, selectors } from './numbers.ts'
import { kernelMemory, mgate, rgate } from './objects.ts'
import type { TileObject } from './objects.ts'
import { Quota } from './quota.ts'
import { sideCall } from './side-call-requests.ts'
import { activityControls, encodeSideCall, sideCalls } from './side-calls.ts'
import { startMux } from './tile-reset.ts'
import { rootTileObject } from './tile-state.ts'
import type { TileState } from './tile-state.ts'

const readWriteExecute = 7

/**
 * Starts the module `root` on the first user tile, with a capability for everything there is.
 *
 * Rejects: Error when there is no user tile or no module of that name.
 */
export const startRoot = async (kernel: KernelState, machine: Machine): Promise<void> => {
  const tiles = [...kernel.tiles.values()].map(rootTileObject)
  const place = tiles.find(
    ({ tile }) => tile.facts.supportsActivities && tile.facts.internalMemory && !tile.facts.accelerator,
  )
  if (place === undefined) throw new Error('there is no user tile for root')
  const { tile } = place
  await loadModule(kernel, machine, 'tilemux', tile, memoryOffset)
  const boot = {
    tile: tile.id,
    descriptor: tile.descriptor,
    args: [],
    kernelEnvironment: 0n,
    tiles: machine.environment.tiles,
  }
  await kernel.remote.write(tile.id, BigInt(environmentStart), encodeEnvironment(boot))
  await startMux(kernel, tile)

  const kmem = kernelMemory(new Quota(0, machine.kernelMemoryBytes))
  const root = newActivity(kernel, { name: 'root', root: true, tile: place, kmem })
  const firstSelector = fillTable(root, machine, tiles)
  await introduce(kernel, root)

  await loadModule(kernel, machine, 'root', tile, programStart)
  const environment = encodeEnvironment(
    { ...boot, args: ['root'] },
    {
      entry: BigInt(programStart),
      firstStandardEp: root.epsStart,
      firstSelector,
      activity: root.id,
      resourceManager: Number(selectors.invalid),
      data: new Uint8Array(),
    },
  )
  await kernel.remote.write(tile.id, BigInt(environmentStart), environment)
  root.state = 'running'
  const start = { activity: root.id, op: activityControls.start }
  await sideCall(kernel, tile, encodeSideCall(sideCalls.activityControl, start))
}

/** Root's capabilities from selector 3 on; returns the first free selector. */
const fillTable = (root: Activity, machine: Machine, tiles: readonly TileObject[]): number => {
  let selector = selectors.firstFree
  const page = BigInt(pageBytes)
  const pages = (bytes: number): bigint => ((BigInt(bytes) + page - 1n) / page) * page
  const { address, bytes } = machine.info
  root.table.insert(selector++, mgate(address, pages(bytes), readWriteExecute))
  root.table.insert(selector++, rgate(bufferOrders.serial, bufferOrders.serial, true))
  for (const module of machine.modules)
    root.table.insert(selector++, mgate(module.address, pages(module.bytes), readWriteExecute))
  for (const tile of tiles) root.table.insert(selector++, tile)
  for (const memory of machine.memories)
    root.table.insert(selector++, mgate(memory.address, BigInt(memory.bytes), readWriteExecute))
  return Number(selector)
}

const loadModule = async (
  kernel: KernelState,
  machine: Machine,
  name: string,
  tile: TileState,
  address: number,
): Promise<void> => {
  const module = machine.modules.find((each) => each.name === name)
  if (module === undefined) throw new Error(`there is no boot module '${name}'`)
  const image = await kernel.remote.read(module.address.tile, module.address.offset, module.bytes)
  await kernel.remote.write(tile.id, BigInt(address), image)
}
