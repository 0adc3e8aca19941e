// Moves packets over a carrier and checks every flit that arrives: exactly once, intact, in order. NoC section 14, T-2.

import { hostId } from '#layout'
import type { Network } from '#topology'
import { type Carrier, flitWords } from './carrier.ts'
import { burstAt, modeOfClass, putBody, putHead } from './flit-words.ts'
import { notYet, PacketTable } from './packet-table.ts'

/** What the modules do besides sending. */
export interface ExchangeSettings {
  readonly carrier: Carrier
  readonly network: Pick<Network, 'modules' | 'chip'>
  /** Fills `accepts` before each cycle. Without it, modules take what comes. */
  readonly accept?: (accepts: Uint8Array, cycle: number) => void
  /** Whether a stream with a flit offers it from this cycle on. Without it, always. */
  readonly offer?: (stream: number, cycle: number) => boolean
  /** A packet's tail was handed over. */
  readonly onDelivered?: (packet: number, cycle: number) => void
  /** A packet's tail was taken by the network. */
  readonly onSent?: (packet: number, cycle: number) => void
}

/** Packets of a stream that wait, and how far the first of them got. */
class Outgoing {
  #packets: number[] = []
  #first = 0
  /** Flits of the first packet that were taken. */
  sent = 0

  get waiting(): number {
    return this.#packets.length - this.#first
  }

  get first(): number {
    return this.#packets[this.#first] ?? notYet
  }

  push(packet: number): void {
    this.#packets.push(packet)
  }

  next(): void {
    this.#first++
    this.sent = 0
    if (this.#first < 1024 || 2 * this.#first < this.#packets.length) return
    this.#packets = this.#packets.slice(this.#first)
    this.#first = 0
  }
}

const mostFaults = 20

/** Modules that exchange packets over a network. */
export class Exchange {
  readonly packets = new PacketTable()
  /** What arrived wrongly, the first 20. Empty when all is well. */
  readonly faults: string[] = []
  /** Flits that arrived, by module that sent them; set to 0 by whoever counts anew. */
  readonly flitsFrom: Float64Array
  /** Cycles that ran. */
  cycle = 0
  /** Packets that arrived. */
  delivered = 0
  /** Last cycle in which any flit was taken or handed over. */
  lastMove = 0

  readonly #settings: ExchangeSettings
  readonly #outgoing: readonly Outgoing[]
  readonly #mods: readonly number[]
  readonly #chip: number
  /** By stream: the packet that is arriving, and how many of its flits did. */
  readonly #arriving: Float64Array
  readonly #flitsArrived: Float64Array
  readonly #expected = new Uint32Array(flitWords)

  constructor(settings: ExchangeSettings) {
    const { carrier, network } = settings
    const streams = carrier.modules * carrier.classes
    this.#settings = settings
    this.#outgoing = Array.from({ length: streams }, () => new Outgoing())
    this.#mods = network.modules.map(({ mod }) => mod)
    this.#chip = network.chip
    this.#arriving = new Float64Array(streams).fill(notYet)
    this.#flitsArrived = new Float64Array(streams)
    this.flitsFrom = new Float64Array(carrier.modules)
    carrier.offers.fill(0)
    carrier.accepts.fill(1)
  }

  /** Puts a packet of `flits` flits at the end of a module's queue; returns its number. */
  send(source: number, target: number, messageClass: number, flits: number, tag = 0): number {
    const number = this.packets.add(source, target, messageClass, flits, this.cycle, tag)
    this.#outgoing[source * this.#settings.carrier.classes + messageClass]!.push(number)
    return number
  }

  /** Packets of a module and class whose tail the network did not take yet. */
  waiting(module: number, messageClass: number): number {
    return this.#outgoing[module * this.#settings.carrier.classes + messageClass]!.waiting
  }

  /** Whether packets were sent that did not arrive. */
  get busy(): boolean {
    return this.delivered < this.packets.count
  }

  /** Runs one cycle. */
  step(): void {
    const { carrier, accept } = this.#settings
    this.#offer()
    accept?.(carrier.accepts, this.cycle)
    carrier.cycle()
    this.#take()
    this.#receive()
    this.cycle++
  }

  /**
   * Runs until all packets arrived, or nothing moved for `limit` cycles; returns whether all arrived. Packets that did not
   * are no faults: ask `busy`.
   */
  drain(limit: number): boolean {
    const from = this.cycle
    while (this.busy && this.cycle - Math.max(from, this.lastMove) < limit) this.step()
    return !this.busy
  }

  #offer(): void {
    const { carrier, offer } = this.#settings
    const { offers, offered } = carrier
    for (let stream = 0; stream < offers.length; stream++) {
      if (offers[stream] === 1) continue
      const outgoing = this.#outgoing[stream]!
      const packet = outgoing.first
      if (packet === notYet) continue
      if (outgoing.sent === 0 && this.packets.front(packet) === notYet) this.packets.atFront(packet, this.cycle)
      if (offer !== undefined && !offer(stream, this.cycle)) continue
      offers[stream] = 1
      this.#write(offered, stream * flitWords, packet, outgoing.sent, false)
    }
  }

  #take(): void {
    const { carrier, onSent } = this.#settings
    const { offers, taken } = carrier
    for (let stream = 0; stream < offers.length; stream++) {
      if (taken[stream] === 0) continue
      offers[stream] = 0
      this.lastMove = this.cycle
      const outgoing = this.#outgoing[stream]!
      const packet = outgoing.first
      if (++outgoing.sent < this.packets.flits(packet)) continue
      outgoing.next()
      onSent?.(packet, this.cycle)
    }
  }

  #receive(): void {
    const { arrives, arrived, classes } = this.#settings.carrier
    for (let stream = 0; stream < arrives.length; stream++) {
      if (arrives[stream] === 0) continue
      this.lastMove = this.cycle
      const at = stream * flitWords
      if (this.#arriving[stream] === notYet) {
        const packet = arrived[at + 2]!
        if (!this.#begins(packet, Math.floor(stream / classes), stream % classes)) continue
        this.#arriving[stream] = packet
        this.#flitsArrived[stream] = 0
      }
      const packet = this.#arriving[stream]!
      const index = this.#flitsArrived[stream]!
      this.#write(this.#expected, 0, packet, index, true)
      for (let word = 0; word < flitWords; word++) {
        if (arrived[at + word] !== this.#expected[word]) {
          this.#fault(`flit ${index} of ${this.#text(packet)} changed`)
          break
        }
      }
      this.flitsFrom[this.packets.source(packet)]! += 1
      this.#flitsArrived[stream] = index + 1
      if (burstAt(arrived, at)) continue
      if (index + 1 !== this.packets.flits(packet)) this.#fault(`${this.#text(packet)} ended after ${index + 1} flits`)
      this.#arriving[stream] = notYet
      this.packets.deliver(packet, this.cycle)
      this.delivered++
      this.#settings.onDelivered?.(packet, this.cycle)
    }
  }

  /** Whether a head with this packet number may arrive at a module in a class. */
  #begins(packet: number, module: number, messageClass: number): boolean {
    const { packets } = this
    if (packet >= packets.count) {
      this.#fault(`module ${module} got a packet ${packet} that nobody sent`)
      return false
    }
    const previous = packets.previous(packet)
    const text = this.#text(packet)
    if (packets.target(packet) !== module || packets.class(packet) !== messageClass)
      this.#fault(`${text} arrived at module ${module} in class ${messageClass}`)
    if (packets.delivered(packet) !== notYet) this.#fault(`${text} arrived twice`)
    if (previous !== notYet && packets.delivered(previous) === notYet)
      this.#fault(`${text} arrived before packet ${previous}, which was sent before`)
    return true
  }

  #write(words: Uint32Array, at: number, packet: number, index: number, isStamped: boolean): void {
    const { packets } = this
    const flits = packets.flits(packet)
    if (index > 0) {
      const line = [packet, index, ~packet, Math.imul(packet + 1, 0x9e3779b1) ^ index]
      putBody(words, at, index === flits - 1, line)
      return
    }
    // Senders lie about who they are; interfaces know better.
    const source = isStamped ? this.#mods[packets.source(packet)]! : packet & 0xff
    putHead(words, at, {
      burst: flits > 1,
      sourceMod: source,
      sourceChip: isStamped ? this.#chip : hostId.chip - 1,
      targetMod: this.#mods[packets.target(packet)]!,
      targetChip: this.#chip,
      mode: modeOfClass[packets.class(packet)]!,
      address: packet,
      low: flits > 1 ? flits - 1 : ~packet,
      high: Math.imul(packet + 1, 0x9e3779b1),
    })
  }

  #text(packet: number): string {
    const { packets } = this
    return (
      `packet ${packet} (${packets.flits(packet)} flits, module ${packets.source(packet)} to ` +
      `${packets.target(packet)}, class ${packets.class(packet)})`
    )
  }

  #fault(text: string): void {
    if (this.faults.length < mostFaults) this.faults.push(`cycle ${this.cycle}: ${text}`)
  }
}
