/** Sockets as programs use them. Source: services section 6.5. */
import { CallError, codes, WordWriter } from '#kernel'
import type { WordReader } from '#kernel'
import { concatenated } from '../library/concatenated.ts'
import { RequestGate } from '../library/request-gate.ts'
import { connectSession, exchangeWithSession } from '../library/session.ts'
import { closeSession, openSession } from '../manager/client.ts'
import type { Context } from '../runtime/context.ts'
import { SocketChannel } from './channel-client.ts'
import { addressIn, createSocket, loopbackAddress, mostDataBytes, netOperations, socketTypes } from './protocol.ts'
import type { SocketAddress } from './protocol.ts'

/** Sizes of a socket's buffers. */
export interface BufferSizes {
  /** Bytes that wait until they are received. */
  readonly bytes?: number
  /** Datagrams that do. */
  readonly messages?: number
}

/** A session with the net service. All methods, and those of its sockets, reject with CallError. */
export class NetClient {
  readonly #context: Context
  readonly #session: number
  readonly #gate: RequestGate

  private constructor(context: Context, session: number, gate: RequestGate) {
    this.#context = context
    this.#session = session
    this.#gate = gate
  }

  /** Opens a session with the service by the name that the boot file gives it. */
  static async open(context: Context, service = 'net'): Promise<NetClient> {
    const session = await openSession(context, service)
    return new NetClient(context, session, new RequestGate(context, await connectSession(context, session)))
  }

  /** The own address. */
  async address(): Promise<number> {
    return Number((await this.#gate.request(new WordWriter().word(netOperations.address))).word())
  }

  async tcp(sizes: BufferSizes = {}): Promise<TcpSocket> {
    return new TcpSocket(await this.#socket(socketTypes.stream, sizes))
  }

  async udp(sizes: BufferSizes = {}): Promise<UdpSocket> {
    return new UdpSocket(await this.#socket(socketTypes.datagram, sizes))
  }

  /** Ends the session, and with it all sockets. */
  async close(): Promise<void> {
    await this.#gate.close()
    await closeSession(this.#context, this.#session)
  }

  async #socket(type: number, { bytes = 4096, messages = 16 }: BufferSizes): Promise<OpenSocket> {
    const start = this.#context.selector(2)
    const args = new WordWriter().word(createSocket).word(type).word(0).word(bytes).word(messages).word(0).word(0)
    const answer = await exchangeWithSession(this.#context, this.#session, 'obtain', { start, count: 2 }, args)
    const id = Number(answer.word())
    const channel = await SocketChannel.open(this.#context, start)
    const ask = (operation: number, ...words: readonly number[]): Promise<WordReader> => {
      const request = new WordWriter().word(operation).word(id)
      for (const word of words) request.word(word)
      return this.#gate.request(request)
    }
    return { channel, ask }
  }
}

interface OpenSocket {
  readonly channel: SocketChannel
  /** Makes a request about the socket. */
  readonly ask: (operation: number, ...words: readonly number[]) => Promise<WordReader>
}

const remove = async ({ channel, ask }: OpenSocket): Promise<void> => {
  await ask(netOperations.abort, 1)
  await channel.close()
}

/** A datagram, and where it comes from. */
export interface Datagram {
  readonly from: SocketAddress
  readonly bytes: Uint8Array
}

/** Datagrams: each arrives as a whole or not at all. */
export class UdpSocket {
  readonly #socket: OpenSocket

  constructor(socket: OpenSocket) {
    this.#socket = socket
  }

  /** Takes a port, a free one for 0; gives where the socket is then. */
  async bind(port = 0): Promise<SocketAddress> {
    return addressIn(await this.#socket.ask(netOperations.bind, port))
  }

  async send(bytes: Uint8Array, port: number, address: number = loopbackAddress): Promise<void> {
    if (bytes.length > mostDataBytes) throw new CallError(codes.InvArgs, 'a datagram is too large')
    await this.#socket.channel.send({ kind: 'data', at: { address, port }, bytes })
  }

  /** Waits until the service has taken what was sent, which does not mean that anybody else has. */
  settle(): Promise<void> {
    return this.#socket.channel.settle()
  }

  async receive(): Promise<Datagram> {
    for (;;) {
      const event = await this.#socket.channel.receive()
      if (event.kind === 'data') return { from: event.at, bytes: event.bytes }
    }
  }

  close(): Promise<void> {
    return remove(this.#socket)
  }
}

/** A stream of bytes in each direction, in order and complete, or an error. */
export class TcpSocket {
  readonly #socket: OpenSocket
  #state: 'unused' | 'connected' | 'at its end' | 'closed' = 'unused'
  #rest: Uint8Array = new Uint8Array()

  constructor(socket: OpenSocket) {
    this.#socket = socket
  }

  /** Listens at a port, for one connection; `accept` waits for it. */
  async listen(port: number): Promise<void> {
    await this.#socket.ask(netOperations.listen, port)
  }

  /** Waits until somebody has connected; gives where they are. */
  async accept(): Promise<SocketAddress> {
    const event = await this.#socket.channel.receive()
    if (event.kind !== 'connected') throw new CallError(codes.SocketClosed, 'accept')
    this.#state = 'connected'
    return event.at
  }

  /** Connects to a socket that listens. Rejects: CallError ConnectionFailed when none does. */
  async connect(port: number, address: number = loopbackAddress): Promise<void> {
    await this.#socket.ask(netOperations.connect, address, port)
    await this.accept()
  }

  /** Sends all bytes; they arrive in this order, or the connection ends. Rejects: CallError NotConnected, SocketClosed. */
  async send(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; at += mostDataBytes) {
      const event = {
        kind: 'data',
        at: { address: 0, port: 0 },
        bytes: bytes.subarray(at, at + mostDataBytes),
      } as const
      await this.#socket.channel.send(event)
    }
  }

  /**
   * Waits for at least one byte, and gives up to `most`; none when the other end sends no more.
   *
   * Rejects: CallError SocketClosed when the connection was aborted, NotConnected when there is none.
   */
  async receive(most = Infinity): Promise<Uint8Array> {
    if (this.#rest.length === 0) await this.#more()
    const bytes = this.#rest.slice(0, most)
    this.#rest = this.#rest.slice(bytes.length)
    return bytes
  }

  /** Everything until the other end sends no more. */
  async receiveAll(): Promise<Uint8Array> {
    const parts: Uint8Array[] = []
    for (let part = await this.receive(); part.length > 0; part = await this.receive()) parts.push(part)
    return concatenated(parts)
  }

  /** Sends no more; the other end can go on. Returns when the service has everything that was sent. */
  async finish(): Promise<void> {
    await this.#socket.channel.send({ kind: 'close request' })
    await this.#socket.channel.settle()
  }

  /** Breaks the connection off; the other end gets SocketClosed. The socket can be used again. */
  async abort(): Promise<void> {
    await this.#socket.ask(netOperations.abort, 0)
    this.#state = 'closed'
  }

  /** Gives the socket back; a connection that has not come to its end is broken off. */
  close(): Promise<void> {
    return remove(this.#socket)
  }

  async #more(): Promise<void> {
    if (this.#state === 'at its end') return
    if (this.#state === 'unused') throw new CallError(codes.NotConnected, 'receive')
    if (this.#state === 'closed') throw new CallError(codes.SocketClosed, 'receive')
    const event = await this.#socket.channel.receive()
    if (event.kind === 'data') this.#rest = event.bytes
    else if (event.kind === 'close request') this.#state = 'at its end'
    else {
      this.#state = 'closed'
      throw new CallError(codes.SocketClosed, 'receive')
    }
  }
}
