/** Tiles whose local memory is a cache in front of the network, and the memory that serves them. NoC section 2.8. */
import { type Carrier, drawsOf, Exchange, notYet } from '#sim/traffic'
import type { Network } from '#topology'

/** Which class carries what. */
export interface CarriedIn {
  readonly request: number
  readonly response: number
  readonly bypass: number
  readonly refill: number
}

export interface CachedTiles {
  readonly tiles: readonly number[]
  readonly memory: number
  readonly in: CarriedIn
  /** READ commands of each tile. */
  readonly reads: number
  readonly seed: number
}

const kinds = ['read', 'data', 'refill', 'line'] as const

/**
 * Each tile reads 512 bytes at a time from the memory, several reads at once. What comes is written into its cache: every
 * packet misses once, and until the line has come through the network the tile takes no more READ_RSP. Lines themselves it
 * takes always: the core bridge has reserved their room. The memory takes no request of a class while 4 answers of it wait.
 */
export const runCachedTiles = (
  carrier: Carrier,
  network: Network,
  { tiles, memory, in: carried, reads, seed }: CachedTiles,
) => {
  carrier.reset()
  const draws = drawsOf(seed)
  const misses = new Map(tiles.map((tile) => [tile, false]))
  const waiting = new Map([
    [carried.response, 0],
    [carried.refill, 0],
  ])
  let done = 0
  const exchange: Exchange = new Exchange({
    carrier,
    network,
    accept: (accepts) => {
      accepts.fill(1)
      const set = (module: number, messageClass: number, takes: boolean): void => {
        accepts[module * carrier.classes + messageClass] = takes ? 1 : 0
      }
      // Where classes share a stream, whoever must not wait waits with the others.
      for (const tile of tiles) if (misses.get(tile) === true) set(tile, carried.response, false)
      if (waiting.get(carried.response)! >= 4) set(memory, carried.request, false)
      if (waiting.get(carried.refill)! >= 4) set(memory, carried.bypass, false)
    },
    onDelivered: (packet) => {
      const { packets } = exchange
      const [from, at] = [packets.source(packet), packets.target(packet)]
      const answer = (messageClass: number, flits: number, kind: number): void => {
        waiting.set(messageClass, waiting.get(messageClass)! + 1)
        exchange.send(at, from, messageClass, flits, kind)
      }
      switch (kinds[packets.tag(packet)]) {
        case 'read':
          return answer(carried.response, 33, 1)
        case 'data':
          done++
          misses.set(at, true)
          exchange.send(at, memory, carried.bypass, 1, 2)
          return
        case 'refill':
          return answer(carried.refill, 5, 3)
        case 'line':
          misses.set(at, false)
          return
        case undefined:
          throw new RangeError(`packet ${packet} is of no kind`)
      }
    },
    onSent: (packet) => {
      const { packets } = exchange
      if (packets.source(packet) !== memory) return
      const messageClass = packets.class(packet)
      waiting.set(messageClass, waiting.get(messageClass)! - 1)
    },
  })
  for (let read = 0; read < reads; read++)
    for (const tile of tiles) if (draws.happens(0.9)) exchange.send(tile, memory, carried.request, 1, 0)
  const all = exchange.drain(1500)
  return { all, done, stuckAt: all ? notYet : exchange.lastMove, faults: exchange.faults }
}
