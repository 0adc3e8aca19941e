/** What the kernel remembers of a user tile: its endpoints in use and its multiplexer. Source: kernel sections 1.9 and 3.9. */
import { memoryOffset } from '#layout'
import { tileFacts } from './addresses.ts'
import type { TileFacts } from './addresses.ts'
import { firstUserEp, protectionEps, tileEpCount } from './numbers.ts'
import type { Endpoint, TileObject } from './objects.ts'
import { Quota } from './quota.ts'
import type { SendQueue } from './send-queue.ts'

/** A user tile. */
export class TileState {
  /** NoC id. */
  readonly id: number
  readonly descriptor: bigint
  readonly facts: TileFacts
  /** First address of the local memory, the same on all tiles. Kernel section 0.3, MEM_OFFSET. */
  readonly memoryBase = memoryOffset
  /** Side calls to the multiplexer. */
  readonly queue: SendQueue
  mux: 'off' | 'running' | 'stopping' = 'off'
  /** Endpoints for the protection of the tile's memory. Kernel section 1.2. */
  readonly protection: readonly Endpoint[]
  /** Activities on this tile, dead ones that were not removed included. */
  activities = 0
  /** Send endpoints anywhere that are configured towards an endpoint of this tile. */
  readonly senders = new Map<number, Set<Endpoint>>()
  readonly #used = new Array<boolean>(tileEpCount).fill(false)

  constructor(id: number, descriptor: bigint, queue: SendQueue) {
    this.id = id
    this.descriptor = descriptor
    this.facts = tileFacts(descriptor)
    this.queue = queue
    this.#used.fill(true, 0, firstUserEp)
    this.protection = Array.from({ length: protectionEps }, (_, ep) => ({
      kind: 'ep',
      activity: undefined,
      tile: this,
      quota: undefined,
      ep,
      replies: 0,
      active: undefined,
      references: 0,
    }))
  }

  /** Whether `count` endpoints from `first` exist and are free. */
  areFree(first: number, count: number): boolean {
    return first + count <= tileEpCount && this.#used.slice(first, first + count).every((used) => !used)
  }

  /** The first of `count` contiguous free endpoints, first fit. */
  findFree(count: number): number | undefined {
    for (let first = firstUserEp; first + count <= tileEpCount; first++) if (this.areFree(first, count)) return first
    return undefined
  }

  mark(first: number, count: number, used: boolean): void {
    this.#used.fill(used, first, first + count)
  }

  /** Endpoints in use beyond the fixed ones. */
  get allocated(): number {
    return this.#used.slice(firstUserEp).filter(Boolean).length
  }

  /** Send endpoints configured towards `ep`. */
  sendersOf(ep: number): Set<Endpoint> {
    const found = this.senders.get(ep) ?? new Set<Endpoint>()
    this.senders.set(ep, found)
    return found
  }
}

/** Number under which a multiplexer keeps all that was not derived. Kernel section 3.10. */
const defaultMuxQuota = 1n

/** The tile object that represents all of a tile. Kernel section 1.10. */
export const rootTileObject = (tile: TileState): TileObject => ({
  kind: 'tile',
  tile,
  quota: new Quota(tile.id, tileEpCount),
  timeQuota: defaultMuxQuota,
  pageTableQuota: defaultMuxQuota,
  parent: undefined,
  users: 0,
})
