/**
 * Packets that a module gets in one class: each flit the front of a queue, and what the receive guard may take away. A guard
 * drops packets where they enter the interface's queue, which nobody else sees: so a step "a packet was dropped" is an
 * allowance, and the packet is known when a later one of its queue arrives. NoC sections 2.9, 10.7 and 13.1.
 */
import { bodyFlit } from '#layout'
import { fieldMask, hex } from './bits.ts'
import { flitBurst, flitSource } from './flits.ts'
import { Queue } from './queue.ts'
import { refuse } from './refusal.ts'
import type { Refusal } from './refusal.ts'

/** A flit inside the network. */
export interface Travelling {
  readonly flit: bigint
  /** Bits that are not specified. */
  readonly open: bigint
  /** Cycle of the injection. */
  readonly cycle: number
}

/** A queue of one source, target and class. */
export interface Channel {
  /** Index of the source module; below 0 for the answers of an interface and of registers. */
  readonly source: number
  /** Whether its packets come over the network, where a guard can drop them. */
  readonly isRemote: boolean
  readonly flits: Queue<Travelling>
}

const selectMask = fieldMask(bodyFlit, 'bsel')
const controlMask = selectMask | fieldMask(bodyFlit, 'burst') | fieldMask(bodyFlit, 'arq')

const differs = (front: Travelling, flit: bigint): boolean =>
  front.flit !== flit && ((front.flit ^ flit) & ~front.open) !== 0n

/** Whether a flit stands for one that was dropped: bsel 0x00, and the tail where the tail was. */
const standsFor = (flit: bigint, { flit: lost }: Travelling): boolean =>
  (flit & controlMask) === (lost & controlMask & ~selectMask)

export class Arriving {
  /** The channel whose packet is being delivered, if it is in the middle of one. */
  channel: Channel | undefined
  /** Packets that were dropped and are not known yet. */
  #dropped = 0
  /** The guard has fired before; this packet was torn apart then. */
  #hasFired = false
  #isTorn = false
  /** Packets that ended with bsel 0x00 after a guard had fired: torn or not, they look the same. */
  #perhapsTorn = 0
  /** Since when the module could have refused flits of the packet at the front, and how many it took since then. */
  #since = 0
  #taken = 0

  /** Why a flit may not be delivered now. */
  deliver(
    flit: bigint,
    channelOf: (head: bigint) => Channel | undefined,
    cycle: number,
  ): { readonly channel: Channel } | { readonly refusal: Refusal } {
    const channel = this.channel ?? channelOf(flit)
    const front = channel?.flits.front
    if (channel === undefined || front === undefined)
      return {
        refusal: refuse(
          'no flit',
          this.channel
            ? 'the rest of the packet was not injected yet'
            : `nothing is on its way from ${hex(flitSource(flit))}`,
          'noc.md 13.1',
        ),
      }
    const refusal = this.channel ? this.#body(channel, front, flit) : this.#head(channel, front, flit)
    if (refusal !== undefined) return { refusal }
    this.#taken++
    if (flitBurst(flit)) return { channel }
    this.#since = cycle + 1
    this.#taken = 0
    return this.#tail(flit) ?? { channel }
  }

  /** The receive guard fires: the module has refused flits of a packet for `limit` cycles. */
  refuse(limit: number, cycle: number): Refusal | undefined {
    if (limit === 0) return refuse('no guard', 'the module takes flits in any case', 'noc.md 10.7')
    const refused = cycle + 1 - this.#since - this.#taken
    if (refused < limit)
      return refuse(`${limit} cycles of refusal`, `the module refused for at most ${refused}`, 'noc.md 10.7')
    this.#since = cycle + 1
    this.#taken = 0
    this.#hasFired = true
    return undefined
  }

  /** A packet was dropped, in part or as a whole. */
  drop(): Refusal | undefined {
    if (!this.#hasFired)
      return refuse('no dropped packet', 'packets are dropped when a module has refused for too long', 'noc.md 10.7')
    this.#dropped++
    return undefined
  }

  /** Whether the packets that are left in these channels are those that were dropped. */
  accountsFor(channels: readonly Channel[]): boolean {
    const isWhole = ({ flits }: Channel): boolean => flits.length === 0 || !flitBurst(lastOf(flits))
    if (this.channel !== undefined || !channels.every(isWhole)) return false
    const left = channels.reduce((sum, { flits }) => sum + packetsIn(flits), 0)
    const unknown = this.#dropped - left
    return unknown >= 0 && unknown <= this.#perhapsTorn
  }

  #head(channel: Channel, front: Travelling, flit: bigint): Refusal | undefined {
    let next = front
    while (differs(next, flit)) {
      if (!channel.isRemote || this.#dropped === 0 || !hasWholePacket(channel.flits)) return inOrder(front)
      skipPacket(channel.flits)
      this.#dropped--
      if (channel.flits.front === undefined) return inOrder(front)
      next = channel.flits.front
    }
    return undefined
  }

  #body(channel: Channel, front: Travelling, flit: bigint): Refusal | undefined {
    if (!this.#isTorn && !differs(front, flit)) return undefined
    if (!channel.isRemote || !this.#hasFired || !standsFor(flit, front)) return inOrder(front)
    this.#isTorn = true
    return undefined
  }

  #tail(flit: bigint): { readonly refusal: Refusal } | undefined {
    const wasTorn = this.#isTorn
    this.#isTorn = false
    if (!wasTorn) {
      if (this.channel !== undefined && this.#hasFired && (flit & selectMask) === 0n) this.#perhapsTorn++
      return undefined
    }
    if (this.#dropped === 0) return { refusal: refuse('the whole packet', 'nothing of it was dropped', 'noc.md 10.7') }
    this.#dropped--
    return undefined
  }
}

const inOrder = ({ flit }: Travelling): Refusal =>
  refuse(hex(flit), 'a delivered flit is the front of its queue, intact and in order', 'noc.md 2.9')

const hasWholePacket = (flits: Queue<Travelling>): boolean => {
  for (let index = 0; index < flits.length; index++) if (!flitBurst((flits.at(index) as Travelling).flit)) return true
  return false
}

const lastOf = (flits: Queue<Travelling>): bigint => (flits.at(flits.length - 1) as Travelling).flit

const skipPacket = (flits: Queue<Travelling>): void => {
  while (flitBurst((flits.shift() as Travelling).flit));
}

const packetsIn = (flits: Queue<Travelling>): number => {
  let count = 0
  for (let index = 0; index < flits.length; index++) if (!flitBurst((flits.at(index) as Travelling).flit)) count++
  return count
}
