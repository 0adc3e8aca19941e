/** The first activity: starts the applications of the boot file and waits for them. Source: services section 5.3. */
import { decode, memoryOffset, tileDescriptor, unlimitedCredits } from '#layout'
import {
  CallError,
  codes,
  decodeRootInfo,
  encodeEnvironment,
  environmentStart,
  infoSize,
  selectors,
  systemCalls,
} from '#kernel'
import type { RootInfo } from '#kernel'
import { createChild, startChild } from '../library/child.ts'
import type { FreeTile } from '../library/child.ts'
import { logicOf } from '../library/accelerator.ts'
import { MemoryGate } from '../library/memory-gate.ts'
import { encodeResources } from '../library/resources.ts'
import type { Resource } from '../library/resources.ts'
import type { TileGrant } from '../manager/clients.ts'
import { MemoryPool } from '../manager/memory-pool.ts'
import { refuse } from '../manager/refuse.ts'
import { ResourceManager } from '../manager/resource-manager.ts'
import { supervise } from '../manager/supervise.ts'
import type { Started } from '../manager/supervise.ts'
import type { Stock } from '../manager/supplies.ts'
import { muxProgram } from '../runtime/boot-rom.ts'
import type { Context } from '../runtime/context.ts'
import type { Program } from '../runtime/program.ts'
import { ConfigError, parseApp, serialInput } from './config.ts'
import type { AppConfig } from './config.ts'
import { placeApps, typesOf } from './placement.ts'
import { createShares, takeShare } from './shares.ts'
import type { Shares } from './shares.ts'
import type { Place, Placement } from './placement.ts'
import { XmlError } from './xml.ts'

/** Boot modules with a meaning for root: its configuration, and names of tiles as lines of `ID NAME`. */
export const configModule = 'boot.xml'
export const tileNamesModule = 'tiles'

export const root: Program = {
  name: 'root',
  summary: 'starts the programs of the boot file, one per tile, and waits for them',
  main: async (context) => {
    try {
      return await bootAll(context)
    } catch (reason) {
      if (!(reason instanceof ConfigError || reason instanceof XmlError)) throw reason
      await context.print(`${configModule}: ${reason.message}`)
      return codes.InvArgs
    }
  },
}

/** What root got from the kernel. Kernel section 4.3. */
interface Inventory {
  readonly info: RootInfo
  readonly modules: ReadonlyMap<string, { readonly gate: MemoryGate; readonly bytes: number }>
  readonly tiles: ReadonlyMap<number, FreeTile>
  /** Gates of memory that nobody uses, and their sizes. */
  readonly memories: readonly { readonly gate: number; readonly bytes: number }[]
}

/** A receive gate of the configuration: its capability at root. */
type Gates = ReadonlyMap<string, number>

const bootAll = async (context: Context): Promise<number> => {
  const inventory = await readInventory(context)
  const config = parseApp(new TextDecoder().decode(await readModule(inventory, configModule)))
  const placements = placeApps(config, await placesOf(context, inventory))
  const gates = await createReceiveGates(context, config)
  const stock = await createStock(context, inventory, gates, config)
  const manager = await ResourceManager.create(context, stock)
  const shares = await createShares(context, stock.memory, config)
  const planned = placements.map((placement) => ({
    app: placement.app,
    start: () => launch(context, inventory, gates, manager, shares, placement),
  }))
  return supervise(context, manager, planned)
}

const readInventory = async (context: Context): Promise<Inventory> => {
  let selector = Number(selectors.firstFree)
  const block = new MemoryGate(context, selector)
  const info = decodeRootInfo(await block.read(0, infoSize(await block.read(0, 32), 16)))
  selector += 2
  const modules = new Map(
    info.modules.map(({ name, bytes }) => [name, { gate: new MemoryGate(context, selector++), bytes }]),
  )
  const tiles = new Map(info.tiles.map(({ id, descriptor }) => [id, { selector: selector++, id, descriptor }]))
  const areas = info.memories.map(({ bytes, reserved }) => ({ gate: selector++, bytes, reserved }))
  return { info, modules, tiles, memories: areas.filter(({ reserved }) => !reserved) }
}

const readModule = async ({ modules }: Inventory, name: string): Promise<Uint8Array> => {
  const module = modules.get(name)
  if (module === undefined) throw new ConfigError(`there is no boot module '${name}'`)
  return module.gate.read(0, module.bytes)
}

/** All tiles but the own one. */
const placesOf = async (context: Context, inventory: Inventory): Promise<readonly Place[]> => {
  const known = inventory.modules.has(tileNamesModule) ? await readModule(inventory, tileNamesModule) : new Uint8Array()
  const names = new Map(
    new TextDecoder()
      .decode(known)
      .split('\n')
      .map((line) => {
        const [id, name] = line.split(' ')
        return [Number(id), name ?? '']
      }),
  )
  return [...inventory.tiles.keys()]
    .filter((id) => id !== context.environment.tile)
    .map((id) => ({
      id,
      name: names.get(id) ?? `0x${id.toString(16)}`,
      types: typesOf(inventory.tiles.get(id)?.descriptor ?? 0n),
    }))
}

/** Selector of the receive gate for serial input. Kernel section 4.3. */
const serialSelector = Number(selectors.firstFree) + 1

const createReceiveGates = async (context: Context, { domains }: AppConfig): Promise<Gates> => {
  const gates = new Map<string, number>()
  for (const { globalName, messageBytes, slots } of domains.flatMap(({ app }) => app.receiveGates)) {
    if (globalName === serialInput) {
      gates.set(globalName, serialSelector)
      continue
    }
    const dst = context.selector()
    const messageOrder = Math.log2(messageBytes)
    await context.calls.call(systemCalls.createRgate, { dst, order: messageOrder + Math.log2(slots), messageOrder })
    gates.set(globalName, dst)
  }
  return gates
}

/** Loads the multiplexer of a tile and starts it; returns access to the tile's memory. */
const prepareTile = async (context: Context, inventory: Inventory, tile: FreeTile): Promise<MemoryGate> => {
  const memory = new MemoryGate(context, context.selector())
  await context.calls.call(systemCalls.tileMem, { tile: tile.selector, dst: memory.selector })
  // An accelerator has logic in place of programs.
  if (logicOf(tile.descriptor) === undefined) {
    await memory.write(0, await readModule(inventory, muxProgram))
    const { tiles } = context.environment
    const boot = { tile: tile.id, descriptor: tile.descriptor, args: [], kernelEnvironment: 0n, tiles }
    await memory.write(environmentStart - memoryOffset, encodeEnvironment(boot))
  }
  const request = { tile: tile.selector, muxMemory: memory.selector, eps: undefined }
  await context.calls.call(systemCalls.tileReset, request)
  return memory
}

/** Names of semaphores that root creates, from its arguments: `sem=NAME`. Services section 5.3. */
const semaphoreArgument = /^sem=(.+)$/

const createStock = async (context: Context, inventory: Inventory, gates: Gates, config: AppConfig): Promise<Stock> => {
  const { calls } = context
  const semaphores = new Map<string, number>()
  for (const argument of config.args.slice(1)) {
    const name = semaphoreArgument.exec(argument)?.[1]
    if (name === undefined) continue
    const dst = context.selector()
    await calls.call(systemCalls.createSem, { dst, value: 0 })
    semaphores.set(name, dst)
  }
  const tileOf = (id: number): FreeTile => inventory.tiles.get(id) ?? refuse('NoFreeTile')
  return {
    memory: new MemoryPool(inventory.memories),
    modules: inventory.modules,
    receiveGates: gates,
    semaphores,
    serial: serialSelector,
    tile: (id) => tileOf(id).selector,
    startTile: async (id) => {
      await prepareTile(context, inventory, tileOf(id))
    },
    stopTile: async (id) => {
      const request = { tile: tileOf(id).selector, muxMemory: Number(selectors.invalid), eps: undefined }
      await calls.call(systemCalls.tileReset, request)
    },
  }
}

const memoryBytesOf = (descriptor: bigint): number => Number(decode(tileDescriptor, descriptor).memoryPages) * 4096

const tileAt = ({ tiles }: Inventory, { id }: Place): FreeTile => {
  const tile = tiles.get(id)
  if (tile === undefined) throw new CallError(codes.NoFreeTile)
  return tile
}

/** What somebody else still uses stays with whom it was split off for: root goes on. */
const stillUsed = (reason: unknown): void => {
  if (!(reason instanceof CallError && reason.code === codes.NotRevocable)) throw reason
}

/** Send gates of an application, by their names there. */
const createSendGates = async (context: Context, gates: Gates, { sendGates }: AppConfig) => {
  const made = new Map<string, number>()
  for (const { localName, globalName, credits, label } of sendGates) {
    const dst = context.selector()
    const rgate = gates.get(globalName) as number
    const request = { dst, rgate, label, credits: credits === 0 ? unlimitedCredits : credits }
    await context.calls.call(systemCalls.createSgate, request)
    made.set(localName, dst)
  }
  return made
}

/** Creates an application's activity, gives it what its configuration says, and starts it. */
const launch = async (
  context: Context,
  inventory: Inventory,
  gates: Gates,
  manager: ResourceManager,
  shares: Shares,
  { app, place, extra }: Placement,
): Promise<Started> => {
  const tile = tileAt(inventory, place)
  const program = app.args[0] as string
  const image = await readModule(inventory, program)
  const tileMemory = await prepareTile(context, inventory, tile)
  const share = await takeShare(context, shares, app, tile.selector)
  const own = { ...tile, selector: share.tile }
  const child = await createChild(context, program, own, tileMemory, share.kernelMemory)
  const sendGates = await createSendGates(context, gates, app)
  const tiles = extra.map((each): TileGrant => {
    const { id, descriptor } = tileAt(inventory, each)
    return { id, descriptor, holder: undefined, running: true }
  })
  const resources: Resource[] = []
  const resourceManager = Number(selectors.firstFree)
  await manager.addClient(app, child, resourceManager, { ...share, tiles, sendGates, taken: new Set() })
  let next = resourceManager + 1
  const give = async (resource: Omit<Resource, 'selector'>, transfer: (selector: number) => Promise<unknown>) => {
    await transfer(next)
    resources.push({ ...resource, selector: next++ })
  }
  const plain = { first: 0n, second: 0n }

  for (const { localName: name, globalName } of app.receiveGates)
    await give({ kind: 'receive gate', name, ...plain }, (selector) =>
      context.calls.delegate(child.selector, gates.get(globalName) as number, selector),
    )
  for (const [name, gate] of sendGates)
    await give({ kind: 'send gate', name, ...plain }, (selector) =>
      context.calls.delegate(child.selector, gate, selector),
    )
  const deriveInto = (gate: MemoryGate, size: number, permissions: number) => (selector: number) =>
    context.calls.call(systemCalls.deriveMem, {
      act: child.selector,
      dst: selector,
      src: gate.selector,
      offset: 0,
      size,
      permissions,
    })
  for (const { localName: name, globalName, permissions } of app.modules) {
    const module = inventory.modules.get(globalName)
    if (module === undefined) throw new ConfigError(`there is no boot module '${globalName}'`)
    const { gate, bytes } = module
    await give({ kind: 'module', name, first: BigInt(bytes), second: 0n }, deriveInto(gate, bytes, permissions))
  }
  for (const each of extra) {
    const { id, descriptor, selector: own } = tileAt(inventory, each)
    const memory = await prepareTile(context, inventory, tileAt(inventory, each))
    const facts = { name: each.name, first: BigInt(id), second: descriptor }
    await give({ kind: 'tile', ...facts }, (selector) => context.calls.delegate(child.selector, own, selector))
    await give({ kind: 'tile memory', ...facts }, deriveInto(memory, memoryBytesOf(descriptor), 7))
  }
  const data = encodeResources(resources)
  await startChild(context, child, { image, args: app.args, firstSelector: next, data, resourceManager })
  const release = async (): Promise<void> => {
    await context.calls.revoke(child.selector)
    for (const gate of sendGates.values()) await context.calls.revoke(gate)
    for (const each of [share.tile, share.kernelMemory]) await context.calls.revoke(each).catch(stillUsed)
  }
  return { child, release }
}
