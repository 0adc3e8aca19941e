/** What the service does for its clients. Source: services sections 2.3, 4 and 4.2. */
import { CallError, codes, WordWriter } from '#kernel'
import type { WordReader } from '#kernel'
import { fileEvents, fileInfoFields, fileOperations } from '../../file/protocol.ts'
import type { Context } from '../../runtime/context.ts'
import { enabled } from '../../service/notifications.ts'
import type { Notifications } from '../../service/notifications.ts'
import { kept } from '../../service/service.ts'
import type { AnswerLater, Exchanged, ExchangeRequest, Service, ServiceHandlers } from '../../service/service.ts'
import type { Session } from '../../service/sessions.ts'
import { pipeMode, pipeOperations, readerArgument } from '../protocol.ts'
import { hideMemory, showMemory } from './channel-memory.ts'
import { leastPipeBytes, Pipe } from './pipe.ts'
import type { Direction, Outcome } from './pipe.ts'
import type { ChannelSession, PipesSession, PipeSession, Ticket } from './sessions.ts'

type Known = Session<PipesSession> & { state: PipesSession }

/** Bytes that a memory endpoint can reach. */
const mostPipeBytes = 2n ** 32n

/** The event that a client of a direction can be told of. */
const eventOf = { in: fileEvents.input, out: fileEvents.output } as const

export const pipesHandlers = (
  context: Context,
  service: Service<PipesSession>,
  notifications: Notifications,
): ServiceHandlers<PipesSession> => {
  /** Outcomes that clients have not been told yet. */
  const settled: { readonly ticket: Ticket; readonly outcome: Outcome }[] = []

  return {
    open: async () => ({ kind: 'meta' }),
    exchange,
    request: async ({ state }, operation, fields, answer) => {
      if (state.kind !== 'channel') throw new CallError(codes.InvArgs, 'this session takes no requests')
      if (fields.word() !== 0n) throw new CallError(codes.InvArgs, 'file id')
      const words = await request(state, operation, fields, answer)
      await tell()
      raise(state.of)
      return words
    },
    closing: ({ state }) => {
      if (state.kind === 'pipe') state.pipe.abandon()
    },
    close,
    work: () => notifications.work(),
    answered: async () => {},
    idle: async () => {},
  }

  async function exchange(session: Known, { kind, operation, count, args }: ExchangeRequest): Promise<Exchanged> {
    const { state } = session
    const { openPipe, openChannel, setMemory } = pipeOperations
    const { cloneFile, setDestination, enableNotify } = fileOperations
    const is = (wanted: number, how: 'obtain' | 'delegate', many: number): boolean =>
      operation === wanted && kind === how && count === many
    switch (state.kind) {
      case 'meta':
        if (is(openPipe, 'obtain', 1)) return newPipe(session, args.word())
        break
      case 'pipe':
        if (is(setMemory, 'delegate', 1)) return takeMemory(state)
        if (is(openChannel, 'obtain', 2)) {
          const direction = args.word() === BigInt(readerArgument) ? 'in' : 'out'
          return newChannel(session.creator, session.id, state, direction)
        }
        break
      case 'channel':
        if (is(setDestination, 'delegate', 1)) return takeEndpoint(state)
        if (is(cloneFile, 'obtain', 2))
          return newChannel(session.creator, session.parent, state.of, state.end.direction)
        if (is(enableNotify, 'delegate', 1)) return enable(state)
    }
    throw new CallError(codes.InvArgs, `exchange ${operation}`)
  }

  async function newPipe({ creator, id }: Known, bytes: bigint): Promise<Exchanged> {
    if (bytes < leastPipeBytes || bytes > mostPipeBytes) throw new CallError(codes.InvArgs, `a pipe of ${bytes} bytes`)
    const pipe = new Pipe<Ticket>(Number(bytes), (ticket, outcome) => void settled.push({ ticket, outcome }))
    return service.subSession(
      creator,
      id,
      { kind: 'pipe', pipe, memory: undefined, notified: { in: undefined, out: undefined } },
      'no requests',
    )
  }

  function takeMemory(state: PipeSession): Exchanged {
    if (state.memory !== undefined) throw new CallError(codes.InvArgs, 'the pipe has memory already')
    state.memory = context.selector()
    return { start: state.memory }
  }

  async function newChannel(
    creator: number,
    parent: number | undefined,
    of: PipeSession,
    direction: Direction,
  ): Promise<Exchanged> {
    const end = { direction }
    const state: ChannelSession = {
      ...{ kind: 'channel', of, end, endpoint: undefined, gate: undefined, notification: undefined },
    }
    const { start } = await service.subSession(creator, parent, state)
    of.pipe.open(end)
    return { start }
  }

  async function takeEndpoint(state: ChannelSession): Promise<Exchanged> {
    if (state.of.pipe.isWaiting(state.end)) throw new CallError(codes.InvArgs, 'a request waits for the old endpoint')
    await hideMemory(context, state)
    state.endpoint = context.selector()
    return { start: state.endpoint }
  }

  function enable(state: ChannelSession): Exchanged {
    const { notified } = state.of
    if (state.notification !== undefined) throw new CallError(codes.Exists, 'notifications')
    if (notified[state.end.direction] !== undefined)
      throw new CallError(codes.InvArgs, 'another client of this direction is notified')
    notified[state.end.direction] = state
    state.notification = notifications.add()
    return { start: state.notification.selector }
  }

  /** Tells those who want to know what is possible with a pipe now. */
  function raise({ pipe, notified }: PipeSession): void {
    for (const direction of ['in', 'out'] as const)
      if (pipe.isReady(direction)) notified[direction]?.notification?.raise(eventOf[direction])
  }

  async function request(
    state: ChannelSession,
    operation: number,
    fields: WordReader,
    answer: AnswerLater,
  ): Promise<Uint8Array | typeof kept> {
    const { pipe } = state.of
    const { stat, seek, nextIn, nextOut, commit, requestNotify } = fileOperations
    const next = async (): Promise<typeof kept> => {
      await showMemory(context, state)
      const promised = state.notification?.isPromised(eventOf[state.end.direction]) === true
      pipe.next(state.end, { answer, channel: state }, promised ? 'does not wait' : 'waits')
      return kept
    }
    switch (operation) {
      case stat:
        return fileInfo()
      case seek:
        throw new CallError(codes.SeekPipe, 'seek')
      case nextIn:
      case nextOut:
        if (state.end.direction !== (operation === nextIn ? 'in' : 'out'))
          throw new CallError(codes.InvArgs, 'direction')
        return next()
      case commit: {
        const bytes = fields.word()
        if (bytes === 0n) return next()
        await showMemory(context, state)
        pipe.commit(state.end, Number(bytes))
        return new WordWriter().word(pipe.size).finish()
      }
      case requestNotify:
        await enabled(state.notification).arm(Number(fields.word() & 7n))
        return new Uint8Array()
      default:
        throw new CallError(codes.InvArgs, `request ${operation}`)
    }
  }

  async function close({ state }: Known): Promise<void> {
    if (state.kind === 'channel') {
      const { direction } = state.end
      if (state.of.notified[direction] === state) state.of.notified[direction] = undefined
      state.of.pipe.close(state.end)
      await tell()
      raise(state.of)
      await hideMemory(context, state)
      if (state.notification !== undefined) await notifications.remove(state.notification)
    } else if (state.kind === 'pipe' && state.memory !== undefined) {
      await context.calls.revoke(state.memory)
    }
  }

  async function tell(): Promise<void> {
    for (const { ticket, outcome } of settled.splice(0)) {
      const { notification, end } = ticket.channel
      if (outcome.kind === 'part') notification?.keep(eventOf[end.direction])
      await ticket.answer(() => wordsOf(outcome))
    }
  }
}

const wordsOf = (outcome: Outcome): Uint8Array => {
  if (outcome.kind === 'error') throw new CallError(outcome.code)
  return new WordWriter().word(outcome.part.offset).word(outcome.part.length).finish()
}

const fileInfo = (): Uint8Array => {
  const writer = new WordWriter()
  for (const name of fileInfoFields) writer.word(name === 'mode' ? pipeMode : 0)
  return writer.finish()
}
