// The test bench's ends of streams.

import type { AnyHandle, StreamInput, StreamOutput } from './handle-types.ts'
import { SimulateError } from './error.ts'
import type { Agent, ClockEdge } from './simulator.ts'
import type { Stall } from './stalls.ts'

/** Fills a stream: a payload stays until it is taken. */
export class StreamWriter implements Agent {
  readonly name: string
  readonly #stream: StreamInput
  readonly #clock: string
  readonly #values: readonly unknown[]
  readonly #stall: Stall
  #taken = 0
  #moves = false

  constructor(name: string, stream: StreamInput, clock: string, values: readonly unknown[], stall: Stall) {
    this.name = name
    this.#stream = stream
    this.#clock = clock
    this.#values = values
    this.#stall = stall
  }

  /** Payloads that were taken. */
  get moved(): number {
    return this.#taken
  }

  get done(): boolean {
    return this.#taken === this.#values.length
  }

  begin(): void {
    this.#offer()
  }

  before(edge: ClockEdge): void {
    this.#moves = edge.has(this.#clock) && this.#stream.fires
  }

  after(edge: ClockEdge): void {
    if (!edge.has(this.#clock)) return
    if (this.#moves) {
      this.#taken++
      this.#stream.valid.value = 0
    }
    if (this.#stream.valid.value === 0) this.#offer()
  }

  end(): void {
    this.#stream.valid.value = 0
  }

  state(): string {
    const { ready, valid } = this.#stream
    return `\`${this.name}\` took ${this.#taken} of ${this.#values.length} payloads; valid ${valid.value}, ready ${ready.value}`
  }

  #offer(): void {
    if (this.done || this.#stall()) return
    ;(this.#stream.payload as { value: unknown }).value = this.#values[this.#taken]
    this.#stream.valid.value = 1
  }
}

/** Empties a stream, and sees to it that a payload stays until it is taken. */
export class StreamReader implements Agent {
  readonly name: string
  readonly received: unknown[] = []
  readonly #stream: StreamOutput
  readonly #clock: string
  readonly #stall: Stall
  /** What was offered at the last edge and not taken. */
  #offered: bigint | undefined

  constructor(name: string, stream: StreamOutput, clock: string, stall: Stall) {
    this.name = name
    this.#stream = stream
    this.#clock = clock
    this.#stall = stall
  }

  /** Payloads that came. */
  get moved(): number {
    return this.received.length
  }

  begin(): void {
    this.#stream.ready.value = this.#stall() ? 0 : 1
  }

  before(edge: ClockEdge): void {
    if (!edge.has(this.#clock)) return
    const { payload, valid, fires } = this.#stream
    const now = valid.value === 1 ? (payload as AnyHandle).bits : undefined
    if (this.#offered !== undefined && now !== this.#offered) {
      throw new SimulateError({
        code: 'SIM-0312',
        title: `\`${this.name}\` took back a payload before it was taken, at ${edge.time} ns`,
        help: 'a valid payload stays, and stays valid, until the edge at which ready is 1',
      })
    }
    this.#offered = fires ? undefined : now
    if (fires) this.received.push(payload.value)
  }

  after(edge: ClockEdge): void {
    if (edge.has(this.#clock)) this.#stream.ready.value = this.#stall() ? 0 : 1
  }

  end(): void {
    this.#stream.ready.value = 0
  }

  state(expected: number | undefined): string {
    const { ready, valid } = this.#stream
    const of = expected === undefined ? '' : ` of ${expected}`
    return `\`${this.name}\` gave ${this.received.length}${of} payloads; valid ${valid.value}, ready ${ready.value}`
  }
}
