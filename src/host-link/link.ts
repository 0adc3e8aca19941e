/** The host's end of framed mode: go-back-N with a window. Source: NoC section 8.3. */
import { frameFlits, frameOutstanding, frameResends, windowUnit } from '#layout'
import type { LinkClock } from './clock.ts'
import { type BridgeAnswer, decodeFrame, encodeFrame, type Frame } from './frame.ts'
import { type ByteTransport, carryFrames } from './transport.ts'

/** A packet as its flits of 138 bits. */
export type Packet = readonly bigint[]

/** How a link is run. */
export interface LinkOptions {
  readonly clock: LinkClock
  /** Milliseconds without progress after which frames are sent again. */
  readonly resendMilliseconds: number
  /** Tells this session's frames from those of the one before: 1 to 255. */
  readonly session: number
  /** Packets that came, in the order of their class. */
  readonly onPacket: (packet: Packet) => void
  /** The link is gone; what was not acknowledged may have arrived or not. */
  readonly onDown: (reason: string) => void
}

/** What a link has counted. */
export interface LinkCounters {
  readonly received: number
  /** Bytes that were no frame, or one with a wrong CRC. */
  readonly damaged: number
  /** Data frames out of order. */
  readonly unexpected: number
  readonly resent: number
}

/** The state of a link. */
export type LinkState = 'closed' | 'greeting' | 'up' | 'down'

/** Window that the host announces: it takes everything at once. */
const ownWindow = 255 * windowUnit

interface Outgoing {
  readonly packet: Packet
  readonly arrived: () => void
  readonly failed: (error: Error) => void
}

interface SentFrame {
  readonly flits: readonly bigint[]
  /** Packets that end with this frame. */
  readonly packets: readonly Outgoing[]
}

/** A link to a bridge over a transport. */
export class HostLink {
  readonly #options: LinkOptions
  readonly #send: (frame: Uint8Array) => void
  #state: LinkState = 'closed'
  #session: number
  #greeted: { arrived: (answer: BridgeAnswer) => void; failed: (error: Error) => void } | undefined
  #base = 0
  #expected = 0
  #window = 0
  #ackRepeated = false
  #resends = 0
  #frames: SentFrame[] = []
  /** Packets that no frame has yet, the first of them from flit `#begun` on. */
  #waiting: Outgoing[] = []
  #begun = 0
  #open: bigint[] = []
  #cancel: (() => void) | undefined
  #counters = { received: 0, damaged: 0, unexpected: 0, resent: 0 }

  constructor(transport: ByteTransport, options: LinkOptions) {
    this.#options = options
    this.#session = options.session
    const carrier = carryFrames(
      transport,
      (bytes) => this.#take(bytes),
      () => void this.#counters.damaged++,
    )
    this.#send = (frame) => carrier.send(frame)
  }

  get state(): LinkState {
    return this.#state
  }

  get counters(): LinkCounters {
    return { ...this.#counters }
  }

  /** Begins a session: both sides forget the one before. Fails when the bridge does not answer. */
  open(): Promise<BridgeAnswer> {
    this.#end(new Error('The link was opened again before this packet was acknowledged'))
    this.#state = 'greeting'
    this.#resends = 0
    // Half way round: frames of the session before are far from those that are expected.
    this.#session = ((this.#session + 127) % 255) + 1
    return new Promise((arrived, failed) => {
      this.#greeted = { arrived, failed }
      this.#greet()
    })
  }

  /** Sends a packet; done when the bridge has it as a whole, fails when the link goes down before. */
  send(packet: Packet): Promise<void> {
    if (this.#state !== 'up') return Promise.reject(new Error(`The link is ${this.#state}: open it first`))
    return new Promise((arrived, failed) => {
      this.#waiting.push({ packet, arrived, failed })
      this.#fill()
    })
  }

  /** Ends the session on this side. */
  close(): void {
    this.#end(new Error('The link was closed'))
    this.#state = 'closed'
  }

  #greet(): void {
    if (this.#resends++ > frameResends)
      return this.#down('nobody answers: is the bridge connected, and the baud rate right?')
    this.#write('hello', this.#session, [])
    this.#restartTimer(() => this.#greet())
  }

  #take(bytes: Uint8Array): void {
    const frame = decodeFrame(bytes)
    if (typeof frame === 'string') return void this.#counters.damaged++
    this.#counters.received++
    if (frame.type === 'helloAnswer') return this.#answered(frame)
    if (this.#state !== 'up' || frame.type === 'hello') return
    if (frame.type === 'data') this.#takeData(frame)
    this.#takeAck(frame)
    this.#fill()
  }

  #answered(frame: Frame): void {
    // Once the link is up, an answer that was doubled, or to a hello that was, says nothing new.
    if (this.#state !== 'greeting') return
    // Another session's answer.
    if (frame.ack !== this.#session || frame.answer === undefined) return
    this.#state = 'up'
    this.#base = this.#session
    this.#expected = this.#session
    this.#window = frame.window
    this.#resends = 0
    this.#ackRepeated = false
    this.#stopTimer()
    const greeted = this.#greeted
    this.#greeted = undefined
    greeted?.arrived(frame.answer)
  }

  #takeData(frame: Frame): void {
    if (frame.seq !== this.#expected) {
      this.#counters.unexpected++
      this.#write('acknowledgement', this.#nextSeq(), [])
      return
    }
    this.#expected = (this.#expected + 1) & 0xff
    for (const flit of frame.flits) {
      this.#open.push(flit)
      if (flit >> 137n !== 0n) continue
      const packet = this.#open
      this.#open = []
      this.#options.onPacket(packet)
    }
    this.#write('acknowledgement', this.#nextSeq(), [])
  }

  #takeAck(frame: Frame): void {
    const done = (frame.ack - this.#base) & 0xff
    if (done > this.#frames.length) return
    const grown = frame.window > this.#window
    this.#window = frame.window
    if (done === 0) {
      // Only what says nothing else is a repetition; a window that grew is news.
      if (frame.type !== 'acknowledgement' || grown || this.#frames.length === 0 || this.#ackRepeated) return
      this.#ackRepeated = true
      return this.#resend()
    }
    this.#base = frame.ack
    this.#resends = 0
    this.#ackRepeated = false
    for (const { packets } of this.#frames.splice(0, done)) for (const { arrived } of packets) arrived()
    if (this.#frames.length === 0) this.#stopTimer()
    else this.#restartTimer(() => this.#resend())
  }

  /** Sends what the window allows; a frame ends with a packet, unless not one fits. */
  #fill(): void {
    while (this.#state === 'up' && this.#frames.length < frameOutstanding && this.#waiting.length > 0) {
      const onTheWay = this.#frames.reduce((sum, { flits }) => sum + flits.length, 0)
      const room = Math.min(frameFlits, this.#window - onTheWay)
      if (room <= 0) {
        if (this.#frames.length === 0) this.#probeLater()
        return
      }
      this.#sendFrame(this.#nextFrame(room))
    }
  }

  #nextFrame(room: number): SentFrame {
    const flits: bigint[] = []
    const packets: Outgoing[] = []
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const rest = next.packet.slice(this.#begun)
      const fits = rest.length <= room - flits.length
      if (!fits && flits.length > 0) break
      const part = rest.slice(0, room - flits.length)
      flits.push(...part)
      if (!fits) {
        this.#begun += part.length
        break
      }
      this.#begun = 0
      packets.push(next)
      this.#waiting.shift()
    }
    return { flits, packets }
  }

  #sendFrame(frame: SentFrame): void {
    const seq = this.#nextSeq()
    this.#frames.push(frame)
    this.#write('data', seq, frame.flits)
    if (this.#frames.length === 1) this.#restartTimer(() => this.#resend())
  }

  /** The window is closed and nothing is on its way: an empty frame asks for news. */
  #probeLater(): void {
    if (this.#cancel !== undefined) return
    this.#restartTimer(() => {
      if (this.#frames.length === 0 && this.#waiting.length > 0) this.#sendFrame({ flits: [], packets: [] })
    })
  }

  #resend(): void {
    if (this.#resends++ >= frameResends) return this.#down(`${frameResends} times sent without an answer`)
    this.#counters.resent += this.#frames.length
    this.#frames.forEach(({ flits }, index) => this.#write('data', (this.#base + index) & 0xff, flits))
    this.#restartTimer(() => this.#resend())
  }

  #nextSeq(): number {
    return (this.#base + this.#frames.length) & 0xff
  }

  #write(type: Frame['type'], seq: number, flits: readonly bigint[]): void {
    this.#send(encodeFrame({ type, seq, ack: this.#expected, window: ownWindow, flits }))
  }

  #down(reason: string): void {
    const error = new Error(`The link is down: ${reason}`)
    this.#state = 'down'
    this.#end(error)
    this.#options.onDown(reason)
  }

  #end(error: Error): void {
    this.#stopTimer()
    const lost = [...this.#frames.flatMap(({ packets }) => packets), ...this.#waiting]
    const greeted = this.#greeted
    this.#frames = []
    this.#waiting = []
    this.#begun = 0
    this.#open = []
    this.#greeted = undefined
    for (const { failed } of lost) failed(error)
    greeted?.failed(error)
  }

  #restartTimer(action: () => void): void {
    this.#stopTimer()
    this.#cancel = this.#options.clock.after(this.#options.resendMilliseconds, () => {
      this.#cancel = undefined
      action()
    })
  }

  #stopTimer(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }
}
