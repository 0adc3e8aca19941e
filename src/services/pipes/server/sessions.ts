/** What the sessions of the service are: those who make pipes, pipes, and ends of pipes. Source: services section 4. */
import type { Notification } from '../../service/notifications.ts'
import type { AnswerLater } from '../../service/service.ts'
import type { Direction, End, Pipe } from './pipe.ts'

/** A request for a part of the pipe that waits. */
export interface Ticket {
  readonly answer: AnswerLater
  readonly channel: ChannelSession
}

export interface MetaSession {
  readonly kind: 'meta'
}

export interface PipeSession {
  readonly kind: 'pipe'
  readonly pipe: Pipe<Ticket>
  /** Selector of the memory, as soon as it was given. */
  memory: number | undefined
  /** Channels whose clients want to be told of bytes, and of space: one each. Services section 2.5, item 5. */
  readonly notified: Record<Direction, ChannelSession | undefined>
}

export interface ChannelSession {
  readonly kind: 'channel'
  readonly of: PipeSession
  readonly end: End
  /** Selector of the endpoint that the client delegated. */
  endpoint: number | undefined
  /** Selector of the memory gate that the endpoint shows. */
  gate: number | undefined
  notification: Notification | undefined
}

export type PipesSession = MetaSession | PipeSession | ChannelSession
