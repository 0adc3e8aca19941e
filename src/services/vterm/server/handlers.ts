/** What the terminal service does for its clients. Source: services sections 2.3 and 6.1. */
import { CallError, codes, WordWriter } from '#kernel'
import type { WordReader } from '#kernel'
import { fileInfoFields, fileOperations } from '../../file/protocol.ts'
import type { FileWindow } from '../../file/protocol.ts'
import type { Context } from '../../runtime/context.ts'
import { enabled } from '../../service/notifications.ts'
import type { Notifications } from '../../service/notifications.ts'
import { kept } from '../../service/service.ts'
import type { AnswerLater, Exchanged, ExchangeRequest, Service, ServiceHandlers } from '../../service/service.ts'
import type { Session } from '../../service/sessions.ts'
import { terminalEnds, terminalMode } from '../protocol.ts'
import type { TerminalChannel, TerminalSession } from './sessions.ts'
import type { Terminal } from './terminal.ts'
import type { Windows } from './windows.ts'

type Known = Session<TerminalSession> & { state: TerminalSession }

export interface TerminalParts {
  readonly terminal: Terminal
  readonly windows: Windows
  readonly notifications: Notifications
}

export const terminalHandlers = (
  context: Context,
  service: Service<TerminalSession>,
  { terminal, windows, notifications }: TerminalParts,
): ServiceHandlers<TerminalSession> => {
  return {
    open: async () => ({ kind: 'meta' }),
    exchange,
    request: async ({ state }, operation, fields, answer) => {
      if (state.kind !== 'channel') throw new CallError(codes.InvArgs, 'this session takes no requests')
      if (fields.word() !== 0n) throw new CallError(codes.InvArgs, 'file id')
      return request(state, operation, fields, answer)
    },
    close: async ({ state }) => {
      if (state.kind !== 'channel') return
      terminal.remove(state)
      await windows.hide(state)
      if (state.notification !== undefined) await notifications.remove(state.notification)
    },
    work: async () => {
      const [typed, told] = [await terminal.work(wordsOf), await notifications.work()]
      return typed || told
    },
    answered: () => terminal.serve(wordsOf),
    idle: async () => {},
  }

  async function exchange(session: Known, { kind, operation, count, args }: ExchangeRequest): Promise<Exchanged> {
    const { state } = session
    const { cloneFile, setDestination, enableNotify } = fileOperations
    const is = (wanted: number, how: 'obtain' | 'delegate', many: number): boolean =>
      operation === wanted && kind === how && count === many
    if (state.kind === 'meta') {
      if (is(cloneFile, 'obtain', 2)) {
        const end = args.word()
        if (end === BigInt(terminalEnds.input)) return newChannel(session.creator, session.id, 'in')
        if (end === BigInt(terminalEnds.output)) return newChannel(session.creator, session.id, 'out')
      }
    } else {
      if (is(cloneFile, 'obtain', 2)) return newChannel(session.creator, session.parent, state.direction)
      if (is(setDestination, 'delegate', 1)) {
        if (state.waiting !== undefined) throw new CallError(codes.InvArgs, 'a request waits for the old endpoint')
        await windows.hide(state)
        state.endpoint = context.selector()
        return { start: state.endpoint }
      }
      if (is(enableNotify, 'delegate', 1)) {
        if (state.notification !== undefined) throw new CallError(codes.Exists, 'notifications')
        state.notification = notifications.add()
        return { start: state.notification.selector }
      }
    }
    throw new CallError(codes.InvArgs, `exchange ${operation}`)
  }

  async function newChannel(
    creator: number,
    parent: number | undefined,
    direction: TerminalChannel['direction'],
  ): Promise<Exchanged> {
    const { start, session } = await service.subSession(creator, parent, { kind: 'meta' })
    const channel: TerminalChannel = {
      ...{ kind: 'channel', direction, id: session.id, endpoint: undefined, gate: undefined, granted: 0 },
      ...{ waiting: undefined, notification: undefined },
    }
    session.state = channel
    terminal.add(channel)
    return { start }
  }

  async function request(
    channel: TerminalChannel,
    operation: number,
    fields: WordReader,
    answer: AnswerLater,
  ): Promise<Uint8Array | typeof kept> {
    const { stat, nextIn, nextOut, commit, getTerminalMode, setTerminalMode, requestNotify } = fileOperations
    switch (operation) {
      case stat:
        return fileInfo()
      case nextIn:
      case nextOut: {
        const direction = operation === nextIn ? 'in' : 'out'
        if (channel.direction !== direction) throw new CallError(codes.NoPerm, 'direction')
        await windows.show(channel)
        if (direction === 'out') return wordsOf(await terminal.nextOut(channel))
        terminal.nextIn(channel, answer)
        await terminal.serve(wordsOf)
        return kept
      }
      case commit: {
        const bytes = fields.word()
        if (bytes === 0n || bytes > BigInt(channel.granted))
          throw new CallError(codes.InvArgs, 'more than the window has')
        if (channel.direction === 'out') await terminal.print(channel, Number(bytes))
        else terminal.giveBack(channel, Number(bytes))
        return new Uint8Array()
      }
      case getTerminalMode:
        return new WordWriter().word(terminal.mode).finish()
      case setTerminalMode:
        terminal.setMode(fields.word())
        return new Uint8Array()
      case requestNotify:
        await enabled(channel.notification).arm(Number(fields.word() & 7n))
        return new Uint8Array()
      default:
        throw new CallError(codes.InvArgs, `request ${operation}`)
    }
  }
}

const wordsOf = ({ offset, length }: FileWindow): Uint8Array => new WordWriter().word(offset).word(length).finish()

const fileInfo = (): Uint8Array => {
  const writer = new WordWriter()
  for (const name of fileInfoFields) writer.word(name === 'mode' ? terminalMode : 0)
  return writer.finish()
}
