/** What a resource manager asks services for, without waiting: a service may take its time, or none at all. Source: services section 1.2. */
import { CallError, codes, systemCalls, WordReader } from '#kernel'
import type { Message } from '#kernel'
import { giveBackEndpoint, takeEndpoint } from '../library/endpoint-cache.ts'
import { activate, activateNow, allocateEndpoint } from '../library/endpoints.ts'
import type { OwnEndpoint } from '../library/endpoints.ts'
import type { Context } from '../runtime/context.ts'

/** Told when the answer is there; `error` is the service's, or RecvGone when it went away. */
type Answered = (error: number, answer: WordReader | undefined) => Promise<void>

interface Call {
  readonly request: Uint8Array
  readonly answered: Answered
}

/** The send gate to one service: one request at a time. */
export class ServiceChannel {
  readonly label: bigint
  readonly endpoint: OwnEndpoint
  readonly waiting: Call[] = []
  outstanding: Call | undefined

  constructor(label: bigint, endpoint: OwnEndpoint) {
    this.label = label
    this.endpoint = endpoint
  }
}

const answerSlots = 32
const answerBytes = 64
const requestBytes = 256

export class ServiceCalls {
  readonly #context: Context
  readonly #ep: number
  readonly #buffer: number
  readonly #message: number
  readonly #channels = new Map<bigint, ServiceChannel>()
  #next = 0n

  private constructor(context: Context, ep: number, buffer: number) {
    this.#context = context
    this.#ep = ep
    this.#buffer = buffer
    this.#message = context.allocate(requestBytes)
  }

  static async create(context: Context): Promise<ServiceCalls> {
    const gate = context.selector()
    const messageOrder = Math.log2(answerBytes)
    const order = messageOrder + Math.log2(answerSlots)
    await context.calls.call(systemCalls.createRgate, { dst: gate, order, messageOrder })
    const buffer = context.allocateBuffer(answerSlots * answerBytes)
    const endpoint = await allocateEndpoint(context)
    await activate(context, endpoint, gate, buffer)
    return new ServiceCalls(context, endpoint.ep, buffer)
  }

  /** A channel through the send gate at `selector`. Rejects: CallError RecvGone when its receive gate is not active. */
  async open(selector: number): Promise<ServiceChannel> {
    const endpoint = await takeEndpoint(this.#context)
    try {
      await activateNow(this.#context, endpoint, selector)
    } catch (reason) {
      await giveBackEndpoint(this.#context, endpoint)
      throw reason
    }
    const channel = new ServiceChannel(this.#next++, endpoint)
    this.#channels.set(channel.label, channel)
    return channel
  }

  /** Sends a request when those before it have been answered. */
  async call(channel: ServiceChannel, request: Uint8Array, answered: Answered): Promise<void> {
    channel.waiting.push({ request, answered })
    await this.#advance(channel)
  }

  /** Handles an answer if there is one. */
  async poll(): Promise<boolean> {
    const { tcu } = this.#context
    if ((await tcu.unread(this.#ep)) === 0) return false
    const message = await tcu.fetch(this.#ep, this.#buffer)
    if (message === undefined) return false
    await tcu.acknowledge(this.#ep, message.offset)
    await this.#answer(message)
    return true
  }

  /** Ends a channel whose service is gone. */
  async close(channel: ServiceChannel): Promise<void> {
    if (!this.#channels.delete(channel.label)) return
    const calls = [...(channel.outstanding === undefined ? [] : [channel.outstanding]), ...channel.waiting.splice(0)]
    channel.outstanding = undefined
    for (const { answered } of calls) await answered(codes.RecvGone, undefined)
    await giveBackEndpoint(this.#context, channel.endpoint)
  }

  async #answer({ label, payload }: Message): Promise<void> {
    const channel = this.#channels.get(label)
    const call = channel?.outstanding
    if (channel === undefined || call === undefined) return
    channel.outstanding = undefined
    const reader = new WordReader(payload)
    await call.answered(payload.length < 8 ? codes.InvArgs : Number(reader.word()), reader)
    await this.#advance(channel)
  }

  async #advance(channel: ServiceChannel): Promise<void> {
    while (channel.outstanding === undefined) {
      const call = channel.waiting.shift()
      if (call === undefined) return
      const { tcu, tile } = this.#context
      if (call.request.length > requestBytes) throw new CallError(codes.OutOfMem, 'a request to a service is too large')
      tile.writeMemory(this.#message, call.request)
      const { ep } = channel.endpoint
      const error = await tcu.send(ep, this.#message, call.request.length, this.#ep, channel.label)
      if (error === 0) channel.outstanding = call
      else await call.answered(error, undefined)
    }
  }
}
