// A closed load like that of M³: calls between tiles, bulk transfers, caches. NoC section 12.1.

import type { Network } from '#topology'
import type { Carrier } from './carrier.ts'
import { type Draws, drawsOf } from './draws.ts'
import { Exchange } from './exchange.ts'
import { type Times, timesOf } from './metrics.ts'
import { trafficModules } from './patterns.ts'

/** Who does what, by index of the modules. */
export interface RpcMix {
  readonly clients: readonly number[]
  readonly servers: readonly number[]
  readonly memories: readonly number[]
  /** Tiles with a cache in front of the network: needs four classes. @defaultValue none */
  readonly cached?: readonly number[]
  readonly seed: number
  /** @defaultValue 4000 */
  readonly warmUp?: number
  /** @defaultValue 16000 */
  readonly cycles?: number
}

/** What came of it. */
export interface RpcMixResult {
  readonly callsPer1000Cycles: number
  /** From a call to the last flit of its reply, in cycles. */
  readonly roundTrip: Times
  /** Part of the round trips that call and reply were in the network or waited for it, 0 to 1. */
  readonly networkShare: number
  readonly faults: readonly string[]
}

/**
 * The roles of NoC section 12.1: three quarters of the processing tiles are clients, the rest servers; in the order of the
 * modules.
 */
export const rpcRoles = (network: Pick<Network, 'modules'>): Pick<RpcMix, 'clients' | 'servers' | 'memories'> => {
  const ofKind = (matches: (kind: string) => boolean): readonly number[] =>
    trafficModules(network).flatMap(({ index, kind }) => (matches(kind) ? [index] : []))
  const processing = ofKind((kind) => kind !== 'memory' && kind !== 'host' && kind !== 'uart')
  const clients = Math.round((processing.length * 3) / 4)
  return {
    clients: processing.slice(0, clients),
    servers: processing.slice(clients),
    memories: ofKind((kind) => kind === 'memory'),
  }
}

const classOf = { request: 0, response: 1, bypass: 2, refill: 3 } as const
const acknowledgeAfter = 10
const bulkBursts = 8
const burstFlits = 33
const lineFlits = 5

/** What a packet is, for whoever gets it: kind and number of the transaction. */
const kinds = [
  'call',
  'reply',
  'acknowledge',
  'readBulk',
  'bulkData',
  'writeBulk',
  'refill',
  'line',
  'writeBack',
] as const
type Kind = (typeof kinds)[number]

/** A call from its making to its reply. */
interface Call {
  readonly client: number
  readonly begun: number
  inNetwork: number
}

/** Runs the load; the carrier is reset before. */
export const rpcMix = (
  carrier: Carrier,
  network: Pick<Network, 'modules' | 'chip'>,
  { clients, servers, memories, cached = [], seed, warmUp = 4000, cycles = 16_000 }: RpcMix,
): RpcMixResult => {
  carrier.reset()
  const draws = drawsOf(seed)
  const later = new Map<number, (() => void)[]>()
  const calls: Call[] = []
  const bulks: { readonly client: number; left: number }[] = []
  const serverFree = new Map(servers.map((server) => [server, 0]))
  const times: number[] = []
  let inNetwork = 0
  const end = warmUp + cycles

  const exchange: Exchange = new Exchange({
    carrier,
    network,
    onDelivered: (packet, cycle) => {
      const { packets } = exchange
      const tag = packets.tag(packet)
      const travelled = cycle - packets.generated(packet)
      arrived(
        kinds[tag % kinds.length]!,
        Math.floor(tag / kinds.length),
        packets.target(packet),
        packets.source(packet),
        travelled,
      )
    },
  })
  const after = (delay: number, what: () => void): void => {
    const at = exchange.cycle + Math.max(1, delay)
    later.set(at, [...(later.get(at) ?? []), what])
  }
  const send = (kind: Kind, number: number, from: number, to: number, messageClass: number, flits: number): void => {
    exchange.send(from, to, messageClass, flits, number * kinds.length + kinds.indexOf(kind))
  }
  const pick = (from: readonly number[]): number => from[draws.below(from.length)]!

  const think = (client: number): void => {
    after(draws.between(0, 400), () => {
      calls.push({ client, begun: exchange.cycle, inNetwork: 0 })
      send('call', calls.length - 1, client, pick(servers), classOf.request, 3 + Math.ceil(callBytes(draws) / 16))
    })
  }
  const bulk = (client: number): void => {
    const number = bulks.push({ client, left: bulkBursts }) - 1
    const memory = pick(memories)
    if (draws.happens(0.5)) return send('readBulk', number, client, memory, classOf.request, 1)
    for (let burst = 0; burst < bulkBursts; burst++)
      send('writeBulk', number, client, memory, classOf.request, burstFlits)
  }
  const bulkPart = (number: number): void => {
    const transfer = bulks[number]!
    if (--transfer.left === 0) think(transfer.client)
  }
  const serve = (number: number, server: number, client: number): void => {
    const begins = Math.max(exchange.cycle, serverFree.get(server) ?? 0)
    const ends = begins + draws.between(50, 300)
    serverFree.set(server, ends)
    after(ends - exchange.cycle, () => {
      send('reply', number, server, client, classOf.request, draws.between(3, 7))
    })
  }
  const finish = (number: number): void => {
    const call = calls[number]!
    const time = exchange.cycle - call.begun
    if (exchange.cycle >= warmUp && exchange.cycle < end) {
      times.push(time)
      inNetwork += call.inNetwork
    }
    if (memories.length > 0 && draws.happens(0.3)) bulk(call.client)
    else think(call.client)
  }
  const arrived = (kind: Kind, number: number, at: number, from: number, travelled: number): void => {
    const acknowledge = (tag: number): void => {
      after(acknowledgeAfter, () => {
        send('acknowledge', tag, at, from, classOf.response, 1)
      })
    }
    switch (kind) {
      case 'call':
        calls[number]!.inNetwork += travelled
        acknowledge(0)
        return serve(number, at, from)
      case 'reply':
        calls[number]!.inNetwork += travelled
        acknowledge(0)
        return finish(number)
      case 'acknowledge':
        if (number > 0) bulkPart(number - 1)
        return
      case 'writeBulk':
        return acknowledge(number + 1)
      case 'readBulk':
        for (let burst = 0; burst < bulkBursts; burst++)
          send('bulkData', number, at, from, classOf.response, burstFlits)
        return
      case 'bulkData':
        return bulkPart(number)
      case 'refill':
        after(acknowledgeAfter, () => {
          send('line', 0, at, from, classOf.refill, lineFlits)
        })
        return
      case 'line':
      case 'writeBack':
    }
  }

  for (const client of clients) think(client)
  while (exchange.cycle < end) {
    for (const what of later.get(exchange.cycle) ?? []) what()
    later.delete(exchange.cycle)
    for (const tile of cached) {
      if (!draws.happens(1 / 100)) continue
      const memory = pick(memories)
      if (draws.happens(0.3)) send('writeBack', 0, tile, memory, classOf.bypass, lineFlits)
      send('refill', 0, tile, memory, classOf.bypass, 1)
    }
    exchange.step()
  }
  const roundTrip = timesOf(times)
  return {
    callsPer1000Cycles: (times.length / cycles) * 1000,
    roundTrip,
    networkShare: inNetwork / (roundTrip.mean * times.length),
    faults: exchange.faults,
  }
}

/** Bytes of a call: mostly short. */
const callBytes = (draws: Draws): number => {
  const kind = draws.below(100)
  if (kind < 80) return draws.between(32, 64)
  return kind < 95 ? draws.between(128, 256) : draws.between(512, 2016)
}
