/** A program's end of a socket's channel. Source: services section 6.5. */
import { endpointRegister, endpointTypes, errorCodes, field, sendWord0 } from '#layout'
import { CallError, codes, selectors, systemCalls, WordReader, WordWriter } from '#kernel'
import type { Message } from '#kernel'
import { giveBackEndpoint, takeEndpoint } from '../library/endpoint-cache.ts'
import { activate, allocateEndpoint } from '../library/endpoints.ts'
import type { OwnEndpoint } from '../library/endpoints.ts'
import type { Context } from '../runtime/context.ts'
import { channelSizes, decodeEvent, encodeEvent } from './protocol.ts'
import type { NetEvent } from './protocol.ts'

const { messages, messageBytes } = channelSizes
const answerBytes = 64
/** Slots for answers: one for each message on its way. */
const answersOrder = Math.log2(messages * answerBytes)

/** What a channel takes of the tile; used again by the next one. */
interface Place {
  readonly events: OwnEndpoint
  readonly eventBuffer: number
  readonly answers: OwnEndpoint
  readonly answerBuffer: number
  readonly message: number
}

const free = new WeakMap<Context, Place[]>()

const takePlace = async (context: Context): Promise<Place> => {
  const used = free.get(context)?.pop()
  if (used !== undefined) return used
  const gate = context.selector()
  const messageOrder = Math.log2(answerBytes)
  await context.calls.call(systemCalls.createRgate, { dst: gate, order: answersOrder, messageOrder })
  const answers = await allocateEndpoint(context)
  const answerBuffer = context.allocateBuffer(messages * answerBytes)
  await activate(context, answers, gate, answerBuffer)
  const eventBuffer = context.allocateBuffer(messages * messageBytes)
  const events = await allocateEndpoint(context, messages)
  return { events, eventBuffer, answers, answerBuffer, message: context.allocate(messageBytes) }
}

/** Sends and receives events of one socket. */
export class SocketChannel {
  readonly #context: Context
  readonly #place: Place
  readonly #start: number
  readonly #send: OwnEndpoint
  /** Messages whose answers are to come. */
  #unanswered = 0
  /** The first error of a message that was sent, until somebody hears of it. */
  #error: number = codes.Success

  private constructor(context: Context, place: Place, start: number, send: OwnEndpoint) {
    this.#context = context
    this.#place = place
    this.#start = start
    this.#send = send
  }

  /** The channel behind a receive gate and a send gate at two selectors in a row. */
  static async open(context: Context, start: number): Promise<SocketChannel> {
    const place = await takePlace(context)
    await activate(context, place.events, start, place.eventBuffer)
    const send = await takeEndpoint(context)
    await activate(context, send, start + 1)
    return new SocketChannel(context, place, start, send)
  }

  /**
   * Sends an event; returns as soon as the service has it, or will get it.
   *
   * Rejects: CallError with what the service said of an event before; NoSEP when it is gone.
   */
  async send(event: NetEvent): Promise<void> {
    const { tcu, tile } = this.#context
    const { answers, message } = this.#place
    const payload = encodeEvent(event)
    // Each answer needs a slot, also one that nobody has looked at yet.
    while (this.#unanswered >= messages) await this.#nextAnswer()
    this.#expectSuccess()
    tile.writeMemory(message, payload)
    const error = await tcu.send(this.#send.ep, message, payload.length, answers.ep)
    if (error !== errorCodes.NONE) throw new CallError(error, 'sending to a socket')
    this.#unanswered++
  }

  /** Waits until everything that was sent has its answer. Rejects: as `send`. */
  async settle(): Promise<void> {
    while (this.#unanswered > 0) await this.#nextAnswer()
    this.#expectSuccess()
  }

  /** The next event. Rejects: CallError NoSEP when the service is gone. */
  async receive(): Promise<NetEvent> {
    const { events, eventBuffer, message: buffer } = this.#place
    const message = await this.#receive(events.ep, eventBuffer)
    const event = decodeEvent(new WordReader(message.payload))
    const answer = new WordWriter().word(codes.Success).finish()
    const { tcu, tile } = this.#context
    tile.writeMemory(buffer, answer)
    const error = await tcu.reply(events.ep, message.offset, buffer, answer.length)
    if (error !== errorCodes.NONE) await tcu.acknowledge(events.ep, message.offset)
    return event
  }

  /** Gives everything back; the service has removed the socket, or is about to. */
  async close(): Promise<void> {
    const { calls } = this.#context
    for (const selector of [this.#start + 1, this.#start]) await calls.revoke(selector)
    await giveBackEndpoint(this.#context, this.#send)
    await activate(this.#context, this.#place.events, selectors.invalid)
    await this.#dropAnswers()
    free.set(this.#context, [...(free.get(this.#context) ?? []), this.#place])
  }

  #expectSuccess(): void {
    const error = this.#error
    this.#error = codes.Success
    if (error !== codes.Success) throw new CallError(error, 'sending to a socket')
  }

  async #nextAnswer(): Promise<void> {
    const { answers, answerBuffer } = this.#place
    const { payload, offset } = await this.#receive(answers.ep, answerBuffer)
    await this.#context.tcu.acknowledge(answers.ep, offset)
    this.#unanswered--
    const error = Number(new WordReader(payload).word())
    if (this.#error === codes.Success) this.#error = error
  }

  async #dropAnswers(): Promise<void> {
    const { answers, answerBuffer } = this.#place
    const { tcu } = this.#context
    while ((await tcu.unread(answers.ep)) !== 0) {
      const message = await tcu.fetch(answers.ep, answerBuffer)
      if (message !== undefined) await tcu.acknowledge(answers.ep, message.offset)
    }
  }

  async #receive(ep: number, buffer: number): Promise<Message> {
    try {
      return await this.#context.receive(ep, buffer, () => this.#isOpen())
    } catch (reason) {
      const gone = reason instanceof CallError && reason.code === codes.EPInvalid
      throw gone ? new CallError(codes.NoSEP, 'the service is gone') : reason
    }
  }

  async #isOpen(): Promise<boolean> {
    const word0 = await this.#context.tile.readRegister(endpointRegister(this.#send.ep, 0))
    return field(sendWord0, 'type', word0) === endpointTypes.send
  }
}
