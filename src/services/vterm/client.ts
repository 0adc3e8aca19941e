/** Terminals as programs use them. Source: services section 6.1. */
import { WordWriter } from '#kernel'
import { Channel } from '../file/channel.ts'
import { fileOperations } from '../file/protocol.ts'
import { exchangeWithSession } from '../library/session.ts'
import { closeSession, openSession } from '../manager/client.ts'
import type { Context } from '../runtime/context.ts'
import { terminalEnds } from './protocol.ts'

/** The serial console, in the hands of a program that may use it. All methods reject with CallError. */
export class TerminalClient {
  readonly #context: Context
  readonly #session: number

  private constructor(context: Context, session: number) {
    this.#context = context
    this.#session = session
  }

  /** Opens a session with the service by the name that the boot file gives it. */
  static async open(context: Context, service = 'vterm'): Promise<TerminalClient> {
    return new TerminalClient(context, await openSession(context, service))
  }

  /** Another channel: the selector of its session, with its send gate behind it; for the own use or for a child. */
  async end(which: keyof typeof terminalEnds): Promise<number> {
    const start = this.#context.selector(2)
    const args = new WordWriter().word(fileOperations.cloneFile).word(terminalEnds[which])
    await exchangeWithSession(this.#context, this.#session, 'obtain', { start, count: 2 }, args)
    return start
  }

  async open(which: keyof typeof terminalEnds): Promise<Channel> {
    return Channel.open(this.#context, await this.end(which))
  }

  /** Ends the session, and with it all channels. */
  close(): Promise<void> {
    return closeSession(this.#context, this.#session)
  }
}
