/** What the sessions of the terminal service are. Source: services section 6.1. */
import type { Notification } from '../../service/notifications.ts'
import type { AnswerLater } from '../../service/service.ts'

export interface TerminalMeta {
  readonly kind: 'meta'
}

export interface TerminalChannel {
  readonly kind: 'channel'
  readonly direction: 'in' | 'out'
  /** Number of the session, which is the order in which channels get input. */
  readonly id: number
  /** Selector of the endpoint that the client delegated, and of the memory gate that it shows. */
  endpoint: number | undefined
  gate: number | undefined
  /** Bytes of the window that the client uses; 0 without. */
  granted: number
  /** A request for input that waits. */
  waiting: AnswerLater | undefined
  notification: Notification | undefined
}

export type TerminalSession = TerminalMeta | TerminalChannel
