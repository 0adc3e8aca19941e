/**
 * Data on its way from local memory to the network: the pieces of a WRITE, a READ_RSP, or a message. A line is taken from
 * memory at the load step (a snapshot of 16 bytes) and leaves in the flit that carries it; loads may run ahead of flits.
 * TCU sections 7.3, 7.4, 7.6.
 */
import { lineBytes, modes } from '#layout'
import { bodyControl, bodyMask, cutBody, headWithoutSource, makeBody, makeHead, singleMask } from './flits.ts'
import { lineOf } from './memory.ts'
import { Queue } from './queue.ts'
import { packetBytes, singleBytes } from './segments.ts'

/** Flits that a TCU may have made, and not got rid of, when it is asked to stop. docs/contract.md. */
const madeAtMost = 4

/** Where data comes from and goes to. */
export interface TransferRoute {
  readonly mode: number
  /** NoC ids. */
  readonly own: number
  readonly target: number
  /** Local address of the first byte. */
  readonly source: number
  readonly bytes: number
  /** Address at the target; of a message, the head's whole address field. */
  readonly to: number
  /** The two header lines of a message. */
  readonly header?: readonly [bigint, bigint]
}

export class Transfer {
  readonly route: TransferRoute
  /** Flit that is due, and which of its bits are specified; valid after `ready` said true. */
  flit = 0n
  mask = 0n
  /** All flits have been injected. */
  done = false
  /** A packet has begun and its tail has not been injected. */
  inPacket = false
  /** A flit has been injected. */
  begun = false
  /** Not cut off, as far as is known: all flits leave as they are, or did. */
  whole = true

  /** Flits that may still leave as they are: all, those that may be made already when it was cut, or none. TCU 4.11. */
  #uncut = Infinity
  /** Its head leaves in any case: the slot of a REPLY is free already (DEV-20). */
  #obliged = false

  #prepared = false
  #offset = 0
  #packet: number
  #flitsLeft = 0
  #headerSent = 0
  #nextLoad: number
  readonly #lastLine: number
  readonly #lines = new Queue<bigint>()
  #second: bigint | undefined
  #reloaded = false
  /** A flit left with bsel 0. */
  #cutAny = false

  constructor(route: TransferRoute) {
    this.route = route
    this.#packet = route.header ? route.bytes : packetBytes(route.source, 0, route.bytes)
    this.#nextLoad = route.bytes === 0 ? lineBytes : lineOf(route.source)
    this.#lastLine = route.bytes === 0 ? 0 : lineOf(route.source + route.bytes - 1)
  }

  /** Address of the line that has to be loaded next; below 0 when all have been. */
  get wantedLine(): number {
    return this.#nextLoad <= this.#lastLine ? this.#nextLoad : -1
  }

  get loaded(): boolean {
    return this.#nextLoad > this.#lastLine
  }

  /** Flits that the packet which has begun still needs. */
  get flitsLeft(): number {
    return this.inPacket ? this.#flitsLeft : 0
  }

  /** No flit will leave any more. */
  get over(): boolean {
    return this.done || (this.#uncut !== Infinity && !this.inPacket && !this.#obliged)
  }

  /**
   * Cuts off what has not left: payload lines leave with bsel 0 from now on, and no packet begins. Flits that are made
   * already may still leave as they are.
   */
  cut(obliged: boolean): void {
    this.#uncut = madeAtMost
    this.#obliged = obliged && !this.begun
    // it may turn out whole after all: all flits are made already, or only header lines are left
    this.whole = this.done
  }

  /** No more flits were made already; false when that was known. */
  cutAll(): boolean {
    if (this.#uncut === Infinity || this.#uncut === 0) return false
    this.#uncut = 0
    this.#prepared = false
    return true
  }

  /** Accepts a load; false when this line is not due. Two single flits out of one line may load it twice. */
  load(address: number, line: bigint): boolean {
    if (this.#nextLoad <= this.#lastLine && address === this.#nextLoad) {
      this.#lines.push(line)
      this.#nextLoad += lineBytes
      return true
    }
    const { source, bytes, header } = this.route
    const split = !header && bytes <= singleBytes && (source % 8) + bytes > 8 && this.#lastLine === lineOf(source)
    if (!split || this.#reloaded || this.done || address !== this.#lastLine || !this.loaded) return false
    this.#reloaded = true
    this.#second = line
    this.#prepared = false
    return true
  }

  /** Prepares the next flit; false when its data has not been loaded or nothing is left. */
  ready(): boolean {
    if (this.#prepared) return true
    if (this.done) return false
    if (this.#uncut === 0) this.#prepared = this.#prepareCut()
    else this.#prepared = this.inPacket ? this.#prepareBody() : this.#prepareHead()
    return this.#prepared
  }

  #prepareCut(): boolean {
    if (!this.inPacket) return this.#obliged && this.#prepareHead()
    if (this.#inHeader) return this.#prepareBody()
    this.flit = cutBody(this.#flitsLeft === 1)
    this.mask = bodyControl
    return true
  }

  get #inHeader(): boolean {
    return this.route.header !== undefined && this.#headerSent < 2
  }

  #prepareHead(): boolean {
    const { mode, own, target, to, header } = this.route
    const source = this.route.source + this.#offset
    const bytes = this.#packet
    if (header === undefined && bytes <= singleBytes) {
      const line = this.#offset > 0 && this.#second !== undefined ? this.#second : this.#lines.front
      if (line === undefined) return false
      const select = ((1 << bytes) - 1) << (source % 8)
      const data0 = BigInt.asUintN(64, source % lineBytes < 8 ? line : line >> 64n)
      const address = (to + this.#offset) % 0x1_0000_0000
      this.flit = makeHead({ burst: false, select, source: own, target, mode, address, data0 })
      this.mask = singleMask(select)
      this.#flitsLeft = 0
      return true
    }
    const first = header ? 0 : source % lineBytes
    const lines = Math.ceil((first + bytes) / lineBytes) + (header ? 2 : 0)
    const last = (first + bytes + lineBytes - 1) % lineBytes
    const select = (last << 4) | (15 - first)
    const address = header ? to : (to + this.#offset) % 0x1_0000_0000
    this.flit = makeHead({ burst: true, select, source: own, target, mode, address, data0: BigInt(lines) })
    this.mask = headWithoutSource
    this.#flitsLeft = lines
    return true
  }

  #prepareBody(): boolean {
    const { header } = this.route
    const last = this.#flitsLeft === 1
    if (header && this.#inHeader) {
      this.flit = makeBody(header[this.#headerSent] as bigint, last)
      this.mask = bodyMask(0, 15)
      return true
    }
    const line = this.#lines.front
    if (line === undefined) return false
    const first = (this.route.source + this.#offset) % lineBytes
    this.flit = makeBody(line, last)
    this.mask = bodyMask(first, Math.min(15, first + this.#packet - 1))
    return true
  }

  /** The prepared flit has been injected. */
  sent(): void {
    this.#prepared = false
    this.begun = true
    if (this.#uncut > 0) this.#uncut--
    else if (this.inPacket && !this.#inHeader) this.#cutAny = true
    this.#obliged = false
    if (!this.inPacket) {
      if (this.#flitsLeft > 0) this.inPacket = true
      else this.#endSingle()
      return
    }
    this.#flitsLeft--
    if (this.#inHeader) this.#headerSent++
    else this.#consume(lineBytes - ((this.route.source + this.#offset) % lineBytes))
    if (this.#flitsLeft > 0) return
    this.inPacket = false
    this.#nextPacket()
  }

  #consume(lane: number): void {
    const bytes = Math.min(lane, this.#packet)
    this.#offset += bytes
    this.#packet -= bytes
    this.#lines.shift()
  }

  #endSingle(): void {
    const { source } = this.route
    const line = lineOf(source + this.#offset)
    this.#offset += this.#packet
    this.#packet = 0
    if (this.#offset === this.route.bytes || lineOf(source + this.#offset) !== line) this.#lines.shift()
    this.#nextPacket()
  }

  #nextPacket(): void {
    const { source, bytes } = this.route
    this.done = this.#offset >= bytes
    if (this.done) this.whole = !this.#cutAny
    else this.#packet = packetBytes(source, this.#offset, bytes)
  }
}

/** Route of a message: its head's address field holds the receive endpoint and the sender's time. TCU section 7.6. */
export const messageRoute = (
  own: number,
  target: number,
  ep: number,
  time: number,
  source: number,
  bytes: number,
  header: readonly [bigint, bigint],
): TransferRoute => ({ mode: modes.TCU_MSG, own, target, source, bytes, to: time * 0x1_0000 + ep, header })
