/** What every service does: sessions, exchanges and requests. Source: services section 1. */
import {
  CallError,
  codes,
  decodeFields,
  encodeFields,
  Malformed,
  selectors,
  systemCalls,
  WordReader,
  WordWriter,
} from '#kernel'
import type { Message, Received } from '#kernel'
import type { Context } from '../runtime/context.ts'
import { connectOperation, controlGate, controlRequests } from './control.ts'
import { createPolledGate } from './gate-poll.ts'
import type { PolledGate } from './gate-poll.ts'
import { Sessions } from './sessions.ts'
import type { Session } from './sessions.ts'

/** What is exchanged: which of the service's selectors, and words for the client. */
export interface Exchanged {
  readonly start: number
  readonly args?: readonly (number | bigint)[]
}

/** An exchange that a client asks for. */
export interface ExchangeRequest {
  readonly kind: 'obtain' | 'delegate'
  readonly operation: number
  /** Capabilities that the client wants or gives. */
  readonly count: number
  /** Argument words behind the operation. */
  readonly args: WordReader
}

/**
 * What makes a service its own. Handlers reject with CallError, whose code the client gets, or with Malformed for InvArgs;
 * everything else ends the service.
 */
export interface ServiceHandlers<State> {
  /** A session that was opened by name. */
  open(session: Session<State>, argument: string): Promise<State>
  exchange(session: Session<State> & { state: State }, request: ExchangeRequest): Promise<Exchanged>
  /**
   * A request of a client; `operation` is its first word. Gives the words behind the error word of the answer; or `kept`, when
   * `answer` is going to give them later, unless the session ends before.
   */
  request(
    session: Session<State> & { state: State },
    operation: number,
    fields: WordReader,
    answer: AnswerLater,
  ): Promise<Uint8Array | typeof kept>
  /** The session is about to be closed, and those that were obtained through it are going to be closed before. */
  closing?(session: Session<State> & { state: State }): void
  /** The session is gone, with all capabilities that belong to it. */
  close(session: Session<State> & { state: State }): Promise<void>
  /** What else the service looks at in every turn: devices, notifications; says whether there was anything. */
  work?(): Promise<boolean>
  /** Called after every answer. */
  answered(): Promise<void>
  /** Called when nothing is left to do. */
  idle(): Promise<void>
}

export interface ServiceOptions {
  readonly name: string
  /** Sessions at once. */
  readonly sessions: number
  /** Bytes of a request, a power of two. */
  readonly requestBytes: number
  /** Send gates that each session can have beyond its first. */
  readonly connections: number
}

/** Says that a request is going to be answered later. Services section 1.5. */
export const kept = Symbol('kept')

/** Answers a request that was kept; `words` gives what follows the error word, or throws CallError with the error. */
export type AnswerLater = (words: () => Uint8Array) => Promise<void>

/** Cycles between two looks when nothing comes: the longer nothing came, the longer. */
const idleCycles = { first: 4, last: 64 }

type Exchange = Received<typeof controlRequests.obtain.request>

export class Service<State> {
  readonly #selector: number
  readonly #creatorGate: number
  readonly #context: Context
  readonly #options: ServiceOptions
  readonly #control: PolledGate
  readonly #requests: PolledGate
  readonly #sessions: Sessions<State>
  /** Sessions that the control message being handled made for a client. */
  readonly #fresh: Session<State>[] = []
  /** Requests that are answered later; each occupies its slot meanwhile. */
  readonly #kept = new Map<Message, Session<State>>()
  #running = true

  private constructor(
    context: Context,
    options: ServiceOptions,
    control: PolledGate,
    requests: PolledGate,
    selector: number,
    creatorGate: number,
  ) {
    this.#context = context
    this.#options = options
    this.#control = control
    this.#requests = requests
    this.#sessions = new Sessions(options.sessions)
    this.#selector = selector
    this.#creatorGate = creatorGate
  }

  /** Creates a service with its gates; it can be registered then. */
  static async create<State>(context: Context, options: ServiceOptions): Promise<Service<State>> {
    const control = await createPolledGate(context, controlGate.slots, controlGate.slotBytes)
    const slots = 2 ** Math.ceil(Math.log2(options.sessions))
    const requests = await createPolledGate(context, Math.min(slots, mostSlots), options.requestBytes)
    const [selector, creatorGate] = [context.selector(), context.selector()]
    const { calls } = context
    await calls.call(systemCalls.createSrv, { dst: selector, rgate: control.selector, creator: 0, name: options.name })
    await calls.call(systemCalls.createSgate, { dst: creatorGate, rgate: control.selector, label: 0, credits: 1 })
    return new Service(context, options, control, requests, selector, creatorGate)
  }

  /** What a resource manager has to know. */
  get registration(): { readonly selector: number; readonly creatorGate: number } {
    return { selector: this.#selector, creatorGate: this.#creatorGate }
  }

  /**
   * A session in a client's hands without the resource manager, with its send gate behind it unless it takes no requests; it
   * ends with `parent`.
   *
   * Rejects: CallError NoSpace, and what the kernel refuses.
   */
  async subSession(
    creator: number,
    parent: number | undefined,
    state: State,
    requests: 'requests' | 'no requests' = 'requests',
  ): Promise<{ readonly start: number; readonly session: Session<State> }> {
    const session = this.#sessions.add(creator, parent)
    const start = this.#context.selector(2)
    try {
      await this.#createSession(session, start, true)
      if (requests === 'requests') await this.#createGate(session, start + 1)
    } catch (reason) {
      await this.#dissolve(session)
      throw reason
    }
    session.state = state
    this.#fresh.push(session)
    return { start, session }
  }

  /** Serves until the resource manager says Shutdown. */
  async serve(handlers: ServiceHandlers<State>): Promise<void> {
    let idle: number = idleCycles.first
    while (this.#running) {
      const control = await this.#control.poll()
      if (control !== undefined) await this.#handleControl(handlers, control)
      const request = await this.#requests.poll()
      if (request !== undefined) await this.#handleRequest(handlers, request)
      const worked = (await handlers.work?.()) === true
      if (control !== undefined || request !== undefined || worked) {
        idle = idleCycles.first
        await this.#context.serve()
      } else {
        if (idle === idleCycles.first) await handlers.idle()
        await this.#context.pause(idle)
        idle = Math.min(2 * idle, idleCycles.last)
      }
    }
  }

  async #handleControl(handlers: ServiceHandlers<State>, message: Message): Promise<void> {
    const payload = await answerTo(() =>
      this.#answerControl(handlers, Number(message.label), new WordReader(message.payload)),
    )
    const delivered = await this.#control.reply(message, payload)
    for (const session of this.#fresh.splice(0)) {
      // Whoever was to get it does not wait any more.
      if (!delivered && this.#sessions.get(session.id) === session) await this.#close(handlers, session)
    }
    await handlers.answered()
  }

  async #answerControl(handlers: ServiceHandlers<State>, creator: number, reader: WordReader): Promise<Uint8Array> {
    const code = Number(reader.word())
    const { open, obtain, delegate, close, deriveCreator, shutdown } = controlRequests
    switch (code) {
      case open.code: {
        const { argument } = decodeFields(open.request, reader)
        const session = await this.#open(handlers, creator, argument)
        return encodeFields(0, open.reply, { selector: session.selector ?? 0, ident: session.id })
      }
      case deriveCreator.code:
        return this.#deriveCreator(creator, decodeFields(deriveCreator.request, reader).sessions)
      case obtain.code:
        return this.#exchange(handlers, creator, 'obtain', decodeFields(obtain.request, reader))
      case delegate.code:
        return this.#exchange(handlers, creator, 'delegate', decodeFields(delegate.request, reader))
      case close.code: {
        const { sid } = decodeFields(close.request, reader)
        await this.#close(handlers, this.#sessions.of(creator, Number(sid)))
        return encodeFields(0, close.reply, {})
      }
      case shutdown.code:
        if (creator !== 0) throw new CallError(codes.NoPerm, 'shutdown')
        for (const session of this.#sessions.all) await this.#close(handlers, session)
        this.#running = false
        return encodeFields(0, shutdown.reply, {})
      default:
        throw new CallError(codes.InvArgs, `control request ${code}`)
    }
  }

  async #handleRequest(handlers: ServiceHandlers<State>, message: Message): Promise<void> {
    const session = this.#sessions.get(Number(message.label))
    // A request of a session that was closed meanwhile. Services section 9, item 7.
    if (session?.state === undefined) return this.#requests.drop(message)
    this.#kept.set(message, session)
    const payload = await answerTo(async () => {
      const reader = new WordReader(message.payload)
      const operation = Number(reader.word())
      const known = session as Session<State> & { state: State }
      const words = await handlers.request(known, operation, reader, (later) => this.#answerKept(message, later))
      return words === kept ? kept : prefixed(words)
    })
    if (payload === kept) return
    this.#kept.delete(message)
    await this.#requests.reply(message, payload)
    await handlers.answered()
  }

  async #answerKept(message: Message, words: () => Uint8Array): Promise<void> {
    if (!this.#kept.delete(message)) return
    await this.#requests.reply(message, await answerTo(async () => prefixed(words())))
  }

  async #open(handlers: ServiceHandlers<State>, creator: number, argument: string): Promise<Session<State>> {
    const session = this.#sessions.add(creator)
    try {
      await this.#createSession(session, this.#context.selector(), false)
      session.state = await handlers.open(session, argument)
    } catch (reason) {
      await this.#dissolve(session)
      throw reason
    }
    return session
  }

  async #deriveCreator(from: number, sessions: bigint): Promise<Uint8Array> {
    const creator = this.#sessions.derive(from, sessions)
    const sgate = this.#context.selector()
    const request = { dst: sgate, rgate: this.#control.selector, label: creator, credits: 1 }
    await this.#context.calls.call(systemCalls.createSgate, request)
    return encodeFields(0, controlRequests.deriveCreator.reply, { creator, sgate })
  }

  async #exchange(
    handlers: ServiceHandlers<State>,
    creator: number,
    kind: 'obtain' | 'delegate',
    { sid, range, bytes, args }: Exchange,
  ): Promise<Uint8Array> {
    const session = this.#sessions.of(creator, Number(sid))
    if (session.state === undefined) throw new CallError(codes.InvArgs, 'session')
    const stream = new WordWriter()
    for (const argument of args.slice(0, Number(bytes) / 8)) stream.word(argument)
    const reader = new WordReader(stream.finish())
    const operation = Number(reader.word())
    const count = Number(range.count)
    const exchanged =
      operation === connectOperation
        ? await this.#connect(session, kind, count)
        : await handlers.exchange(session as Session<State> & { state: State }, {
            kind,
            operation,
            count,
            args: reader,
          })
    const results = exchanged.args ?? []
    return encodeFields(0, controlRequests.obtain.reply, {
      range: { start: exchanged.start, count },
      bytes: 8 * results.length,
      args: results,
    })
  }

  async #connect(session: Session<State>, kind: string, count: number): Promise<Exchanged> {
    if (kind !== 'obtain' || count !== 1) throw new CallError(codes.InvArgs, 'connect')
    if (session.gates.length >= this.#options.connections) throw new CallError(codes.NoSpace, 'connect')
    const start = this.#context.selector()
    await this.#createGate(session, start)
    return { start }
  }

  async #createSession(session: Session<State>, dst: number, autoClose: boolean): Promise<void> {
    const { id: ident, creator } = session
    await this.#context.calls.call(systemCalls.createSess, { dst, srv: this.#selector, creator, ident, autoClose })
    session.selector = dst
  }

  async #createGate(session: Session<State>, dst: number): Promise<void> {
    const request = { dst, rgate: this.#requests.selector, label: session.id, credits: 1 }
    await this.#context.calls.call(systemCalls.createSgate, request)
    session.gates.push(dst)
  }

  /** Ends a session and those that were obtained through it. */
  async #close(handlers: ServiceHandlers<State>, top: Session<State>): Promise<void> {
    const ending = this.#sessions.tree(top)
    for (const session of ending)
      if (session.state !== undefined) handlers.closing?.(session as Session<State> & { state: State })
    for (const session of ending) {
      // A session of which Shutdown closed the parent before.
      if (this.#sessions.get(session.id) !== session) continue
      await this.#dissolve(session)
      if (session.state !== undefined) await handlers.close(session as Session<State> & { state: State })
    }
  }

  /** Takes the capabilities of a session away and makes its number free. */
  async #dissolve(session: Session<State>): Promise<void> {
    for (const selector of [...session.gates, ...(session.selector === undefined ? [] : [session.selector])]) {
      const range = { start: selector, count: 1 }
      await this.#context.calls.call(systemCalls.revoke, { act: selectors.activity, range, own: true })
    }
    for (const [message, { id }] of [...this.#kept])
      if (id === session.id && this.#kept.delete(message)) await this.#requests.drop(message)
    await this.#requests.dropAll(BigInt(session.id))
    this.#sessions.remove(session)
  }
}

/** Slots of a receive endpoint. Kernel section 0.3, FPGA value. */
const mostSlots = 32

/** What a handler gives, or its refusal as a single error word. */
const answerTo = async <T extends Uint8Array | typeof kept>(handle: () => Promise<T>): Promise<T | Uint8Array> => {
  try {
    return await handle()
  } catch (reason) {
    if (reason instanceof CallError) return new WordWriter().word(reason.code).finish()
    if (reason instanceof Malformed) return new WordWriter().word(codes.InvArgs).finish()
    throw reason
  }
}

/** The words of an answer behind the error word of success. */
const prefixed = (words: Uint8Array): Uint8Array => {
  const payload = new Uint8Array(8 + words.length)
  payload.set(words, 8)
  return payload
}
