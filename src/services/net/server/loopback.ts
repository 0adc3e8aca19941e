/** A network that ends where it begins: TCP and UDP among the sockets of one system. Source: services section 6.5. */
import { CallError, codes } from '#kernel'
import { ephemeralPorts, loopbackAddress, mostDataBytes } from '../protocol.ts'
import type { NetEvent, SocketAddress } from '../protocol.ts'
import { Socket } from './socket.ts'
import type { SocketSizes } from './socket.ts'

const here = (port: number): SocketAddress => ({ address: loopbackAddress, port })

/** All methods throw CallError, and change nothing then. */
export class Loopback {
  readonly #sockets = new Set<Socket>()
  #lastPort: number = ephemeralPorts.last

  open(type: Socket['type'], sizes: SocketSizes, owner: unknown): Socket {
    const socket = new Socket(type, sizes, owner)
    this.#sockets.add(socket)
    return socket
  }

  /** Gives a datagram socket a port, a free one for 0. Throws: InvState when it has one, Exists when another has it. */
  bind(socket: Socket, port: number): SocketAddress {
    if (socket.type !== 'datagram') throw new CallError(codes.InvArgs, 'streams listen or connect')
    if (socket.state !== 'unused') throw new CallError(codes.InvState, 'the socket has a port already')
    if (port !== 0 && this.#at('datagram', port).length > 0) throw new CallError(codes.Exists, `port ${port}`)
    socket.local = here(port === 0 ? this.#freePort('datagram') : port)
    socket.state = 'bound'
    return socket.local
  }

  /**
   * Waits for somebody who connects. Each socket takes one connection: who wants several has as many sockets listen at the port.
   *
   * Throws: InvState when it listens or is connected, Exists when somebody else listens there.
   */
  listen(socket: Socket, port: number): SocketAddress {
    if (socket.type !== 'stream' || port === 0) throw new CallError(codes.InvArgs, 'listen')
    if (socket.state !== 'unused') throw new CallError(codes.InvState, 'the socket is in use')
    if (this.#at('stream', port).some(({ owner }) => owner !== socket.owner))
      throw new CallError(codes.Exists, `port ${port}`)
    socket.local = here(port)
    socket.state = 'listening'
    return socket.local
  }

  /**
   * Connects to the one that has listened longest. Both ends are told.
   *
   * Throws: InvState when the socket is in use, ConnectionFailed when nobody listens.
   */
  connect(socket: Socket, { address, port }: SocketAddress): SocketAddress {
    if (socket.type !== 'stream') throw new CallError(codes.InvArgs, 'datagrams need no connection')
    if (socket.state === 'connected') throw new CallError(codes.IsConnected, 'connect')
    if (socket.state !== 'unused') throw new CallError(codes.InvState, 'the socket is in use')
    const listener = this.#at('stream', port).find(({ state }) => state === 'listening')
    if (address !== loopbackAddress || listener === undefined)
      throw new CallError(codes.ConnectionFailed, `nobody listens at port ${port}`)
    socket.local = here(this.#freePort('stream'))
    for (const [one, other] of [
      [socket, listener],
      [listener, socket],
    ] as const) {
      one.state = 'connected'
      one.peer = other
      one.finished = false
      one.inbox.push({ kind: 'connected', at: other.local as SocketAddress })
    }
    return socket.local
  }

  /**
   * Sends data: in a stream to the peer, when there is room; a datagram to whoever has the port, or to nobody.
   *
   * Throws: NotConnected; SocketClosed when the socket has said that it sends no more; InvArgs for too much or nothing.
   */
  send(socket: Socket, at: SocketAddress, bytes: Uint8Array, sent: (error: number) => void): void {
    if (bytes.length > mostDataBytes) throw new CallError(codes.InvArgs, `${bytes.length} bytes at once`)
    if (socket.type === 'datagram') {
      if (socket.state === 'unused') this.bind(socket, 0)
      const [receiver] = at.address === loopbackAddress ? this.#at('datagram', at.port) : []
      if (receiver?.hasRoom(bytes.length) === true)
        receiver.inbox.push({ kind: 'data', at: socket.local as SocketAddress, bytes })
      sent(codes.Success)
      return
    }
    if (socket.state !== 'connected') throw new CallError(codes.NotConnected, 'send')
    if (socket.finished) throw new CallError(codes.SocketClosed, 'send')
    if (bytes.length === 0) throw new CallError(codes.InvArgs, 'nothing to send')
    socket.outgoing.push({ event: { kind: 'data', at: socket.local as SocketAddress, bytes }, sent })
    this.#advance(socket)
  }

  /** The socket sends no more. When both ends have said so, and got everything, the connection is over. */
  finish(socket: Socket, sent: (error: number) => void): void {
    if (socket.state !== 'connected') {
      if (socket.state !== 'unused') this.#over(socket)
      sent(codes.Success)
      return
    }
    if (socket.finished) throw new CallError(codes.SocketClosed, 'close')
    socket.finished = true
    socket.outgoing.push({ event: { kind: 'close request' }, sent })
    this.#advance(socket)
  }

  /** Ends a connection at once; what is under way is lost. The other end is told that it is closed. */
  abort(socket: Socket): void {
    const { peer } = socket
    this.#reset(socket)
    socket.inbox.length = 0
    if (peer === undefined) return
    this.#reset(peer)
    peer.inbox.splice(0, peer.inbox.length, ...peer.inbox.filter(({ kind }) => kind === 'connected'))
    peer.inbox.push({ kind: 'closed' })
  }

  /** Forgets a socket. */
  close(socket: Socket): void {
    this.abort(socket)
    this.#sockets.delete(socket)
  }

  /** Takes the next event for the owner of a socket; makes room for others. */
  take(socket: Socket): NetEvent | undefined {
    const event = socket.inbox.shift()
    if (socket.peer !== undefined) this.#advance(socket.peer)
    return event
  }

  /** Hands on what fits, in order; ends the connection when there is nothing left to say. */
  #advance(socket: Socket): void {
    const { peer } = socket
    if (peer === undefined) return
    for (let next = socket.outgoing[0]; next !== undefined; next = socket.outgoing[0]) {
      if (next.event.kind === 'data' && !peer.hasRoom(next.event.bytes.length)) return
      socket.outgoing.shift()
      peer.inbox.push(next.event)
      next.sent(codes.Success)
    }
    if (!socket.finished || !peer.finished || peer.outgoing.length > 0) return
    for (const each of [socket, peer]) this.#over(each)
  }

  #over(socket: Socket): void {
    this.#reset(socket)
    socket.inbox.push({ kind: 'closed' })
  }

  #reset(socket: Socket): void {
    for (const { sent } of socket.outgoing.splice(0)) sent(codes.SocketClosed)
    socket.state = 'unused'
    socket.local = undefined
    socket.peer = undefined
    socket.finished = false
  }

  #at(type: Socket['type'], port: number): readonly Socket[] {
    return [...this.#sockets].filter((each) => each.type === type && each.local?.port === port)
  }

  /** The ports of both ends tell connections apart, so a free one is nobody's. */
  #freePort(type: Socket['type']): number {
    const { first, last } = ephemeralPorts
    for (let tries = first; tries <= last; tries++) {
      this.#lastPort = this.#lastPort === last ? first : this.#lastPort + 1
      if (this.#at(type, this.#lastPort).length === 0) return this.#lastPort
    }
    throw new CallError(codes.NoSpace, 'no port is free')
  }
}
