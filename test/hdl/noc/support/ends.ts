/** The test bench's ends of an interface: packets at the module's streams, flits at the router's channels. */
import type { Simulator } from '#sim/simulate'

interface Bits {
  value: unknown
  readonly bits: bigint
}
interface StreamHandles {
  readonly payload: Bits
  readonly valid: Bits
  readonly ready: Bits
  readonly fires: boolean
}
interface ChannelHandles {
  readonly valid: Bits
  readonly vc: Bits
  readonly flit: Bits
  readonly room: Bits
}
const always = (): boolean => true

/** Anything that takes part in the cycles of one clock. */
export interface End {
  begin(): void
  before(): void
  after(): void
}

/** Sends flits into a stream, in order; what is offered stays. */
export class FlitSender implements End {
  readonly queue: bigint[] = []
  readonly cycles: number[] = []
  readonly #stream: StreamHandles
  readonly #wants: () => boolean
  #moved = false
  #cycle = 0

  constructor(stream: unknown, wants: () => boolean = always) {
    this.#stream = stream as StreamHandles
    this.#wants = wants
  }

  begin(): void {
    if (this.#stream.valid.bits === 1n || this.queue.length === 0 || !this.#wants()) return
    this.#stream.payload.value = this.queue[0]
    this.#stream.valid.value = 1
  }

  before(): void {
    this.#moved = this.#stream.fires
  }

  after(): void {
    if (this.#moved) {
      this.queue.shift()
      this.cycles.push(this.#cycle)
      this.#stream.valid.value = 0
    }
    this.#cycle++
  }
}

/** Takes flits out of a stream; a flit that waits may not change. */
export class FlitReceiver implements End {
  readonly received: bigint[] = []
  readonly cycles: number[] = []
  readonly #stream: StreamHandles
  readonly #wants: () => boolean
  #waiting: bigint | undefined
  #cycle = 0

  constructor(stream: unknown, wants: () => boolean = always) {
    this.#stream = stream as StreamHandles
    this.#wants = wants
  }

  begin(): void {
    this.#stream.ready.value = this.#wants() ? 1 : 0
  }

  before(): void {
    const offered = this.#stream.valid.bits === 1n ? this.#stream.payload.bits : undefined
    if (this.#waiting !== undefined && this.#waiting !== offered)
      throw new Error(`a flit changed before it was taken, in cycle ${this.#cycle}`)
    this.#waiting = this.#stream.fires ? undefined : offered
    if (!this.#stream.fires) return
    this.received.push(this.#stream.payload.bits)
    this.cycles.push(this.#cycle)
  }

  after(): void {
    this.#cycle++
  }
}

/** A router's input: sees every flit that enters the network, and has room per virtual channel when it likes. */
export class ChannelReceiver implements End {
  /** Flits by virtual channel. */
  readonly received: bigint[][]
  /** All flits with their virtual channel, in order. */
  readonly order: { readonly vc: number; readonly flit: bigint; readonly cycle: number }[] = []
  readonly #channel: ChannelHandles
  readonly #room: (vc: number) => boolean
  readonly #vcs: number
  #cycle = 0

  constructor(channel: unknown, vcs: number, room: (vc: number) => boolean = always) {
    this.#channel = channel as ChannelHandles
    this.#vcs = vcs
    this.#room = room
    this.received = Array.from({ length: vcs }, () => [])
  }

  begin(): void {
    let room = 0
    for (let vc = 0; vc < this.#vcs; vc++) if (this.#room(vc)) room |= 1 << vc
    this.#channel.room.value = room
  }

  before(): void {
    const { valid, vc, flit, room } = this.#channel
    if (valid.bits === 0n) return
    const number = Number(vc.bits)
    if (((room.bits >> vc.bits) & 1n) === 0n) throw new Error(`a flit came to virtual channel ${number} without room`)
    this.received[number]!.push(flit.bits)
    this.order.push({ vc: number, flit: flit.bits, cycle: this.#cycle })
  }

  after(): void {
    this.#cycle++
  }
}

/** A router's output: sends flits where there is room, one per cycle. */
export class ChannelSender implements End {
  /** What waits, by virtual channel. */
  readonly queues: bigint[][]
  readonly #channel: ChannelHandles
  readonly #wants: () => boolean
  #turn = 0

  constructor(channel: unknown, vcs: number, wants: () => boolean = always) {
    this.#channel = channel as ChannelHandles
    this.#wants = wants
    this.queues = Array.from({ length: vcs }, () => [])
  }

  begin(): void {
    const { valid, vc, flit, room } = this.#channel
    valid.value = 0
    if (!this.#wants()) return
    const now = room.bits
    for (let step = 1; step <= this.queues.length; step++) {
      const number = (this.#turn + step) % this.queues.length
      if (this.queues[number]!.length === 0 || ((now >> BigInt(number)) & 1n) === 0n) continue
      valid.value = 1
      vc.value = number
      flit.value = this.queues[number]!.shift()
      this.#turn = number
      return
    }
  }

  before(): void {}

  after(): void {}
}

/** Runs cycles until `done`, at most `limit`; returns how many ran. */
export const runEnds = (
  sim: Pick<Simulator, 'step'>,
  ends: readonly End[],
  done: () => boolean,
  limit: number,
): number => {
  for (let cycle = 0; cycle < limit; cycle++) {
    if (done()) return cycle
    for (const end of ends) end.begin()
    for (const end of ends) end.before()
    sim.step()
    for (const end of ends) end.after()
  }
  return limit
}
