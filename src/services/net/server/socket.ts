/** A socket as the network inside the system knows it. Source: services section 6.5. */
import type { NetEvent, SocketAddress } from '../protocol.ts'

/** How much a socket takes before its owner has looked at it. */
export interface SocketSizes {
  /** Bytes of data, at least as many as one message has. */
  readonly bytes: number
  /** Datagrams. */
  readonly messages: number
}

/** Data on its way to a socket without room, or the end of it; `sent` hears what became of it. */
export interface Outgoing {
  readonly event: NetEvent
  readonly sent: (error: number) => void
}

export class Socket {
  readonly type: 'stream' | 'datagram'
  readonly sizes: SocketSizes
  /** Who may share a port with it. */
  readonly owner: unknown
  state: 'unused' | 'bound' | 'listening' | 'connected' = 'unused'
  local: SocketAddress | undefined
  peer: Socket | undefined
  /** It sends nothing any more; its peer has been told. */
  finished = false
  /** What its owner has not got yet. */
  readonly inbox: NetEvent[] = []
  /** What did not fit into the peer's inbox. */
  readonly outgoing: Outgoing[] = []

  constructor(type: Socket['type'], sizes: SocketSizes, owner: unknown) {
    this.type = type
    this.sizes = sizes
    this.owner = owner
  }

  hasRoom(bytes: number): boolean {
    const waiting = this.inbox.filter((event) => event.kind === 'data')
    const used = waiting.reduce((sum, event) => sum + event.bytes.length, 0)
    return used + bytes <= this.sizes.bytes && (this.type === 'stream' || waiting.length < this.sizes.messages)
  }
}
