/** The service "net": sockets. Source: services section 6.5. */
import { Malformed, WordWriter } from '#kernel'
import type { WordReader } from '#kernel'

/** Exchange that makes a socket: gives its receive gate and its send gate. */
export const createSocket = 4

/** Requests; each but the last two has the number of a socket behind the operation. */
export const netOperations = Object.freeze({
  bind: 0,
  listen: 1,
  connect: 2,
  abort: 3,
  address: 5,
  nameServer: 6,
})

export const socketTypes = Object.freeze({ stream: 0, datagram: 1, raw: 2 })

/** Messages of a socket's channel, in both directions. */
const events = Object.freeze({ data: 0, connected: 1, closed: 2, closeRequest: 3 })

/** The channel of a socket: messages, header included, and how many can be on their way in each direction. */
export const channelSizes = Object.freeze({ messageBytes: 2048, messages: 4 })

/** Bytes of data in one message. */
export const mostDataBytes = 1984

/** The only address that there is: this system's own. */
export const loopbackAddress = 0x7f00_0001

/** Ports that nobody chose. */
export const ephemeralPorts = Object.freeze({ first: 49_152, last: 65_535 })

/** Where a socket is. */
export interface SocketAddress {
  readonly address: number
  readonly port: number
}

/** What a socket and its service tell each other. */
export type NetEvent =
  | { readonly kind: 'data'; readonly at: SocketAddress; readonly bytes: Uint8Array }
  | { readonly kind: 'connected'; readonly at: SocketAddress }
  | { readonly kind: 'closed' }
  | { readonly kind: 'close request' }

export const encodeEvent = (event: NetEvent): Uint8Array => {
  const writer = new WordWriter()
  switch (event.kind) {
    case 'data':
      return writer.word(events.data).word(event.at.address).word(event.at.port).bytes(event.bytes).finish()
    case 'connected':
      return writer.word(events.connected).word(event.at.address).word(event.at.port).finish()
    case 'closed':
      return writer.word(events.closed).finish()
    case 'close request':
      return writer.word(events.closeRequest).finish()
  }
}

/** Throws: Malformed. */
export const decodeEvent = (reader: WordReader): NetEvent => {
  const tag = Number(reader.word())
  switch (tag) {
    case events.data: {
      const at = addressIn(reader)
      return { kind: 'data', at, bytes: reader.bytes() }
    }
    case events.connected:
      return { kind: 'connected', at: addressIn(reader) }
    case events.closed:
      return { kind: 'closed' }
    case events.closeRequest:
      return { kind: 'close request' }
    default:
      throw new Malformed(`event ${tag}`)
  }
}

/** An address of 32 bits and a port of 16. Throws: Malformed. */
export const addressIn = (reader: WordReader): SocketAddress => {
  const [address, port] = [reader.word(), reader.word()]
  if (address >= 1n << 32n || port >= 1n << 16n) throw new Malformed(`address ${address}, port ${port}`)
  return { address: Number(address), port: Number(port) }
}
