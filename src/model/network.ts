/**
 * The network: ordered queues per (source, target, class), and the duties of the interfaces at its edge. Steps are
 * "inject a flit" and "deliver the front flit of a queue". NoC sections 2.9, 10.5 and 13.1.
 */
import { errorCodes, headFlit, hostId, modes, readRequest, withField, writeAcknowledgement } from '#layout'
import type { SystemDescription } from '#layout'
import { planNetwork, registersKind } from '#topology'
import { hex, numberReader, ones } from './bits.ts'
import {
  answerFlit,
  flitAddress,
  flitBurst,
  flitData0,
  flitMode,
  flitSelect,
  flitSource,
  flitTarget,
  sourceBits,
  stamp,
} from './flits.ts'
import { isRegister } from './incoming.ts'
import { Queue } from './queue.ts'
import { refuse } from './refusal.ts'
import type { Refusal } from './refusal.ts'

/** A flit inside the network. */
export interface Travelling {
  readonly flit: bigint
  /** Bits that are open: the time in acknowledgements that an interface makes. 0 otherwise. */
  readonly open: bigint
  /** Cycle of the injection. */
  readonly cycle: number
}

/** A queue of one source, target and class. */
export interface Channel {
  /** Index of the source module; below 0 for the answers of an interface. */
  readonly source: number
  readonly flits: Queue<Travelling>
}

/** What an interface knows of the packet that its module is injecting. */
interface Outgoing {
  channel: Channel | undefined
  target: number
  head: bigint
  flits: number
  label: number
}

type Class = 0 | 1

/** Holds the channel of the packet that is being delivered. */
interface Slot {
  channel: Channel | undefined
}

const returnAddressOf = numberReader(readRequest, 'returnAddress')
const sizeOf = numberReader(readRequest, 'size')
const openTime = 0xffff_0000n << 64n
/** Bytes of addresses that a register window looks at. */
const windowBytes = 0x2000

export class Network {
  /** Channels by target module and class, in order of their first use. */
  readonly channels: readonly (readonly [Channel[], Channel[]])[]
  /** Flits inside the network. */
  travelling = 0

  readonly #ids: readonly number[]
  readonly #targets = new Map<number, number>()
  /** Ids of the register windows of routers. NoC section 10.9. */
  readonly #windows: ReadonlySet<number>
  readonly #host: number
  readonly #bySource: readonly (readonly [Map<number, Channel>, Map<number, Channel>])[]
  readonly #outgoing: readonly (readonly [Outgoing, Outgoing])[]
  /** The channel whose packet is being delivered, per target and class. */
  readonly #delivering: readonly (readonly [Slot, Slot])[]

  constructor(system: SystemDescription) {
    this.#ids = system.modules.map((module) => (system.chip << 8) | module.mod)
    this.#ids.forEach((id, index) => this.#targets.set(id, index))
    this.#windows = new Set(
      planNetwork(system).modules.flatMap(({ kind, mod }) =>
        kind === registersKind ? [(system.chip << 8) | mod] : [],
      ),
    )
    this.#host = system.modules.findIndex((module) => module.kind === 'host')
    this.channels = this.#ids.map(() => [[], []] as const)
    this.#bySource = this.#ids.map(() => [new Map(), new Map()] as const)
    const outgoing = (): Outgoing => ({ channel: undefined, target: -1, head: 0n, flits: 0, label: 0 })
    this.#outgoing = this.#ids.map(() => [outgoing(), outgoing()] as const)
    this.#delivering = this.#ids.map(() => [{ channel: undefined }, { channel: undefined }] as const)
  }

  /** Index of the module that gets packets for a NoC id; below 0 when there is none. Chip 0x3F is behind the host port. */
  route(id: number): number {
    if (id >> 8 === hostId.chip && this.#host >= 0) return this.#host
    return this.#targets.get(id) ?? -1
  }

  /** Takes a flit from a module: stamps the source, checks the target, answers for missing ones. NoC section 10.5. */
  inject(module: number, cls: Class, flit: bigint, cycle: number): void {
    const outgoing = (this.#outgoing[module] as readonly [Outgoing, Outgoing])[cls]
    const own = this.#ids[module] as number
    if (outgoing.flits === 0) {
      const target = this.route(flitTarget(flit))
      outgoing.target = target
      outgoing.head = (flit & ~sourceBits) | stamp(own)
      outgoing.channel = target < 0 ? undefined : this.#channel(target, cls, own, module)
      if (target >= 0) this.#put(outgoing.channel as Channel, outgoing.head, 0n, cycle)
    } else {
      if (outgoing.channel !== undefined) this.#put(outgoing.channel, flit, 0n, cycle)
      else if (outgoing.flits === 2) outgoing.label = Number(flit & 0xffffn)
    }
    outgoing.flits++
    if (flitBurst(flit)) return
    if (this.#windows.has(flitTarget(outgoing.head))) this.#answerOfWindow(module, outgoing, cycle)
    else if (outgoing.target < 0) this.#answer(module, outgoing, cycle)
    outgoing.flits = 0
  }

  /** Why a flit may not be delivered to a module now, or nothing when it was the front of a queue and is taken. */
  deliver(module: number, cls: Class, flit: bigint): Refusal | undefined {
    const delivering = this.#slot(module, cls)
    const channel = delivering.channel ?? this.#bySource[module]?.[cls].get(flitSource(flit))
    const front = channel?.flits.front
    if (channel === undefined || front === undefined)
      return refuse(
        'no flit',
        delivering.channel
          ? 'the rest of the packet was not injected yet'
          : `nothing is on its way from ${hex(flitSource(flit))}`,
        'noc.md 13.1',
      )
    if (front.flit !== flit && ((front.flit ^ flit) & ~front.open) !== 0n)
      return refuse(hex(front.flit), 'a delivered flit is the front of its queue, intact and in order', 'noc.md 2.9')
    this.take(module, cls, channel)
    return undefined
  }

  /** Takes the front of a channel out; the rest of its packet comes next. */
  take(module: number, cls: Class, channel: Channel): bigint {
    const { flit } = channel.flits.shift() as Travelling
    const delivering = this.#slot(module, cls)
    delivering.channel = flitBurst(flit) ? channel : undefined
    this.travelling--
    return flit
  }

  /** The channel whose packet a module is receiving, if it is in the middle of one. */
  delivering(module: number, cls: Class): Channel | undefined {
    return this.#slot(module, cls).channel
  }

  /** Whether a module has injected a packet only in part. */
  injecting(module: number, cls: Class): boolean {
    return (this.#outgoing[module]?.[cls].flits ?? 0) > 0
  }

  #slot(module: number, cls: Class): Slot {
    return (this.#delivering[module] as readonly [Slot, Slot])[cls]
  }

  #channel(target: number, cls: Class, id: number, source: number): Channel {
    const channels = this.#bySource[target]?.[cls] as Map<number, Channel>
    let channel = channels.get(id)
    if (channel === undefined) {
      channel = { source, flits: new Queue() }
      channels.set(id, channel)
      this.channels[target]?.[cls].push(channel)
    }
    return channel
  }

  #put(channel: Channel, flit: bigint, open: bigint, cycle: number): void {
    channel.flits.push({ flit, open, cycle })
    this.travelling++
  }

  /** Point 3 of NoC section 10.5: the packet was consumed; the interface answers in the missing target's name. */
  #answer(module: number, outgoing: Outgoing, cycle: number): void {
    const own = this.#ids[module] as number
    const missing = flitTarget(outgoing.head)
    const address = flitAddress(outgoing.head)
    const error = BigInt(errorCodes.TIMEOUT_NOC)
    const put = (mode: number, to: number, data0: bigint, open: bigint): void =>
      this.#put(this.#channel(module, 1, missing, -1), answerFlit(missing, own, mode, to, data0), open, cycle)
    switch (flitMode(outgoing.head)) {
      case modes.READ_REQ:
        put(modes.ERROR, returnAddressOf(flitData0(outgoing.head)), error, 0n)
        break
      case modes.WRITE_POSTED: {
        if (isRegister(address)) break
        const { isWrite, error: errorAt } = writeAcknowledgement.lsb
        put(modes.TCU_ACK, address, (1n << BigInt(isWrite)) | (error << BigInt(errorAt)), 0n)
        break
      }
      case modes.TCU_MSG:
        put(modes.TCU_ACK, outgoing.label, error, openTime)
    }
  }

  /** The register window of a router: what its registers hold is open, and there is no memory. NoC section 10.9. */
  #answerOfWindow(module: number, { head, flits }: Outgoing, cycle: number): void {
    const own = this.#ids[module] as number
    const window = flitTarget(head)
    const address = flitAddress(head)
    const mode = flitMode(head)
    const put = (flit: bigint, open: bigint): void => this.#put(this.#channel(module, 1, window, -1), flit, open, cycle)
    const error = BigInt(errorCodes.TIMEOUT_MEM)
    if (mode === modes.READ_REQ && flits === 1) {
      const to = returnAddressOf(flitData0(head))
      if (!isRegister(address)) return put(answerFlit(window, own, modes.ERROR, to, error), 0n)
      if (sizeOf(flitData0(head)) !== 8 || (address & 0xfff_ffff) >= windowBytes) return
      const select = BigInt(flitSelect(head)) << BigInt(headFlit.lsb.bsel)
      const answer = withField(headFlit, 'bsel', answerFlit(window, own, modes.READ_RSP, to, 0n), 0) | select
      return put(answer, ones(64))
    }
    if (mode !== modes.WRITE_POSTED || isRegister(address)) return
    const { isWrite, error: errorAt } = writeAcknowledgement.lsb
    const stored = (1n << BigInt(isWrite)) | (error << BigInt(errorAt))
    put(answerFlit(window, own, modes.TCU_ACK, address, stored), 0n)
  }
}
