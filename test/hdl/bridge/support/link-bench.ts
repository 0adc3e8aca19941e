/** A host bridge in simulation, the host's own software at the other end, and a channel between them that does harm. */
import { hostBridge, type HostBridgeOptions } from '#hdl/bridge'
import { HostLink, type LinkClock, type Packet } from '#host-link'
import { simulate, type Simulator, type StreamInput, type StreamOutput } from '#sim/simulate'
import type { UIntShape } from '#layout'

/** What happens to a datagram. */
export type Harm =
  { readonly kind: 'pass' | 'lose' | 'double' | 'later' } | { readonly kind: 'damage' | 'cut'; readonly place: number }

/** Small buffers and short times: a cycle is a microsecond. */
export const smallBridge = {
  clockHz: 1_000_000,
  modules: 6,
  depth: 48,
  largestPacket: 40,
  resendMicroseconds: 2000,
  fullMicroseconds: 1000,
  incompleteMicroseconds: 400,
} as const satisfies HostBridgeOptions

/** The id of the bridge in these tests. */
export const bridgeId = { chip: 2, mod: 0x05 }

const designs = new Map<string, ReturnType<typeof hostBridge>>()
/** The same design for the same options, so that it is compiled once. */
const designOf = (options: HostBridgeOptions): ReturnType<typeof hostBridge> => {
  const key = JSON.stringify(options)
  const design = designs.get(key) ?? hostBridge(options)
  designs.set(key, design)
  return design
}

/** Packets of a stream of flits. */
class Sink {
  readonly packets: bigint[][] = []
  open: bigint[] = []
  readonly #told: (packet: Packet) => void
  constructor(told: (packet: Packet) => void) {
    this.#told = told
  }

  take(flit: bigint): void {
    this.open.push(flit)
    if (flit >> 137n !== 0n) return
    const packet = this.open
    this.packets.push(packet)
    this.open = []
    this.#told(packet)
  }
}

type Flits = UIntShape<138>

/** The bench; `harm` says what happens to the datagrams each way, in order, and nothing after its end. */
export class LinkBench implements Disposable {
  readonly sim: Simulator<ReturnType<typeof hostBridge>['ports']>
  readonly clock: LinkClock
  /** What entered the network, by class. */
  readonly network = [new Sink((packet) => this.onRequest(packet)), new Sink(() => undefined)] as const
  /** Called with packets of class 0 that entered the network. */
  onRequest: (packet: Packet) => void = () => undefined
  /** What is offered to the host, by class, as flits. */
  readonly offered: [bigint[], bigint[]] = [[], []]
  /** Longest time that the network waited for a flit to be taken. */
  longestWait = 0
  /** Cuts the cable: nothing passes. */
  connected = true
  /** Whether the network takes a flit, per class. */
  takes: (index: number) => boolean = () => true
  restarts = 0
  readonly #toBoard: Uint8Array[] = []
  #place = 0
  #fromBoard: number[] = []
  #late: { readonly bytes: Uint8Array; readonly forward: (bytes: Uint8Array) => void } | undefined
  #waits = [0, 0]
  #harms: readonly [Harm[], Harm[]]
  #receive: (bytes: Uint8Array) => void = () => undefined
  #timers: { at: number; action: () => void }[] = []

  constructor(options: HostBridgeOptions, toBoard: readonly Harm[] = [], fromBoard: readonly Harm[] = []) {
    this.sim = simulate(designOf(options), { watch: 'ports' })
    this.sim.io.own.value = bridgeId
    this.#harms = [[...toBoard], [...fromBoard]]
    this.clock = {
      now: () => this.sim.cycle / 1000,
      after: (milliseconds, action) => {
        const timer = { at: this.sim.cycle + Math.ceil(milliseconds * 1000), action }
        this.#timers.push(timer)
        return () => void (this.#timers = this.#timers.filter((one) => one !== timer))
      },
    }
  }

  /** The host's end. */
  transport() {
    return {
      kind: 'datagrams' as const,
      write: (bytes: Uint8Array) => this.#through(0, bytes, (passed) => this.#toBoard.push(passed)),
      onBytes: (receive: (bytes: Uint8Array) => void) => void (this.#receive = receive),
    }
  }

  /** A host's link; texts of what happened to it go to `downs`. */
  link(onPacket: (packet: Packet) => void, downs: string[] = [], session = 1): HostLink {
    return new HostLink(this.transport(), {
      clock: this.clock,
      resendMilliseconds: 4,
      session,
      onPacket,
      onDown: (reason) => downs.push(reason),
    })
  }

  /** Puts bytes on the way to the board, whatever they are. */
  inject(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#toBoard.push(bytes)
  }

  /** A counter of the bridge, without asking over the network. */
  counter(name: string): number {
    return Number(this.sim.peek(`registers.${name}`))
  }

  get idle(): boolean {
    return this.#toBoard.length === 0 && this.#fromBoard.length === 0
  }

  #through(way: 0 | 1, bytes: Uint8Array, forward: (bytes: Uint8Array) => void): void {
    if (!this.connected) return
    const harm = this.#harms[way].shift() ?? { kind: 'pass' as const }
    const late = this.#late
    if (harm.kind === 'later' && late === undefined) {
      this.#late = { bytes, forward }
      return
    }
    if (harm.kind === 'damage') {
      const copy = Uint8Array.from(bytes)
      const at = harm.place % copy.length
      copy[at] = (copy[at] as number) ^ (1 << (harm.place % 8))
      forward(copy)
    } else if (harm.kind === 'cut') forward(bytes.slice(0, 1 + (harm.place % bytes.length)))
    else if (harm.kind !== 'lose') forward(bytes)
    if (harm.kind === 'double') forward(bytes)
    if (late === undefined) return
    this.#late = undefined
    late.forward(late.bytes)
  }

  /** Runs cycles; promises of the host get their turn now and then. */
  async run(cycles: number, until: () => boolean = () => false): Promise<void> {
    for (let cycle = 0; cycle < cycles; cycle++) {
      this.#cycle()
      if (cycle % 16 !== 0) continue
      await Promise.resolve()
      if (until()) return
    }
  }

  #cycle(): void {
    const { io } = this.sim
    const datagram = this.#toBoard[0]
    io.received.valid.value = datagram === undefined ? 0 : 1
    if (datagram !== undefined)
      io.received.payload.value = {
        last: this.#place === datagram.length - 1 ? 1 : 0,
        data: datagram[this.#place] as number,
      }
    io.sent.ready.value = 1
    const outs = [io.requestOut, io.responseOut] as unknown as readonly StreamOutput<Flits>[]
    const ins = [io.requestIn, io.responseIn] as unknown as readonly StreamInput<Flits>[]
    outs.forEach((out, index) => (out.ready.value = this.takes(index) ? 1 : 0))
    ins.forEach((stream, index) => {
      const next = this.offered[index as 0 | 1][0]
      stream.valid.value = next === undefined ? 0 : 1
      if (next !== undefined) stream.payload.value = next
    })
    outs.forEach((out, index) => {
      if (out.fires) this.network[index as 0 | 1].take(out.payload.value)
    })
    ins.forEach((stream, index) => {
      const waits = this.#waits[index] as number
      this.longestWait = Math.max(this.longestWait, waits)
      this.#waits[index] = stream.valid.value === 1 && !stream.fires ? waits + 1 : 0
      if (stream.fires) this.offered[index as 0 | 1].shift()
    })
    const moved = io.received.fires
    if (io.sent.fires) {
      const { last, data } = io.sent.payload.value
      this.#fromBoard.push(data)
      if (last === 1) {
        const bytes = Uint8Array.from(this.#fromBoard)
        this.#fromBoard = []
        this.#through(1, bytes, (passed) => this.#receive(passed))
      }
    }
    this.restarts += io.restart.value
    this.sim.step()
    if (moved && datagram !== undefined && ++this.#place === datagram.length) {
      this.#toBoard.shift()
      this.#place = 0
    }
    const { cycle } = this.sim
    const due = this.#timers.filter(({ at }) => at <= cycle)
    this.#timers = this.#timers.filter(({ at }) => at > cycle)
    for (const { action } of due) action()
  }

  [Symbol.dispose](): void {
    this.sim.close()
  }
}
