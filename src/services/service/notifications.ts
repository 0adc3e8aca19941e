/** Telling clients that a file can be read or written, for those who do not want to wait in a request. Source: services section 2.5. */
import { errorCodes } from '#layout'
import { CallError, codes, WordWriter } from '#kernel'
import { giveBackEndpoint, takeEndpoint } from '../library/endpoint-cache.ts'
import { activateNow } from '../library/endpoints.ts'
import type { OwnEndpoint } from '../library/endpoints.ts'
import type { Context } from '../runtime/context.ts'
import { createAnswerGate } from './answers.ts'
import type { AnswerGate } from './answers.ts'

/** Every client has one credit. */
const answerSlots = 32

/** All notifications of a service. */
export class Notifications {
  readonly #context: Context
  readonly #answers: AnswerGate
  readonly #message: number
  readonly #all = new Set<Notification>()

  private constructor(context: Context, answers: AnswerGate) {
    this.#context = context
    this.#answers = answers
    this.#message = context.allocate(16)
  }

  static async create(context: Context): Promise<Notifications> {
    return new Notifications(context, await createAnswerGate(context, answerSlots))
  }

  /** For a client that is about to delegate its send gate, which arrives at `selector`. */
  add(): Notification {
    const notification = new Notification(this.#context, this.#context.selector())
    this.#all.add(notification)
    return notification
  }

  async remove(notification: Notification): Promise<void> {
    this.#all.delete(notification)
    await notification.dissolve()
  }

  /** Tells what can be told; says whether there was anything to do. */
  async work(): Promise<boolean> {
    let busy = (await this.#answers.poll()) !== undefined
    for (const notification of this.#all)
      if (notification.isPending && (await notification.tell(this.#answers.ep, this.#message))) busy = true
    return busy
  }
}

/** What one client wants to be told. */
export class Notification {
  readonly selector: number
  readonly #context: Context
  #endpoint: OwnEndpoint | undefined
  #armed = 0
  #pending = 0
  #promised = 0

  constructor(context: Context, selector: number) {
    this.#context = context
    this.selector = selector
  }

  get isPending(): boolean {
    return this.#pending !== 0
  }

  /**
   * Arms events.
   *
   * Rejects: CallError RecvGone when the client does not receive notifications, and what else the kernel says of its gate.
   */
  async arm(events: number): Promise<void> {
    if (this.#endpoint === undefined) {
      const endpoint = await takeEndpoint(this.#context)
      try {
        await activateNow(this.#context, endpoint, this.selector)
      } catch (reason) {
        await giveBackEndpoint(this.#context, endpoint)
        throw reason
      }
      this.#endpoint = endpoint
    }
    this.#armed |= events
    this.#promised &= ~events
  }

  /** Events that are possible now: those that are armed will be told. */
  raise(events: number): void {
    this.#pending |= this.#armed & events
  }

  /** Whether the client was told that this would not make it wait. */
  isPromised(event: number): boolean {
    return (this.#promised & event) !== 0
  }

  /** What was promised came true. */
  keep(event: number): void {
    this.#promised &= ~event
  }

  /** Sends what is pending if the client has answered what it got before; says whether anything changed. */
  async tell(replyEp: number, buffer: number): Promise<boolean> {
    if (this.#endpoint === undefined) return false
    const message = new WordWriter().word(this.#pending).finish()
    this.#context.tile.writeMemory(buffer, message)
    const error = await this.#context.tcu.send(this.#endpoint.ep, buffer, message.length, replyEp)
    if (waits.includes(error)) return false
    // A client that cannot be reached has forgotten its events.
    this.#promised = error === errorCodes.NONE ? this.#pending : 0
    this.#armed &= ~this.#pending
    this.#pending = 0
    return true
  }

  async dissolve(): Promise<void> {
    await this.#context.calls.revoke(this.selector)
    const endpoint = this.#endpoint
    this.#endpoint = undefined
    if (endpoint !== undefined) await giveBackEndpoint(this.#context, endpoint)
  }
}

const waits: readonly number[] = [errorCodes.NO_CREDITS, errorCodes.RECV_NO_SPACE]

/**
 * The notification of a session.
 *
 * Throws: CallError NotSup when the client has not enabled them.
 */
export const enabled = (notification: Notification | undefined): Notification => {
  if (notification === undefined) throw new CallError(codes.NotSup, 'notifications are not enabled')
  return notification
}
