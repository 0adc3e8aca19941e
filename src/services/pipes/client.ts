/** Pipes as programs make them. Source: services sections 4 and 4.3. */
import { pageBytes, selectors, systemCalls, WordWriter } from '#kernel'
import type { File } from '../file/file.ts'
import { openFileSession } from '../file/file-system-client.ts'
import { exchangeWithSession } from '../library/session.ts'
import { closeSession, openSession } from '../manager/client.ts'
import type { Context } from '../runtime/context.ts'
import { pipeOperations, readerArgument } from './protocol.ts'

const readWrite = 3

/** The service, as a program that makes pipes has it. Its pipes end with it. All methods reject with CallError. */
export class PipesClient {
  readonly #context: Context
  readonly #session: number
  /** Local memory of pipes that are closed, by its size. */
  readonly #spare = new Map<number, number[]>()

  private constructor(context: Context, session: number) {
    this.#context = context
    this.#session = session
  }

  /** Opens a session with the service by the name that the boot file gives it. */
  static async open(context: Context, service = 'pipes'): Promise<PipesClient> {
    return new PipesClient(context, await openSession(context, service))
  }

  /** A pipe of `bytes` bytes in memory of the own tile, of which it takes whole pages until it is closed. */
  async create(bytes: number): Promise<NewPipe> {
    const context = this.#context
    const memory = context.selector()
    const size = Math.ceil(bytes / pageBytes) * pageBytes
    const address = this.#spare.get(size)?.pop() ?? context.allocate(size, pageBytes)
    const giveBack = async (): Promise<void> => {
      // Whoever still has a part of it, the service included, has it no more.
      await context.calls.revoke(memory)
      this.#spare.set(size, [...(this.#spare.get(size) ?? []), address])
    }
    const request = { dst: memory, act: selectors.activity, address, size, permissions: readWrite }
    await context.calls.call(systemCalls.createMgate, request)
    try {
      return await this.#createIn(memory, bytes, giveBack)
    } catch (reason) {
      await giveBack()
      throw reason
    }
  }

  /** A pipe of `bytes` bytes in the memory behind a capability, from its start. */
  createIn(memory: number, bytes: number): Promise<NewPipe> {
    return this.#createIn(memory, bytes, async () => {})
  }

  async #createIn(memory: number, bytes: number, closed: () => Promise<void>): Promise<NewPipe> {
    const context = this.#context
    const session = context.selector()
    const open = new WordWriter().word(pipeOperations.openPipe).word(bytes)
    await exchangeWithSession(context, this.#session, 'obtain', { start: session, count: 1 }, open)
    try {
      const give = new WordWriter().word(pipeOperations.setMemory)
      await exchangeWithSession(context, session, 'delegate', { start: memory, count: 1 }, give)
    } catch (reason) {
      await context.calls.revoke(session)
      throw reason
    }
    return new NewPipe(context, session, closed)
  }

  /** Ends the session, and with it all pipes. */
  close(): Promise<void> {
    return closeSession(this.#context, this.#session)
  }
}

/** A pipe in the hands of the program that made it. */
export class NewPipe {
  readonly #context: Context
  readonly #session: number
  readonly #closed: () => Promise<void>

  /** `closed` gives back what the pipe was made of. */
  constructor(context: Context, session: number, closed: () => Promise<void>) {
    this.#context = context
    this.#session = session
    this.#closed = closed
  }

  /** Another end: the selector of its session, with its send gate behind it. */
  async end(which: 'reader' | 'writer'): Promise<number> {
    const start = this.#context.selector(2)
    const args = new WordWriter().word(pipeOperations.openChannel).word(which === 'reader' ? readerArgument : 0)
    await exchangeWithSession(this.#context, this.#session, 'obtain', { start, count: 2 }, args)
    return start
  }

  /** Another end to read from. */
  async reader(): Promise<File> {
    return openFileSession(this.#context, await this.end('reader'))
  }

  /** Another end to write to. What was written counts when it was flushed, or the end closed. */
  async writer(): Promise<File> {
    return openFileSession(this.#context, await this.end('writer'))
  }

  /** Closes an end that was not opened as a file. */
  async dropEnd(start: number): Promise<void> {
    await this.#context.calls.revoke(start + 1)
    await this.#context.calls.revoke(start)
  }

  /** Ends the pipe, whoever uses it. */
  async close(): Promise<void> {
    await this.#context.calls.revoke(this.#session)
    await this.#closed()
  }
}
