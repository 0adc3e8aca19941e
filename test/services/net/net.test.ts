import { describe, expect, test } from 'vitest'
import { CallError, systemCalls, WordWriter } from '../../../src/kernel/index.ts'
import type { Context } from '../../../src/services/index.ts'
import { openSendGate } from '../../../src/services/library/message-gates.ts'
import { RequestGate } from '../../../src/services/library/request-gate.ts'
import { connectSession, exchangeWithSession } from '../../../src/services/library/session.ts'
import { openSession } from '../../../src/services/manager/client.ts'
import { NetClient } from '../../../src/services/net/client.ts'
import { createSocket, netOperations } from '../../../src/services/net/protocol.ts'
import { net as server } from '../../../src/services/net/server/net.ts'
import { errorOf } from '../error-of.ts'
import { bytes } from '../m3fs/image.ts'
import { bootFiles } from '../m3fs/boot.ts'

const timeout = 60_000
type Main = (context: Context) => Promise<unknown>

/** Runs programs with sessions "net", with these arguments; gives what each of them gave. */
const runNet = async (users: Readonly<Record<string, Main>>, args = 'tcp=1-100 udp=1-100', limitCycles = 1_000_000) => {
  const results: Record<string, unknown> = {}
  const program = (name: string, main: Main) => async (context: Context) => {
    results[name] = await main(context)
    return 0
  }
  const run = await bootFiles({
    config:
      '<dom><app args="net" daemon="1"><serv name="net"/></app></dom>' +
      Object.keys(users)
        .map((name) => `<dom><app args="${name}"><sess name="net" args="${args}"/></app></dom>`)
        .join(''),
    uses: ['net'],
    limitCycles,
    programs: Object.fromEntries(Object.entries(users).map(([name, main]) => [name, program(name, main)])),
  })
  return { ...run, results }
}

/** Connects as soon as somebody listens. */
const connected = async (context: Context, net: NetClient, port: number) => {
  const socket = await net.tcp()
  while ((await errorOf(socket.connect(port))) !== 'Success') await context.pause(500)
  return socket
}

describe('TCP between two programs', { timeout }, () => {
  test('carries bytes in both directions, and ends when both have said all', async () => {
    const [question, answer] = [bytes(9000, 3), bytes(5000, 4)]
    const { results, exits } = await runNet({
      server: async (context) => {
        const net = await NetClient.open(context)
        const socket = await net.tcp()
        await socket.listen(80)
        const from = await socket.accept()
        const got = await socket.receiveAll()
        await socket.send(answer)
        await socket.finish()
        await net.close()
        return { got, from: from.port >= 49_152 }
      },
      client: async (context) => {
        const socket = await connected(context, await NetClient.open(context), 80)
        await socket.send(question)
        await socket.finish()
        return socket.receiveAll()
      },
    })

    expect(results).toEqual({ server: { got: question, from: true }, client: answer })
    expect(exits).toEqual({ root: 0, net: 0, server: 0, client: 0 })
  })

  test('makes a sender wait for a receiver without room', async () => {
    let [sent, before] = [0, 0]
    const { results } = await runNet({
      slow: async (context) => {
        const socket = await (await NetClient.open(context)).tcp({ bytes: 2000 })
        await socket.listen(80)
        await socket.accept()
        await context.pause(30_000)
        before = sent
        return (await socket.receiveAll()).length
      },
      fast: async (context) => {
        const socket = await connected(context, await NetClient.open(context), 80)
        for (; sent < 30; sent++) await socket.send(new Uint8Array(1000))
        await socket.finish()
      },
    })

    expect(results['slow']).toBe(30_000)
    // What fits its buffer, both channels, and one that waits.
    expect(before).toBeGreaterThan(4)
    expect(before).toBeLessThan(14)
  })

  test('refuses where nobody listens, and takes as many connections as sockets listen', async () => {
    const { results } = await runNet({
      both: async (context) => {
        const net = await NetClient.open(context)
        const sockets = [await net.tcp(), await net.tcp(), await net.tcp(), await net.tcp()] as const
        const early = await errorOf(sockets[1].connect(80))
        await sockets[0].listen(80)
        const first = await errorOf(sockets[1].connect(80))
        const second = await errorOf(sockets[2].connect(80))
        await sockets[3].listen(80)
        return [early, first, second, await errorOf(sockets[2].connect(80)), await errorOf(net.tcp())]
      },
    })

    expect(results['both']).toEqual(['ConnectionFailed', 'Success', 'ConnectionFailed', 'Success', 'NoSpace'])
  })

  test('tells the other end when one breaks off, or dies', async () => {
    const { results } = await runNet({
      server: async (context) => {
        const net = await NetClient.open(context)
        const ends: string[] = []
        const socket = await net.tcp()
        for (let round = 0; round < 2; round++) {
          await socket.listen(80)
          await socket.accept()
          ends.push(
            await errorOf(socket.receiveAll()),
            await errorOf(socket.send(new Uint8Array(5)).then(() => socket.finish())),
          )
        }
        return ends
      },
      aborts: async (context) => {
        const socket = await connected(context, await NetClient.open(context), 80)
        await socket.abort()
      },
      dies: async (context) => {
        // An end without goodbye.
        await connected(context, await NetClient.open(context), 80)
      },
    })

    expect(results['server']).toEqual(['SocketClosed', 'NotConnected', 'SocketClosed', 'NotConnected'])
  })
})

describe('UDP', { timeout }, () => {
  test('carries datagrams with their sender, and loses what nobody takes', async () => {
    const { results, exits } = await runNet({
      server: async (context) => {
        const socket = await (await NetClient.open(context)).udp({ messages: 2, bytes: 4000 })
        await socket.bind(53)
        const first = await socket.receive()
        await socket.send(first.bytes, first.from.port)
        await context.pause(40_000)
        const sizes = []
        for (let left = 4; left > 0; left--) sizes.push((await socket.receive()).bytes[0])
        return sizes
      },
      client: async (context) => {
        const socket = await (await NetClient.open(context)).udp()
        const { port } = await socket.bind()
        let answer: Uint8Array | undefined
        for (; answer === undefined; await context.pause(2000)) {
          await socket.send(Uint8Array.of(1, 2, 3), 53)
          await socket.settle()
          answer = (await socket.receive()).bytes
        }
        for (let number = 10; number < 40; number++) await socket.send(Uint8Array.of(number), 53)
        await socket.settle()
        await socket.close()
        return [port >= 49_152, answer]
      },
    })

    expect(results['client']).toEqual([true, Uint8Array.of(1, 2, 3)])
    // Four are on the way in the channel, two wait in the socket; those after them are lost.
    expect(results['server']).toEqual([10, 11, 12, 13])
    expect(exits).toMatchObject({ net: 0, server: 0, client: 0 })
  })
})

describe('a session', { timeout }, () => {
  test('allows what the boot file says, and nothing else', async () => {
    const { results } = await runNet(
      {
        client: async (context) => {
          const net = await NetClient.open(context)
          const [tcp, udp] = [await net.tcp(), await net.udp()]
          return [
            await net.address(),
            await errorOf(tcp.listen(81)),
            await errorOf(udp.bind(54)),
            await errorOf(udp.bind(53)),
            await errorOf(tcp.listen(80)),
            await errorOf(net.tcp()),
            await errorOf(udp.close()),
            await errorOf(net.tcp({ bytes: 8000 })),
            await errorOf(net.tcp({ bytes: 1000 })),
            await errorOf(net.tcp({ bytes: 4096 })),
          ]
        },
      },
      'socks=2 bufs=9K tcp=80 udp=53',
    )

    expect(results['client']).toEqual([
      ...[0x7f00_0001, 'NoPerm', 'NoPerm', 'Success', 'Success', 'NoSpace'],
      ...['Success', 'NoSpace', 'InvArgs', 'Success'],
    ])
  })

  test('ends with its sockets, whose places in the tile and in the service are free again', async () => {
    const { results, exits } = await runNet({
      client: async (context) => {
        const net = await NetClient.open(context)
        const left = async () => (await context.calls.call(systemCalls.kmemQuota, { kmem: 1 })).left
        const memory: bigint[] = []
        for (let round = 0; round < 4; round++) {
          const sockets = [await net.tcp(), await net.udp(), await net.tcp(), await net.tcp()] as const
          await sockets[0].listen(80)
          await sockets[2].connect(80)
          await sockets[2].send(new Uint8Array(100))
          for (const socket of sockets) await socket.close()
          memory.push(await left())
        }
        return memory.slice(2)
      },
    })

    const [first, second] = results['client'] as readonly bigint[]
    expect(second).toBe(first)
    expect(exits).toEqual({ root: 0, net: 0, client: 0 })
  })

  test('with arguments that make no sense is not opened', async () => {
    const { results } = await runNet({ client: (context) => errorOf(NetClient.open(context)) }, 'tcp=x')

    expect(results['client']).toBe('InvArgs')
  })
})

test('nonsense from one client, in requests and events, does not disturb others', { timeout }, async () => {
  const data = bytes(3000, 9)
  const { results, exits } = await runNet({
    babbler: async (context) => {
      const { tile, calls } = context
      const session = await openSession(context, 'net')
      const gate = new RequestGate(context, await connectSession(context, session))
      const words = (most: number): WordWriter => {
        const writer = new WordWriter()
        for (let left = tile.random(most); left > 0; left--)
          writer.word([tile.random(8), tile.random(1 << 30), -1, 0, 80][tile.random(5)] ?? 0)
        return writer
      }
      // A socket whose receive gate is never active, so that its events wait for ever.
      const start = context.selector(2)
      const args = new WordWriter().word(createSocket).word(0).word(0).word(4096).word(4).word(0).word(0)
      const answer = await exchangeWithSession(context, session, 'obtain', { start, count: 2 }, args)
      const id = Number(answer.word())
      await errorOf(gate.request(new WordWriter().word(netOperations.connect).word(id).word(0x7f00_0001).word(80)))
      const channel = await openSendGate(context, start + 1, 1024)
      for (let round = 0; round < 40; round++) {
        await errorOf(gate.request(words(6)))
        await errorOf(channel.call(words(20).finish()))
        const own = { start: 5000 + 10 * round, count: tile.random(4) }
        await errorOf(exchangeWithSession(context, session, 'obtain', own, words(8)))
      }
      return Number((await calls.call(systemCalls.kmemQuota, { kmem: 1 })).left) > 0
    },
    server: async (context) => {
      const socket = await (await NetClient.open(context)).tcp()
      await socket.listen(90)
      await socket.accept()
      return socket.receiveAll()
    },
    client: async (context) => {
      const socket = await connected(context, await NetClient.open(context), 90)
      for (let at = 0; at < data.length; at += 100) {
        await socket.send(data.subarray(at, at + 100))
        await context.pause(500)
      }
      await socket.finish()
    },
  })

  expect(results['server']).toEqual(data)
  expect(exits).toEqual({ root: 0, net: 0, babbler: 0, server: 0, client: 0 })
})

test('a service that crashes gives its clients errors, and the system goes on', { timeout }, async () => {
  const outcomes: Record<string, string> = {}
  const { exits } = await bootFiles({
    config:
      '<dom><app args="crashing" daemon="1"><serv name="net"/></app></dom>' +
      '<dom><app args="client"><sess name="net" args="tcp=80"/></app></dom>',
    uses: ['net'],
    limitCycles: 1_000_000,
    programs: {
      crashing: (context) => {
        const { tcu } = context
        const reply = tcu.reply.bind(tcu)
        let answers = 0
        tcu.reply = async (...args) => {
          if (++answers <= 8) return reply(...args)
          // The multiplexer uses the same TCU and has no fault.
          tcu.reply = reply
          throw new CallError(55, 'a fault in the server')
        }
        return server.main(context)
      },
      client: async (context) => {
        const net = await NetClient.open(context)
        const [one, two] = [await net.tcp(), await net.tcp()]
        await one.listen(80)
        await two.connect(80)
        await one.accept()
        while (outcomes['sends'] === undefined) {
          const error = await errorOf(two.send(new Uint8Array(10)))
          if (error !== 'Success') outcomes['sends'] = error
        }
        outcomes['receives'] = await errorOf(one.receiveAll())
        outcomes['asks'] = await errorOf(net.address())
        return 0
      },
    },
  })

  expect(outcomes).toEqual({ receives: 'NoSEP', sends: 'NoSEP', asks: 'NoSEP' })
  expect(exits).toMatchObject({ crashing: 55, client: 0 })
})
