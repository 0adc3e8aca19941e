import { describe, expect, test } from 'vitest'
import { type HostBridgeOptions, serialHostBridge } from '#hdl/bridge'
import { encodeFrame, openHostLink, type HostConnection, type Packet } from '#host-link'
import { decode, errorCodes, field, headFlit, hostId, hostRegisters, modes } from '#layout'
import { simulate } from '#sim/simulate'
import { head, packet } from '../noc/support/packets.ts'
import { bridgeId, LinkBench, smallBridge } from './support/link-bench.ts'
import { answeringMemory } from './support/answering-memory.ts'

const toBridge = { targetChip: bridgeId.chip, targetMod: bridgeId.mod, sourceMod: 0x24, sourceChip: bridgeId.chip }
const toHost = { targetChip: hostId.chip, targetMod: hostId.mod, sourceMod: 0x24, sourceChip: bridgeId.chip }
const toTile = { targetChip: bridgeId.chip, targetMod: 0x24 }
const registerAt = (name: keyof typeof hostRegisters.registers) => hostRegisters.base + hostRegisters.registers[name].at

/** A bench and an open link with everything that a host can do; `connection` is there when it is up. */
const openBench = async (options: HostBridgeOptions = smallBridge, more: Parameters<typeof openHostLink>[1] = {}) => {
  const bench = new LinkBench(options)
  let connection: HostConnection | undefined
  void openHostLink(bench.transport(), { clock: bench.clock, resendMilliseconds: 4, session: 7, ...more }).then(
    (opened) => (connection = opened),
  )
  await bench.run(2000, () => connection !== undefined)
  return { bench, connection: connection! }
}

/** Runs the bench until a promise has ended. */
const ended = async <T>(bench: LinkBench, promise: Promise<T>, limit = 100_000): Promise<T> => {
  let done = false
  const settle = () => (done = true)
  promise.then(settle, settle)
  await bench.run(limit, () => done)
  if (!done) throw new Error(`not ended after ${limit} cycles`)
  return promise
}

describe('the id of the bridge', () => {
  test.each([
    [
      'a read of a register',
      { mode: modes.READ_REQ, address: registerAt('LINK'), data0: (8n << 32n) | 0x55n },
      0,
      { mode: modes.READ_RSP, address: 0x55, data0: 1n << 8n },
    ],
    [
      'a read of a register that is none',
      { mode: modes.READ_REQ, address: 0xf000_0048, data0: (8n << 32n) | 0x55n },
      0,
      { mode: modes.READ_RSP, address: 0x55, data0: 0n },
    ],
    [
      'a read of memory',
      { mode: modes.READ_REQ, address: 0x1000, data0: (64n << 32n) | 0x56n },
      0,
      { mode: modes.ERROR, address: 0x56, data0: BigInt(errorCodes.TIMEOUT_MEM) },
    ],
    [
      'a write to memory',
      { mode: modes.WRITE_POSTED, address: 0x1000 },
      3,
      { mode: modes.TCU_ACK, address: 0x1000, data0: (1n << 32n) | (BigInt(errorCodes.TIMEOUT_MEM) << 33n) },
    ],
    ['a message', { mode: modes.TCU_MSG, address: 4 }, 4, { mode: modes.TCU_ACK, data0: BigInt(errorCodes.RECV_GONE) }],
  ] as const)('answers %s', async (_, given, lines, answer) => {
    using bench = new LinkBench(smallBridge)
    bench.offered[0].push(...packet({ ...toBridge, ...given }, lines))
    await bench.run(200, () => bench.network[1].packets.length > 0)

    const [only, ...others] = bench.network[1].packets
    expect(others).toEqual([])
    expect(decode(headFlit, only![0]!)).toMatchObject({ ...answer, targetMod: 0x24, sourceMod: bridgeId.mod, burst: 0 })
  })

  test.each([
    [
      'reads of four bytes of a register',
      packet({ ...toBridge, mode: modes.READ_REQ, address: registerAt('LINK'), data0: 4n << 32n }, 0),
    ],
    ['reads of nothing', packet({ ...toBridge, mode: modes.READ_REQ, address: 0, data0: 0n }, 0)],
    ['bursts to registers', packet({ ...toBridge, mode: modes.WRITE_POSTED, address: registerAt('RESTART') }, 2)],
    ['messages without a header', packet({ ...toBridge, mode: modes.TCU_MSG, address: 4 }, 1)],
    ['answers', packet({ ...toBridge, mode: modes.READ_RSP, address: 4 }, 1)],
  ])('drops %s, and serves what comes next', async (_, dropped) => {
    using bench = new LinkBench(smallBridge)
    const index = field(headFlit, 'mode', dropped[0]!) === modes.READ_RSP ? 1 : 0
    bench.offered[index].push(...dropped)
    await bench.run(100)
    bench.offered[0].push(head({ ...toBridge, mode: modes.READ_REQ, address: registerAt('INVALID'), data0: 8n << 32n }))
    await bench.run(200, () => bench.network[1].packets.length > 0)

    expect(bench.network[1].packets).toHaveLength(1)
    expect(field(headFlit, 'data0', bench.network[1].packets[0]![0]!)).toBe(BigInt(index))
    expect(bench.restarts).toBe(0)
  })

  test('restarts the chip when 1 is written, and nothing else', async () => {
    using bench = new LinkBench(smallBridge)
    const write = (data0: bigint, bsel = 0xff) =>
      head({ ...toBridge, mode: modes.WRITE_POSTED, address: registerAt('RESTART'), data0, bsel })
    bench.offered[0].push(write(0n), write(1n, 0xfe), write(1n))
    await bench.run(100)

    expect(bench.restarts).toBe(1)
  })
})

describe('without a host', () => {
  test('packets to it are dropped and counted, of any length, and nobody waits', async () => {
    using bench = new LinkBench(smallBridge)
    for (let number = 0; number < 20; number++) {
      bench.offered[0].push(...packet({ ...toHost, mode: modes.WRITE_POSTED, address: number }, number % 7))
      bench.offered[1].push(...packet({ ...toHost, mode: modes.READ_RSP }, number === 3 ? 300 : 1))
    }
    await bench.run(1000)

    expect(bench.offered).toEqual([[], []])
    expect(bench.longestWait).toBeLessThan(20)
    expect(bench.counter('link_down')).toBe(40)
  })
})

describe('a host that stopped listening', () => {
  test('makes the network wait for a millisecond at most, and packets behind that are dropped', async () => {
    const { bench } = await openBench()
    bench.connected = false
    for (let number = 0; number < 30; number++)
      bench.offered[0].push(...packet({ ...toHost, mode: modes.WRITE_POSTED, address: number }, 4))
    bench.offered[1].push(...packet({ ...toHost, mode: modes.READ_RSP }, 2))
    await bench.run(5000, () => bench.offered.every((flits) => flits.length === 0))

    expect(bench.offered).toEqual([[], []])
    // The time is counted in ticks of 100 cycles.
    expect(bench.longestWait).toBeGreaterThan(900)
    expect(bench.longestWait).toBeLessThan(1250)
    bench[Symbol.dispose]()
  })
})

describe('a packet that is longer than the buffer', () => {
  test('is dropped, and the ones around it arrive', async () => {
    const received: Packet[] = []
    const { bench } = await openBench(smallBridge, { onPacket: (one) => received.push(one) })
    const short = (address: number) => packet({ ...toHost, mode: modes.TCU_MSG, address }, 3)
    bench.offered[0].push(...short(1), ...packet({ ...toHost, mode: modes.TCU_MSG }, 200), ...short(2))
    await bench.run(20_000, () => received.length === 2)

    expect(received).toEqual([short(1), short(2)])
    expect(bench.counter('link_down')).toBe(1)
    expect(bench.longestWait).toBeLessThan(1250)
    bench[Symbol.dispose]()
  })
})

describe('a network that takes nothing', () => {
  test('closes the window, and no packet is lost when it opens again', async () => {
    const { bench, connection } = await openBench()
    bench.takes = () => false
    let arrived = 0
    for (let number = 0; number < 30; number++)
      void connection.send(packet({ ...toTile, mode: modes.TCU_MSG, address: number }, 5)).then(() => arrived++)
    await bench.run(15_000)
    const before = arrived
    bench.takes = () => true
    await bench.run(60_000, () => bench.network[0].packets.length === 30)

    expect(before).toBeLessThan(10)
    expect(connection.state).toBe('up')
    expect(bench.network[0].packets.map((one) => field(headFlit, 'address', one[0]!))).toEqual(
      Array.from({ length: 30 }, (_, number) => number),
    )
    bench[Symbol.dispose]()
  })
})

test('a hello that is doubled changes nothing, and one of a new session begins one', async () => {
  const { bench, connection } = await openBench()
  await ended(bench, connection.send(packet({ ...toTile, mode: modes.TCU_MSG, address: 1 }, 2)))
  bench.inject(encodeFrame({ type: 'hello', seq: 135, ack: 0, window: 400, flits: [] }))
  await bench.run(500)
  const again = connection.send(packet({ ...toTile, mode: modes.TCU_MSG, address: 2 }, 2))
  await ended(bench, again)
  await bench.run(500)
  expect(bench.network[0].packets).toHaveLength(2)

  bench.inject(encodeFrame({ type: 'hello', seq: 136, ack: 0, window: 400, flits: [] }))
  await bench.run(500)
  await expect(
    ended(bench, connection.send(packet({ ...toTile, mode: modes.TCU_MSG, address: 3 }, 2))),
  ).rejects.toThrow('The link is down: 16 times sent without an answer')
  bench[Symbol.dispose]()
})

test('sources are those of the host, unless they are kept', async () => {
  const one = packet({ ...toTile, mode: modes.TCU_MSG, sourceChip: 9, sourceMod: 0x77 }, 2)
  const sourceWith = async (sources: 'stamped' | 'kept') => {
    const { bench, connection } = await openBench({ ...smallBridge, sources })
    await ended(bench, connection.send(one))
    await bench.run(300)
    const { sourceChip, sourceMod } = decode(headFlit, bench.network[0].packets[0]![0]!)
    bench[Symbol.dispose]()
    return [sourceChip, sourceMod]
  }

  expect(await sourceWith('stamped')).toEqual([hostId.chip, bridgeId.mod])
  expect(await sourceWith('kept')).toEqual([9, 0x77])
})

test('a serial line carries all of it', async () => {
  // Four cycles per bit, and the line looped from pin to pin.
  const serial = serialHostBridge({ ...smallBridge, clockHz: 1_000_000, baud: 250_000 })
  using sim = simulate(serial, { watch: 'ports' })
  sim.io.own.value = bridgeId
  sim.io.requestOut.ready.value = 1
  const timers: { at: number; action: () => void }[] = []
  const clock = {
    now: () => sim.cycle / 1000,
    after: (milliseconds: number, action: () => void) => {
      const timer = { at: sim.cycle + milliseconds * 1000, action }
      timers.push(timer)
      return () => void timers.splice(timers.indexOf(timer), 1)
    },
  }
  // Bits for the pin, and what the pin said, four cycles each: this side is written without the hardware's parts.
  const bits: number[] = []
  let pin = 1
  let phase = 0
  let hear: (bytes: Uint8Array) => void = () => undefined
  const transport = {
    kind: 'stream' as const,
    write: (bytes: Uint8Array) => {
      for (const byte of bytes) bits.push(0, ...Array.from({ length: 8 }, (_, bit) => (byte >> bit) & 1), 1)
    },
    onBytes: (receive: (bytes: Uint8Array) => void) => void (hear = receive),
  }
  const entered: bigint[] = []
  let listening: { since: number; byte: number } | undefined
  const run = async (cycles: number, until: () => boolean) => {
    for (let cycle = 0; cycle < cycles && !until(); cycle++) {
      if (phase === 0) pin = bits.shift() ?? 1
      phase = (phase + 1) % 4
      sim.io.receive.value = pin
      if (sim.io.requestOut.fires) entered.push(sim.io.requestOut.payload.value)
      const level = sim.io.transmit.value
      if (listening === undefined && level === 0) listening = { since: sim.cycle, byte: 0 }
      else if (listening !== undefined) {
        const place = sim.cycle - listening.since - 2
        if (place % 4 === 0 && place >= 4 && place <= 32) listening.byte |= level << (place / 4 - 1)
        if (place === 36) {
          hear(Uint8Array.of(listening.byte))
          listening = undefined
        }
      }
      sim.step()
      for (const timer of timers.filter(({ at }) => at <= sim.cycle)) {
        timers.splice(timers.indexOf(timer), 1)
        timer.action()
      }
      if (cycle % 16 === 0) await Promise.resolve()
    }
  }
  // The line was low in reset, which looked like a byte.
  await run(100, () => false)
  let connection: HostConnection | undefined
  void openHostLink(transport, { clock, resendMilliseconds: 100 }).then((opened) => (connection = opened))
  await run(20_000, () => connection !== undefined)
  const one = packet({ ...toTile, mode: modes.TCU_MSG, address: 1 }, 3)
  let arrived = false
  void connection?.send(one).then(() => (arrived = true))
  await run(40_000, () => arrived && entered.length === 4)

  expect(connection?.bridge).toEqual({ version: 1, chip: 2, modules: 6, largestPacket: 40 })
  expect(entered.slice(1)).toEqual(one.slice(1))
  expect(connection?.counters).toMatchObject({ damaged: 0, resent: 0 })
})

describe('software on the host', () => {
  test('loads memory, reads it back, and uses registers', async () => {
    const { bench, connection } = await openBench()
    const memory = answeringMemory(bench, 0x24)
    const data = Uint8Array.from({ length: 1500 }, (_, index) => (index * 7 + 3) & 0xff)

    await ended(bench, connection.write(0x24, 0x1003, data))
    const back = await ended(bench, connection.read(0x24, 0x1000, 1510))
    await ended(bench, connection.writeRegister(0x24, 0x3028, 0x1234n))
    const register = await ended(bench, connection.readRegister(0x24, 0x3028))

    expect([...memory.bytes.subarray(0x1003, 0x1003 + 1500)]).toEqual([...data])
    expect([...back]).toEqual([0, 0, 0, ...data, 0, 0, 0, 0, 0, 0, 0])
    expect(register).toBe(0x1234n)
    expect(memory.longest).toBe(33)
    bench[Symbol.dispose]()
  })

  test('is told the module, the address and the error', async () => {
    const { bench, connection } = await openBench(smallBridge, { answerMilliseconds: 20 })
    answeringMemory(bench, 0x24)

    await expect(ended(bench, connection.read(0x24, 0x9000, 8))).rejects.toThrow(
      'Reading 0x9000 of module 0x24: TIMEOUT_MEM',
    )
    await expect(ended(bench, connection.write(0x24, 0x9000, new Uint8Array(20)))).rejects.toThrow(
      'Writing 0x9000 of module 0x24: TIMEOUT_MEM',
    )
    await expect(ended(bench, connection.read(0x25, 0, 8))).rejects.toThrow(
      'Reading 0x0 of module 0x25: no answer within 20 ms',
    )
    bench[Symbol.dispose]()
  })

  test('gets what tiles print', async () => {
    const printed: unknown[] = []
    const { bench } = await openBench(smallBridge, { onPrint: (one) => printed.push(one) })
    const text = 'hello, host'
    const bytes = [...new TextEncoder().encode(text)]
    const word = (from: number) =>
      bytes.slice(from, from + 8).reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
    const [first, line] = packet({ ...toHost, mode: modes.WRITE_POSTED, bsel: (10 << 4) | 15 }, 1)
    const mask = (1n << 64n) - 1n
    const filled = (line! & ~((1n << 128n) - 1n)) | (word(8) << 64n) | (word(0) & mask)
    bench.offered[0].push(first!, filled)
    await bench.run(2000, () => printed.length > 0)

    expect(printed).toEqual([{ source: { chip: 2, mod: 0x24 }, text }])
    bench[Symbol.dispose]()
  })
})
