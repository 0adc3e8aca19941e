/** The channels between sockets and their owners. Source: services section 6.5. */
import { errorCodes } from '#layout'
import { CallError, codes, Malformed, systemCalls, WordReader, WordWriter } from '#kernel'
import type { Message } from '#kernel'
import { giveBackEndpoint, takeEndpoint } from '../../library/endpoint-cache.ts'
import { activateNow } from '../../library/endpoints.ts'
import type { OwnEndpoint } from '../../library/endpoints.ts'
import type { Context } from '../../runtime/context.ts'
import { createAnswerGate } from '../../service/answers.ts'
import type { AnswerGate } from '../../service/answers.ts'
import { createPolledGate } from '../../service/gate-poll.ts'
import type { PolledGate } from '../../service/gate-poll.ts'
import { channelSizes, encodeEvent, decodeEvent } from '../protocol.ts'
import type { NetEvent } from '../protocol.ts'
import type { Loopback } from './loopback.ts'
import type { Socket } from './socket.ts'

/** Sockets at once: each has as many slots of the receive gate as it has credits. */
export const mostSockets = 8
const slots = mostSockets * channelSizes.messages
const messageOrder = Math.log2(channelSizes.messageBytes)
const order = messageOrder + Math.log2(channelSizes.messages)

/** Turns between two attempts to reach an owner who does not listen yet. */
const retryTurns = 32

/** A socket with its channel. */
export interface ConnectedSocket {
  readonly id: number
  readonly socket: Socket
  /** Selectors: the owner's receive gate and send gate in a row, and the own send gate. */
  readonly start: number
  readonly gate: number
  endpoint: OwnEndpoint | undefined
  retryIn: number
}

export class Channels {
  readonly #context: Context
  readonly #net: Loopback
  readonly #incoming: PolledGate
  readonly #answers: AnswerGate
  readonly #buffer: number
  readonly #all = new Map<number, ConnectedSocket>()
  /** Messages whose senders wait: each has an answer to come. */
  readonly #settled: { readonly message: Message; readonly error: number }[] = []
  readonly #kept = new Map<Message, number>()
  #nextId = 1

  private constructor(context: Context, net: Loopback, incoming: PolledGate, answers: AnswerGate) {
    this.#context = context
    this.#net = net
    this.#incoming = incoming
    this.#answers = answers
    this.#buffer = context.allocate(channelSizes.messageBytes)
  }

  static async create(context: Context, net: Loopback): Promise<Channels> {
    const { messageBytes } = channelSizes
    const buffer = context.allocate(slots * messageBytes)
    const incoming = await createPolledGate(context, slots, messageBytes, buffer)
    return new Channels(context, net, incoming, await createAnswerGate(context, slots))
  }

  get isFull(): boolean {
    return this.#all.size >= mostSockets
  }

  /** Gives a socket a channel. Rejects: what the kernel refuses. */
  async add(socket: Socket): Promise<ConnectedSocket> {
    const { calls } = this.#context
    const start = this.#context.selector(2)
    const gate = this.#context.selector()
    const id = this.#nextId++
    const { messages: credits } = channelSizes
    try {
      await calls.call(systemCalls.createRgate, { dst: start, order, messageOrder })
      await calls.call(systemCalls.createSgate, { dst: start + 1, rgate: this.#incoming.selector, label: id, credits })
      await calls.call(systemCalls.createSgate, { dst: gate, rgate: start, label: 0, credits })
    } catch (reason) {
      await this.#revoke(start, gate)
      throw reason
    }
    const channel: ConnectedSocket = { id, socket, start, gate, endpoint: undefined, retryIn: 0 }
    this.#all.set(id, channel)
    return channel
  }

  /** Ends a channel, and everything on its way in it. */
  async remove({ id, start, gate, endpoint }: ConnectedSocket): Promise<void> {
    this.#all.delete(id)
    await this.#revoke(start, gate)
    if (endpoint !== undefined) await giveBackEndpoint(this.#context, endpoint)
    for (const [message, of] of [...this.#kept])
      if (of === id && this.#kept.delete(message)) await this.#incoming.drop(message)
    await this.#incoming.dropAll(BigInt(id))
  }

  /** Takes a message of an owner, and hands on what others are to get; says whether there was anything to do. */
  async work(): Promise<boolean> {
    let busy = (await this.#answers.poll()) !== undefined
    const message = await this.#incoming.poll()
    if (message !== undefined) this.#take(message)
    busy ||= message !== undefined
    for (const channel of [...this.#all.values()])
      while (channel.socket.inbox.length > 0 && (await this.#tell(channel))) busy = true
    await this.#answerSettled()
    return busy
  }

  #take(message: Message): void {
    const channel = this.#all.get(Number(message.label))
    this.#kept.set(message, Number(message.label))
    const sent = (error: number): void => void this.#settled.push({ message, error })
    if (channel === undefined) return sent(codes.SocketClosed)
    try {
      const event = decodeEvent(new WordReader(message.payload))
      if (event.kind === 'data') this.#net.send(channel.socket, event.at, event.bytes, sent)
      else if (event.kind === 'close request') this.#net.finish(channel.socket, sent)
      else throw new CallError(codes.InvArgs, 'only the service says so')
    } catch (reason) {
      if (!(reason instanceof CallError || reason instanceof Malformed)) throw reason
      sent(reason instanceof CallError ? reason.code : codes.InvArgs)
    }
  }

  async #answerSettled(): Promise<void> {
    for (const { message, error } of this.#settled.splice(0))
      if (this.#kept.delete(message)) await this.#incoming.reply(message, new WordWriter().word(error).finish())
  }

  /** Sends the next event to an owner who can take it; says whether it did. */
  async #tell(channel: ConnectedSocket): Promise<boolean> {
    if (channel.endpoint === undefined && !(await this.#activate(channel))) return false
    const message = encodeEvent(channel.socket.inbox[0] as NetEvent)
    const { tile, tcu } = this.#context
    tile.writeMemory(this.#buffer, message)
    const { ep } = channel.endpoint as OwnEndpoint
    const error = await tcu.send(ep, this.#buffer, message.length, this.#answers.ep)
    if (error === errorCodes.NO_CREDITS || error === errorCodes.RECV_NO_SPACE) return false
    // An owner who does not listen any more will not miss the rest.
    if (error !== errorCodes.NONE) this.#net.abort(channel.socket)
    else this.#net.take(channel.socket)
    return true
  }

  /** An owner may take its time until it listens. */
  async #activate(channel: ConnectedSocket): Promise<boolean> {
    if (channel.retryIn > 0) {
      channel.retryIn--
      return false
    }
    const endpoint = await takeEndpoint(this.#context)
    try {
      await activateNow(this.#context, endpoint, channel.gate)
      channel.endpoint = endpoint
      return true
    } catch (reason) {
      if (!(reason instanceof CallError)) throw reason
      await giveBackEndpoint(this.#context, endpoint)
      channel.retryIn = retryTurns
      return false
    }
  }

  async #revoke(start: number, gate: number): Promise<void> {
    for (const selector of [gate, start + 1, start]) await this.#context.calls.revoke(selector)
  }
}
