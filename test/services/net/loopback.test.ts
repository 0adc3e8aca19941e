import { describe, expect, test } from 'vitest'
import { CallError, codeName } from '../../../src/kernel/index.ts'
import { loopbackAddress } from '../../../src/services/net/protocol.ts'
import { parseNetArguments } from '../../../src/services/net/server/arguments.ts'
import { Loopback } from '../../../src/services/net/server/loopback.ts'
import type { Socket } from '../../../src/services/net/server/socket.ts'

const sizes = { bytes: 100, messages: 2 }
const at = (port: number) => ({ address: loopbackAddress, port })
const bytes = (length: number): Uint8Array => new Uint8Array(length)

const errorOf = (act: () => unknown): string => {
  try {
    act()
    return 'Success'
  } catch (reason) {
    if (!(reason instanceof CallError)) throw reason
    return codeName(reason.code)
  }
}

/** Sends, and says what became of it; undefined as long as it waits. */
const send = (net: Loopback, socket: Socket, length: number, port = 0) => {
  const result: { error?: string } = {}
  net.send(socket, at(port), bytes(length), (error) => (result.error = codeName(error)))
  return result
}

const kinds = (socket: Socket): readonly string[] => socket.inbox.map(({ kind }) => kind)

const pair = (net: Loopback): readonly [Socket, Socket] => {
  const [server, client] = [net.open('stream', sizes, 'server'), net.open('stream', sizes, 'client')]
  net.listen(server, 80)
  net.connect(client, at(80))
  net.take(server)
  net.take(client)
  return [server, client]
}

describe('a stream', () => {
  test('connects to who listens, and both are told where the other is', () => {
    const net = new Loopback()
    const [server, client] = [net.open('stream', sizes, 'server'), net.open('stream', sizes, 'client')]
    net.listen(server, 80)

    const local = net.connect(client, at(80))

    expect(local.port).toBeGreaterThanOrEqual(49_152)
    expect(server.inbox).toEqual([{ kind: 'connected', at: local }])
    expect(client.inbox).toEqual([{ kind: 'connected', at: at(80) }])
  })

  test('is refused when nobody listens, at another address, and when all who listen are taken', () => {
    const net = new Loopback()
    const open = (): Socket => net.open('stream', sizes, 'one')
    expect(errorOf(() => net.connect(open(), at(80)))).toBe('ConnectionFailed')
    net.listen(open(), 80)
    net.listen(open(), 80)
    expect(errorOf(() => net.connect(open(), { address: 1, port: 80 }))).toBe('ConnectionFailed')

    const attempts = [1, 2, 3].map(() => errorOf(() => net.connect(open(), at(80))))

    expect(attempts).toEqual(['Success', 'Success', 'ConnectionFailed'])
  })

  test('waits when the other end has no room, and goes on when it has', () => {
    const net = new Loopback()
    const [server, client] = pair(net)
    const first = send(net, client, 60)
    const second = send(net, client, 60)
    const third = send(net, client, 10)
    expect([first.error, second.error, third.error]).toEqual(['Success', undefined, undefined])

    net.take(server)

    expect([second.error, third.error]).toEqual(['Success', 'Success'])
    expect(server.inbox.map((event) => event.kind === 'data' && event.bytes.length)).toEqual([60, 10])
  })

  test('can be closed in one direction; when both are and all is taken, both hear that it is over', () => {
    const net = new Loopback()
    const [server, client] = pair(net)
    send(net, client, 80)
    send(net, client, 80)
    net.finish(client, () => {})
    expect(errorOf(() => send(net, client, 1))).toBe('SocketClosed')
    send(net, server, 5)
    net.finish(server, () => {})
    expect(kinds(server)).toEqual(['data'])

    net.take(server)

    expect(kinds(server)).toEqual(['data', 'close request', 'closed'])
    expect(kinds(client)).toEqual(['data', 'close request', 'closed'])
    expect([server.state, client.state]).toEqual(['unused', 'unused'])
  })

  test('that is aborted loses what is under way, and the other end hears of it', () => {
    const net = new Loopback()
    const [server, client] = pair(net)
    send(net, client, 80)
    const waiting = send(net, client, 80)

    net.abort(client)

    expect(waiting.error).toBe('SocketClosed')
    expect([kinds(server), kinds(client)]).toEqual([['closed'], []])
    expect(errorOf(() => send(net, server, 1))).toBe('NotConnected')
    net.listen(server, 81)
    net.connect(client, at(81))
  })

  test('has rules about what can follow what', () => {
    const net = new Loopback()
    const [server, client] = pair(net)
    const stranger = net.open('stream', sizes, 'stranger')
    expect(errorOf(() => net.connect(client, at(80)))).toBe('IsConnected')
    expect(errorOf(() => net.listen(server, 81))).toBe('InvState')
    expect(errorOf(() => net.listen(stranger, 80))).toBe('Exists')
    expect(errorOf(() => net.listen(stranger, 0))).toBe('InvArgs')
    expect(errorOf(() => net.bind(stranger, 80))).toBe('InvArgs')
    expect(errorOf(() => send(net, stranger, 1))).toBe('NotConnected')
    expect(errorOf(() => send(net, client, 0))).toBe('InvArgs')
    expect(errorOf(() => send(net, client, 1985))).toBe('InvArgs')
    net.finish(client, () => {})
    expect(errorOf(() => net.finish(client, () => {}))).toBe('SocketClosed')
  })

  test('that only listens can be closed', () => {
    const net = new Loopback()
    const socket = net.open('stream', sizes, 'one')
    net.listen(socket, 80)
    net.finish(socket, () => {})

    expect(kinds(socket)).toEqual(['closed'])
    expect(errorOf(() => net.connect(net.open('stream', sizes, 'two'), at(80)))).toBe('ConnectionFailed')
  })
})

describe('datagrams', () => {
  test('arrive with where they come from, and are lost without receiver or room', () => {
    const net = new Loopback()
    const [server, client] = [net.open('datagram', sizes, 'server'), net.open('datagram', sizes, 'client')]
    net.bind(server, 53)
    send(net, client, 1, 54)
    send(net, client, 90, 53)
    send(net, client, 20, 53)
    send(net, client, 0, 53)
    send(net, client, 0, 53)

    expect(server.inbox).toEqual([
      { kind: 'data', at: client.local, bytes: bytes(90) },
      { kind: 'data', at: client.local, bytes: bytes(0) },
    ])
  })

  test('have ports that one socket has', () => {
    const net = new Loopback()
    const [one, two] = [net.open('datagram', sizes, 'one'), net.open('datagram', sizes, 'two')]
    net.bind(one, 53)

    expect(errorOf(() => net.bind(two, 53))).toBe('Exists')
    expect(errorOf(() => net.bind(one, 54))).toBe('InvState')
    expect(net.bind(two, 0).port).not.toBe(53)
    expect(errorOf(() => net.listen(two, 80))).toBe('InvArgs')
    net.close(one)
    net.bind(net.open('datagram', sizes, 'three'), 53)
  })
})

describe('the argument of a session', () => {
  test('says how many sockets, how many bytes and which ports', () => {
    const rights = parseNetArguments('bufs=8K socks=2 raw=no tcp=80,8000-8010 udp=53')

    expect([rights.bytes, rights.sockets]).toEqual([8192, 2])
    expect([80, 81, 8000, 8010, 8011].map(rights.mayListen)).toEqual([true, false, true, true, false])
    expect([53, 80].map(rights.mayBind)).toEqual([true, false])
  })

  test('gives no port when it names none', () => {
    const { sockets, bytes: all, mayListen } = parseNetArguments('')

    expect([sockets, all, mayListen(80)]).toEqual([4, 65_536, false])
  })

  test.each(['socks=x', 'socks', 'tcp=', 'tcp=0', 'tcp=9-8', 'udp=65536', 'raw=yes', 'bufs=1M', 'other=1'])(
    '%s is refused',
    (argument) => {
      expect(errorOf(() => parseNetArguments(argument))).toBe('InvArgs')
    },
  )
})
