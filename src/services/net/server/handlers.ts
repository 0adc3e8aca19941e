/** What the net service does for its clients. Source: services section 6.5. */
import { CallError, codes, WordWriter } from '#kernel'
import type { WordReader } from '#kernel'
import type { Exchanged, ExchangeRequest, ServiceHandlers } from '../../service/service.ts'
import type { Session } from '../../service/sessions.ts'
import { addressIn, createSocket, loopbackAddress, mostDataBytes, netOperations, socketTypes } from '../protocol.ts'
import type { SocketAddress } from '../protocol.ts'
import { parseNetArguments } from './arguments.ts'
import type { NetRights } from './arguments.ts'
import type { Channels, ConnectedSocket } from './channels.ts'
import type { Loopback } from './loopback.ts'

/** A client with its sockets. */
export interface NetSession {
  readonly rights: NetRights
  readonly sockets: Map<number, { readonly channel: ConnectedSocket; readonly bytes: number }>
}

type Known = Session<NetSession> & { state: NetSession }

/** Datagrams that wait in a socket, at most. */
const mostMessages = 64n

export const netHandlers = (net: Loopback, channels: Channels): ServiceHandlers<NetSession> => {
  return {
    open: async (_session, argument) => ({ rights: parseNetArguments(argument), sockets: new Map() }),
    exchange,
    request: async ({ state }, operation, fields) => request(state, operation, fields),
    close: async ({ state }) => {
      for (const id of [...state.sockets.keys()]) await remove(state, id)
    },
    work: () => channels.work(),
    answered: async () => {},
    idle: async () => {},
  }

  async function exchange({ state }: Known, { kind, operation, count, args }: ExchangeRequest): Promise<Exchanged> {
    if (operation !== createSocket || kind !== 'obtain' || count !== 2)
      throw new CallError(codes.InvArgs, `exchange ${operation}`)
    const [type, protocol] = [args.word(), args.word()]
    const [receiveBytes, receiveMessages, sendBytes] = [args.word(), args.word(), args.word()]
    if (type === BigInt(socketTypes.raw)) throw new CallError(codes.NotSup, 'raw sockets')
    if (type > BigInt(socketTypes.raw) || protocol !== 0n) throw new CallError(codes.InvArgs, 'type or protocol')
    if (receiveBytes < BigInt(mostDataBytes)) throw new CallError(codes.InvArgs, 'a message would not fit')
    if (receiveMessages < 1n || receiveMessages > mostMessages) throw new CallError(codes.InvArgs, 'slots')
    const used = [...state.sockets.values()].reduce((sum, { bytes }) => sum + bytes, 0)
    const bytes = receiveBytes + sendBytes
    if (state.sockets.size >= state.rights.sockets || channels.isFull) throw new CallError(codes.NoSpace, 'sockets')
    if (BigInt(used) + bytes > BigInt(state.rights.bytes)) throw new CallError(codes.NoSpace, 'buffers')
    const sizes = { bytes: Number(receiveBytes), messages: Number(receiveMessages) }
    const socket = net.open(type === BigInt(socketTypes.stream) ? 'stream' : 'datagram', sizes, state)
    try {
      const channel = await channels.add(socket)
      state.sockets.set(channel.id, { channel, bytes: Number(bytes) })
      return { start: channel.start, args: [channel.id] }
    } catch (reason) {
      net.close(socket)
      throw reason
    }
  }

  async function request(state: NetSession, operation: number, fields: WordReader): Promise<Uint8Array> {
    const { bind, listen, connect, abort, address, nameServer } = netOperations
    const { mayBind, mayListen } = state.rights
    switch (operation) {
      case bind: {
        const { socket } = channelOf(state, fields)
        const port = portIn(fields)
        if (port !== 0 && !mayBind(port)) throw new CallError(codes.NoPerm, `port ${port}`)
        return wordsOf(net.bind(socket, port))
      }
      case listen: {
        const { socket } = channelOf(state, fields)
        const port = portIn(fields)
        if (!mayListen(port)) throw new CallError(codes.NoPerm, `port ${port}`)
        return wordsOf(net.listen(socket, port))
      }
      case connect:
        return wordsOf(net.connect(channelOf(state, fields).socket, addressIn(fields)))
      case abort: {
        const { id, socket } = channelOf(state, fields)
        // With 1 the socket is not wanted any more.
        if (fields.word() === 1n) await remove(state, id)
        else net.abort(socket)
        return new Uint8Array()
      }
      case address:
        return new WordWriter().word(loopbackAddress).finish()
      case nameServer:
        throw new CallError(codes.NotSup, 'there are no names')
      default:
        throw new CallError(codes.InvArgs, `request ${operation}`)
    }
  }

  async function remove(state: NetSession, id: number): Promise<void> {
    const found = state.sockets.get(id)
    if (found === undefined || !state.sockets.delete(id)) return
    net.close(found.channel.socket)
    await channels.remove(found.channel)
  }
}

const channelOf = ({ sockets }: NetSession, fields: WordReader): ConnectedSocket => {
  const found = sockets.get(Number(fields.word()))
  if (found === undefined) throw new CallError(codes.InvArgs, 'there is no such socket')
  return found.channel
}

const portIn = (fields: WordReader): number => {
  const port = fields.word()
  if (port >= 1n << 16n) throw new CallError(codes.InvArgs, `port ${port}`)
  return Number(port)
}

const wordsOf = ({ address, port }: SocketAddress): Uint8Array => new WordWriter().word(address).word(port).finish()
