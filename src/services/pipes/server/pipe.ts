/** Who may read and write a pipe at the moment, who waits, and who is gone. Source: services section 4.2. */
import { CallError, codes } from '#kernel'
import { RingBuffer } from './ring-buffer.ts'
import type { Part } from './ring-buffer.ts'

export type Direction = 'in' | 'out'

/** An end of the pipe as a client has it. */
export interface End {
  readonly direction: Direction
}

/** What a request that may have to wait is told in the end. */
export type Outcome = { readonly kind: 'part'; readonly part: Part } | { readonly kind: 'error'; readonly code: number }

interface Waiting<Ticket> {
  readonly end: End
  readonly ticket: Ticket
}

/** One direction: the part that somebody uses, and who waits for one, in the order of their requests. */
interface Side<Ticket> {
  readonly ends: Set<End>
  /** Set when the last end is closed, and never cleared. */
  closed: boolean
  /** The part that was granted and not committed yet. */
  granted: { readonly end: End; readonly length: number } | undefined
  waiting: Waiting<Ticket>[]
}

/** Parts are a quarter of the memory, divided by those who share a direction. Services section 4.1. */
const partsPerEnd = 4

/** Least size in bytes: in one byte a ring cannot wrap. */
export const leastPipeBytes = 2

const endOfFile: Outcome = { kind: 'part', part: { offset: 0, length: 0 } }
const broken: Outcome = { kind: 'error', code: codes.EndOfFile }
const notReady: Outcome = { kind: 'error', code: codes.WouldBlock }

/** `Ticket` is what the owner knows a request by; `settled` hears of each one, in the order in which they are answered. */
export class Pipe<Ticket> {
  readonly #ring: RingBuffer
  readonly #settled: (ticket: Ticket, outcome: Outcome) => void
  readonly #sides: Readonly<Record<Direction, Side<Ticket>>> = { in: newSide(), out: newSide() }
  #abandoned = false

  constructor(size: number, settled: (ticket: Ticket, outcome: Outcome) => void) {
    this.#ring = new RingBuffer(size)
    this.#settled = settled
  }

  get size(): number {
    return this.#ring.size
  }

  open(end: End): void {
    this.#sides[end.direction].ends.add(end)
  }

  /**
   * NextIn or NextOut: commits the end's part completely, and asks for another one: now, or when there is one. Who does not
   * want to wait gets WouldBlock.
   */
  next(end: End, ticket: Ticket, patience: 'waits' | 'does not wait' = 'waits'): void {
    const side = this.#sides[end.direction]
    if (side.granted?.end === end) this.#commit(end.direction, side.granted.length)
    const request = { end, ticket }
    side.waiting.push(request)
    this.#settle()
    if (patience === 'waits' || !side.waiting.includes(request)) return
    side.waiting = side.waiting.filter((each) => each !== request)
    this.#settled(ticket, notReady)
  }

  /** Whether a byte can be read, or written; the end of the file, or of all readers, is something to hear of as well. */
  isReady(direction: Direction): boolean {
    const { in: readers, out: writers } = this.#sides
    return direction === 'in'
      ? !this.#ring.isEmpty || writers.closed
      : this.#ring.freePart(1) !== undefined || readers.closed
  }

  /**
   * The first `bytes` bytes of the end's part were used, and the part is over.
   *
   * Throws: CallError InvArgs when there are not so many, EndOfFile when nobody will read them.
   */
  commit(end: End, bytes: number): void {
    if (end.direction === 'out' && this.#sides.in.closed) throw new CallError(codes.EndOfFile, 'nobody reads the pipe')
    const { granted } = this.#sides[end.direction]
    if (granted?.end !== end || bytes > granted.length) throw new CallError(codes.InvArgs, 'more than the window has')
    this.#commit(end.direction, bytes)
    this.#settle()
  }

  isWaiting(end: End): boolean {
    return this.#sides[end.direction].waiting.some((each) => each.end === end)
  }

  /** The end is gone: its requests are forgotten, and what it did not commit was neither written nor read. */
  close(end: End): void {
    const side = this.#sides[end.direction]
    side.waiting = side.waiting.filter((each) => each.end !== end)
    if (side.granted?.end === end) this.#commit(end.direction, 0)
    side.ends.delete(end)
    side.closed ||= side.ends.size === 0
    this.#settle()
  }

  /** The pipe itself is gone: nobody is to take the end of its ends for an end of file. */
  abandon(): void {
    this.#abandoned = true
  }

  #commit(direction: Direction, bytes: number): void {
    const side = this.#sides[direction]
    if (direction === 'in') this.#ring.pull(bytes)
    else this.#ring.push(side.granted?.length ?? 0, bytes)
    side.granted = undefined
  }

  /** Gives everybody what can be given: each direction has one part at a time. */
  #settle(): void {
    if (this.#abandoned) return
    const { in: readers, out: writers } = this.#sides
    if (readers.closed) this.#endAll(writers, broken)
    else this.#grant(writers, (bytes) => this.#ring.freePart(bytes))
    this.#grant(readers, (bytes) => this.#ring.filledPart(bytes))
    if (writers.closed && this.#ring.isEmpty) this.#endAll(readers, endOfFile)
  }

  #grant(side: Side<Ticket>, find: (bytes: number) => Part | undefined): void {
    const [oldest] = side.waiting
    if (side.granted !== undefined || oldest === undefined) return
    const part = find(Math.max(1, Math.floor(this.size / (partsPerEnd * side.ends.size))))
    if (part === undefined) return
    side.waiting.shift()
    side.granted = { end: oldest.end, length: part.length }
    this.#settled(oldest.ticket, { kind: 'part', part })
  }

  #endAll(side: Side<Ticket>, outcome: Outcome): void {
    for (const { ticket } of side.waiting.splice(0)) this.#settled(ticket, outcome)
  }
}

const newSide = <Ticket>(): Side<Ticket> => ({ ends: new Set(), closed: false, granted: undefined, waiting: [] })
