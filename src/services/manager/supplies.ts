/** Memory, tiles, gates, semaphores and modules of programs, as their configuration allows. Source: services section 5.1. */
import { decode, tileDescriptor } from '#layout'
import { codes, pageBytes, systemCalls, WordWriter } from '#kernel'
import type { WordReader } from '#kernel'
import type { MemoryGate } from '../library/memory-gate.ts'
import type { Context } from '../runtime/context.ts'
import { layerOf } from './clients.ts'
import type { Client, TileGrant } from './clients.ts'
import type { MemoryPool } from './memory-pool.ts'
import { countIndex, infoNameCharacters, infoTags, managerOperations } from './protocol.ts'
import { refuse } from './refuse.ts'

/** What a manager has to give. Names are those of the whole configuration. */
export interface Stock {
  readonly memory: MemoryPool
  readonly modules: ReadonlyMap<string, { readonly gate: MemoryGate; readonly bytes: number }>
  readonly receiveGates: ReadonlyMap<string, number>
  readonly semaphores: ReadonlyMap<string, number>
  readonly serial: number
  /** The whole of a tile, by its NoC id. */
  tile(id: number): number
  startTile(id: number): Promise<void>
  stopTile(id: number): Promise<void>
}

type Handler = (client: Client, fields: WordReader) => Promise<WordWriter>

const permissionsMask = 7n

export class Supplies {
  readonly #context: Context
  readonly #stock: Stock
  readonly #all: () => readonly Client[]
  readonly #handlers: ReadonlyMap<number, Handler>

  /** `all` gives the programs that there are. */
  constructor(context: Context, stock: Stock, all: () => readonly Client[]) {
    this.#context = context
    this.#stock = stock
    this.#all = all
    const o = managerOperations
    this.#handlers = new Map<number, Handler>([
      [o.allocateMemory, (client, fields) => this.#allocateMemory(client, fields.word(), fields.word(), fields.word())],
      [o.freeMemory, (client, fields) => this.#freeMemory(client, fields.word())],
      [o.allocateTile, (client, fields) => this.#allocateTile(client, fields.word(), fields.word(), fields.word())],
      [o.freeTile, (client, fields) => this.#freeTile(client, fields.word())],
      [o.useReceiveGate, (client, fields) => this.#useReceiveGate(client, fields.word(), fields.text())],
      [o.useSendGate, (client, fields) => this.#useSendGate(client, fields.word(), fields.text())],
      [o.useSemaphore, (client, fields) => this.#useSemaphore(client, fields.word(), fields.text())],
      [o.useModule, (client, fields) => this.#useModule(client, fields.word(), fields.text())],
      [o.getSerial, (client, fields) => this.#getSerial(client, fields.word())],
      [o.getInfo, (client, fields) => this.#getInfo(client, fields.word())],
    ])
  }

  /**
   * Handles a request; gives the whole answer.
   *
   * Rejects: CallError with the code of services section 5.1; Malformed.
   */
  async handle(client: Client, operation: number, fields: WordReader): Promise<WordWriter> {
    return (this.#handlers.get(operation) ?? refuse('InvArgs'))(client, fields)
  }

  /** Takes back what a program had; its activity is dead. */
  async release(client: Client): Promise<void> {
    for (const selector of [...client.memories.keys()]) await this.#freeMemory(client, selector)
    for (const tile of client.grants.tiles)
      if (tile.holder?.client === client) {
        const { own } = tile.holder
        tile.holder = undefined
        await this.#context.calls.revoke(own)
      }
  }

  async #allocateMemory(client: Client, dst: bigint, size: bigint, permissions: bigint): Promise<WordWriter> {
    if (size === 0n || (permissions & ~permissionsMask) !== 0n) refuse('InvArgs')
    const { memory } = client.grants
    if (size > BigInt(memory.left)) refuse('NoSpace')
    const bytes = Math.ceil(Number(size) / pageBytes) * pageBytes
    if (bytes > memory.left) refuse('NoSpace')
    const piece = this.#stock.memory.take(bytes) ?? refuse('NoSpace')
    try {
      const place = { src: piece.gate, offset: piece.offset, size: bytes, permissions: Number(permissions) }
      await this.#context.calls.call(systemCalls.deriveMem, { act: client.activity, dst, ...place })
    } catch (reason) {
      this.#stock.memory.giveBack(piece)
      throw reason
    }
    memory.left -= bytes
    client.memories.set(dst, piece)
    return answer()
  }

  async #freeMemory(client: Client, selector: bigint): Promise<WordWriter> {
    const piece = client.memories.get(selector) ?? refuse('InvArgs')
    await this.#takeAway(client, selector)
    client.memories.delete(selector)
    client.grants.memory.left += piece.bytes
    this.#stock.memory.giveBack(piece)
    return answer()
  }

  async #allocateTile(client: Client, dst: bigint, wanted: bigint, init: bigint): Promise<WordWriter> {
    const fitting = client.grants.tiles.filter(({ descriptor }) => fits(descriptor, wanted))
    if (fitting.length === 0) refuse('InvArgs')
    const grant = fitting.find(({ holder }) => holder === undefined) ?? refuse('NotFound')
    const { calls } = this.#context
    if (init === 1n && !grant.running) {
      await this.#stock.startTile(grant.id)
      grant.running = true
    }
    // A share of the tile: who holds it cannot reset the tile or touch its protection.
    const own = this.#context.selector()
    const request = { tile: this.#stock.tile(grant.id), dst: own, eps: undefined, time: undefined, pts: undefined }
    await calls.call(systemCalls.deriveTile, request)
    try {
      await calls.delegate(client.activity, own, Number(dst))
    } catch (reason) {
      await calls.revoke(own)
      throw reason
    }
    grant.holder = { client, theirs: dst, own }
    return answer().word(grant.id).word(grant.descriptor)
  }

  async #freeTile(client: Client, selector: bigint): Promise<WordWriter> {
    const isIt = ({ holder }: TileGrant): boolean => holder?.client === client && holder.theirs === selector
    const grant = client.grants.tiles.find(isIt) ?? refuse('InvArgs')
    const { calls } = this.#context
    // In use: NotRevocable. Another share of it in use: InvState, and then it stays as it is.
    await calls.revoke(grant.holder?.own ?? 0)
    grant.holder = undefined
    if (grant.running) {
      await this.#stock.stopTile(grant.id)
      grant.running = false
    }
    return answer()
  }

  async #useReceiveGate(client: Client, dst: bigint, name: string): Promise<WordWriter> {
    const config = client.app.receiveGates.find(({ localName }) => localName === name) ?? refuse('InvArgs')
    const selector = this.#stock.receiveGates.get(config.globalName) ?? refuse('NotFound')
    await this.#give(client, selector, dst)
    const { order, messageOrder } = await this.#context.calls.call(systemCalls.rgateBuffer, { rgate: selector })
    return answer().word(order).word(messageOrder)
  }

  async #useSendGate(client: Client, dst: bigint, name: string): Promise<WordWriter> {
    const selector = client.grants.sendGates.get(name) ?? refuse('InvArgs')
    const mark = `send gate ${name}`
    if (client.grants.taken.has(mark)) refuse('Exists')
    await this.#give(client, selector, dst)
    client.grants.taken.add(mark)
    return answer()
  }

  async #useSemaphore(client: Client, dst: bigint, name: string): Promise<WordWriter> {
    const config = client.app.semaphores.find(({ localName }) => localName === name) ?? refuse('InvArgs')
    await this.#give(client, this.#stock.semaphores.get(config.globalName) ?? refuse('NotFound'), dst)
    return answer()
  }

  async #useModule(client: Client, dst: bigint, name: string): Promise<WordWriter> {
    const config = client.app.modules.find(({ localName }) => localName === name) ?? refuse('InvArgs')
    const { gate, bytes } = this.#stock.modules.get(config.globalName) ?? refuse('NotFound')
    const { permissions } = config
    const request = { act: client.activity, dst, src: gate.selector, offset: 0, size: bytes, permissions }
    await this.#context.calls.call(systemCalls.deriveMem, request)
    return answer()
  }

  async #getSerial(client: Client, dst: bigint): Promise<WordWriter> {
    const { taken } = client.grants
    if (!client.app.serial || taken.has('serial')) refuse('InvArgs')
    await this.#give(client, this.#stock.serial, dst)
    taken.add('serial')
    return answer()
  }

  async #getInfo(client: Client, index: bigint): Promise<WordWriter> {
    if (!client.app.getInfo) refuse('NoPerm')
    const all = this.#all()
    if (index === countIndex) return answer().word(infoTags.count).word(all.length).word(layerOf(client))
    const about = (index < 1024n ? all[Number(index)] : undefined) ?? refuse('NotFound')
    const { calls } = this.#context
    const { grants } = about
    const kmem = await calls.call(systemCalls.kmemQuota, { kmem: grants.kernelMemory })
    const { quotas } = await calls.call(systemCalls.tileQuota, { tile: grants.tile })
    const words = answer().word(infoTags.program).word(about.id).word(layerOf(about))
    words.text(about.name.slice(0, infoNameCharacters)).word(about.app.daemon ? 1 : 0)
    words.word(about.id).word(grants.memory.total).word(grants.memory.left)
    words.word(kmem.id).word(kmem.total).word(kmem.left)
    for (const each of quotas) words.word(each)
    return words.word(about.tile)
  }

  /** Gives a program a clone of an own capability. */
  async #give(client: Client, selector: number, dst: bigint): Promise<void> {
    await this.#context.calls.delegate(client.activity, selector, Number(dst))
  }

  /** Takes a capability away from a program; one that is gone already is no matter. */
  async #takeAway(client: Client, start: bigint): Promise<void> {
    const request = { act: client.activity, range: { start, count: 1 }, own: true }
    await this.#context.calls.call(systemCalls.revoke, request)
  }
}

const answer = (): WordWriter => new WordWriter().word(codes.Success)

/** Whether a tile is of the wanted kind: type, ISA unless it is 0, and all wanted attributes. Services section 5.1, AllocTile. */
const fits = (descriptor: bigint, wanted: bigint): boolean => {
  const [is, asked] = [decode(tileDescriptor, descriptor), decode(tileDescriptor, wanted)]
  return (
    is.type === asked.type &&
    (asked.isa === 0 || is.isa === asked.isa) &&
    (Number(is.attributes) & Number(asked.attributes)) === Number(asked.attributes)
  )
}
