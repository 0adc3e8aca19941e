/** What pipes and terminals can beyond files: events instead of waiting, and terminal modes. Source: services sections 2.3 and 2.5. */
import { systemCalls, WordWriter } from '#kernel'
import { RequestGate } from '../library/request-gate.ts'
import { openReceiveGate } from '../library/message-gates.ts'
import type { ReceiveGate } from '../library/message-gates.ts'
import { exchangeWithSession } from '../library/session.ts'
import type { Context } from '../runtime/context.ts'
import type { File } from './file.ts'
import { openFileWith } from './file-system-client.ts'
import { fileOperations } from './protocol.ts'

/** Order of the buffer and of its only message. Services section 2.5, item 1. */
const order = 6

/** An end of a pipe or of a terminal. All methods reject with CallError. */
export class Channel {
  readonly file: File
  readonly #context: Context
  readonly #session: number
  readonly #gate: RequestGate
  #events: ReceiveGate | undefined

  private constructor(context: Context, session: number, gate: RequestGate, file: File) {
    this.#context = context
    this.#session = session
    this.#gate = gate
    this.file = file
  }

  /** The channel behind a session and its send gate at two selectors in a row. */
  static async open(context: Context, start: number): Promise<Channel> {
    const gate = new RequestGate(context, start + 1)
    return new Channel(context, start, gate, await openFileWith(context, start, gate))
  }

  /** Lets the server tell events from now on: bits of `fileEvents`. A request for what was told does not wait then. */
  async enableEvents(): Promise<void> {
    const [rgate, sgate] = [this.#context.selector(), this.#context.selector()]
    const { calls } = this.#context
    await calls.call(systemCalls.createRgate, { dst: rgate, order, messageOrder: order })
    await calls.call(systemCalls.createSgate, { dst: sgate, rgate, label: 0, credits: 1 })
    const events = await openReceiveGate(this.#context, rgate)
    const args = new WordWriter().word(fileOperations.enableNotify)
    await exchangeWithSession(this.#context, this.#session, 'delegate', { start: sgate, count: 1 }, args)
    this.#events = events
  }

  /** Wants to be told, once, when one of these events is possible. */
  async wantEvents(events: number): Promise<void> {
    await this.#gate.request(new WordWriter().word(fileOperations.requestNotify).word(0).word(events))
  }

  /** Waits for events and gives their bits. */
  async nextEvents(): Promise<number> {
    if (this.#events === undefined) await this.enableEvents()
    const gate = this.#events as ReceiveGate
    const message = await gate.receive()
    await gate.reply(message, new WordWriter().word(0).finish())
    return Number(new DataView(message.payload.buffer, message.payload.byteOffset).getBigUint64(0, true))
  }

  /** One of `terminalModes`. */
  async mode(): Promise<number> {
    const answer = await this.#gate.request(new WordWriter().word(fileOperations.getTerminalMode).word(0))
    return Number(answer.word())
  }

  async setMode(mode: number): Promise<void> {
    await this.#gate.request(new WordWriter().word(fileOperations.setTerminalMode).word(0).word(mode))
  }
}
