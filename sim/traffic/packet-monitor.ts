// Packets as channels show them, with an identity that they keep from injection to delivery. NoC section 13.

import { decode, field, headFlit } from '#layout'

/** A packet whose tail has passed a channel. */
export interface SeenPacket {
  /** Name of the channel. */
  readonly channel: string
  /** NoC ids, `chip << 8 | mod`. */
  readonly source: number
  readonly target: number
  readonly class: number
  /** Which packet of this source, target and class it is, from 0 on: its identity, for they never overtake each other. */
  readonly number: number
  readonly mode: number
  readonly address: number
  /** Length in flits. */
  readonly flits: number
  /** Cycles in which head and tail passed. */
  readonly head: number
  readonly tail: number
  /** Cycles since its head passed the first channel that was watched. */
  readonly latency: number
}

interface Open {
  readonly packet: Omit<SeenPacket, 'flits' | 'tail'>
  flits: number
}

/** Sees the flits of any number of channels. */
export class PacketMonitor {
  readonly #open = new Map<string, Open>()
  readonly #counts = new Map<string, number>()
  readonly #entered = new Map<string, number>()

  /** A flit of 138 bits passes a channel in a message class; `vc` where packets of a class interleave. */
  see(channel: string, messageClass: number, flit: bigint, cycle: number, vc = 0): SeenPacket | undefined {
    const place = `${channel} ${messageClass} ${vc}`
    const open = this.#open.get(place) ?? { packet: this.#begin(channel, messageClass, flit, cycle), flits: 0 }
    open.flits++
    if (field(headFlit, 'burst', flit) === 1) {
      this.#open.set(place, open)
      return undefined
    }
    this.#open.delete(place)
    return { ...open.packet, flits: open.flits, tail: cycle }
  }

  /** Packets of which a channel has shown the head and not the tail. */
  get open(): readonly Omit<SeenPacket, 'flits' | 'tail'>[] {
    return [...this.#open.values()].map(({ packet }) => packet)
  }

  #begin(channel: string, messageClass: number, flit: bigint, cycle: number): Open['packet'] {
    const { sourceChip, sourceMod, targetChip, targetMod, mode, address } = decode(headFlit, flit)
    const [source, target] = [(sourceChip << 8) | sourceMod, (targetChip << 8) | targetMod]
    const pair = `${source} ${target} ${messageClass}`
    const number = this.#counts.get(`${channel} ${pair}`) ?? 0
    this.#counts.set(`${channel} ${pair}`, number + 1)
    const identity = `${pair} ${number}`
    const entered = this.#entered.get(identity) ?? cycle
    this.#entered.set(identity, entered)
    return {
      channel,
      source,
      target,
      class: messageClass,
      number,
      mode,
      address,
      head: cycle,
      latency: cycle - entered,
    }
  }
}
