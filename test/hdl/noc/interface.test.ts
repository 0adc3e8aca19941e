/** The network interface between a module and a router: T-1, T-4 and T-10 of NoC section 14 for one interface. */
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { defaultSystem, errorCodes, hostId, modes, type SystemDescription } from '#layout'
import { planNetwork } from '#topology'
import { randomNumbers } from '../lib/support/bench.ts'
import { interfaceBench, meaning } from './support/interface-bench.ts'
import { body, fateOf, type Head, head, type Packet, packet } from './support/packets.ts'

const own = { chip: 0, mod: 0x06 }
const present = 0x24
const absent = 0x04
const timeout = BigInt(errorCodes.TIMEOUT_NOC)
const guards = { tx: 20, rx: 12 }
const withClasses = (classes: 1 | 2 | 3 | 4): SystemDescription => ({ ...defaultSystem, network: { classes } })

const bench = interfaceBench(planNetwork(defaultSystem), own, { guards })
afterAll(() => bench[Symbol.dispose]())

/** Sends packets of one class and returns what entered the network and what came back to the module. */
const send = (messageClass: number, packets: readonly Packet[], pace: () => boolean = () => true, used = bench) => {
  const made = used.connect({ sends: pace, takes: pace, room: pace })
  made.senders[messageClass]!.queue.push(...packets.flat())
  made.run(5000, () => made.senders[messageClass]!.queue.length === 0)
  made.run(60)
  return { ...made, left: made.senders[messageClass]!.queue.length }
}

describe('what enters the network', () => {
  test('has the own id as source, whatever the module wrote', () => {
    const given = { targetMod: present, mode: modes.READ_REQ, sourceMod: 0x55, sourceChip: 9 }

    const { entered } = send(0, [packet(given, 0)])

    expect(entered(0)).toEqual([packet({ ...given, sourceMod: own.mod, sourceChip: own.chip }, 0)])
  })

  test.each([
    [1, [Array.from({ length: 16 }, (_, mode) => mode)]],
    [
      2,
      [
        [0, 2, 3, 10, 12, 14, 15],
        [1, 4, 8, 9, 11],
      ],
    ],
    [
      3,
      [
        [0, 2, 3, 10, 12, 14, 15],
        [1, 4, 6, 8, 9, 11, 13],
        [5, 7],
      ],
    ],
    [
      4,
      [
        [0, 2, 3, 10, 12, 14, 15],
        [1, 4, 8, 9, 11],
        [5, 7],
        [6, 13],
      ],
    ],
  ] as const)('has a mode of its class, of %i classes; others are dropped and counted', (classes, expected) => {
    const modules = defaultSystem.modules.map((module) => ({ ...module, kind: 'traffic' }))
    using several = interfaceBench(
      planNetwork({ ...defaultSystem, network: { classes, counters: classes > 1 }, modules }),
      own,
    )
    const byMode = Array.from({ length: 16 }, (_, mode) => packet({ targetMod: present, mode }, 0))

    const found = expected.map((_, messageClass) => {
      const { entered, counters } = send(messageClass, byMode, undefined, several)
      return { modes: entered(messageClass).map(([first]) => Number((first! >> 96n) & 0xfn)), counters: counters() }
    })

    expect(found.map((one) => one.modes)).toEqual(expected)
    expect(found.map((one) => one.counters.wrongMode)).toEqual(expected.map((own) => 16 - own.length))
  })

  test('has the announced length: a longer burst is closed, and the next packet is intact', () => {
    const next = packet({ sourceMod: own.mod, targetMod: present, mode: modes.READ_REQ }, 0)
    const long = packet({ sourceMod: own.mod, targetMod: present, mode: modes.WRITE_POSTED }, 6, 7n, 2)

    const { entered, counters } = send(0, [long, next])

    expect(entered(0).map(({ length }) => length)).toEqual([3, 1])
    expect(entered(0)[1]).toEqual(next)
    expect(counters().cutBurst).toBe(1)
  })

  test('has the announced length: a shorter burst is completed with flits of bsel 0', () => {
    const next = packet({ sourceMod: own.mod, targetMod: present, mode: modes.READ_REQ }, 0)
    const short = packet({ sourceMod: own.mod, targetMod: present, mode: modes.WRITE_POSTED }, 1, 7n, 3)

    const { entered, counters } = send(0, [short, next])

    expect(entered(0).map(({ length }) => length)).toEqual([4, 1])
    expect(meaning(entered(0))[0]!.slice(2)).toEqual([body({ burst: 1, bsel: 0 }), body({ burst: 0, bsel: 0 })])
    expect(entered(0)[1]).toEqual(next)
    expect(counters().filledBurst).toBe(1)
  })

  test('has a length: a burst that announces no flits is dropped and counted', () => {
    const { entered, delivered, counters } = send(0, [packet({ targetMod: present, mode: modes.TCU_MSG }, 3, 0n, 0)])

    expect(entered(0)).toEqual([])
    expect(delivered(1)).toEqual([])
    expect(counters().emptyBurst).toBe(1)
  })

  test('takes turns flit by flit with the other class of its plane', () => {
    const made = bench.connect()
    made.senders[0]!.queue.push(...packet({ targetMod: present, mode: modes.WRITE_POSTED }, 9))
    made.senders[1]!.queue.push(...packet({ targetMod: present, mode: modes.READ_RSP }, 9))
    made.run(25)

    expect(made.entering.order.map(({ vc }) => vc)).toEqual(Array.from({ length: 20 }, (_, index) => index % 2))
    expect(made.entering.order.at(-1)!.cycle - made.entering.order[0]!.cycle).toBe(19)
  })
})

describe('a request to a module that does not exist', () => {
  const ids = { sourceMod: absent, sourceChip: 0, targetMod: own.mod, targetChip: own.chip, bsel: 0xff }
  const cases: readonly [string, Packet, Partial<Head> | undefined][] = [
    [
      'a read',
      packet({ targetMod: absent, mode: modes.READ_REQ, address: 0x1000, data0: 0x40_1234_5678n }, 0),
      { mode: modes.ERROR, address: 0x1234_5678, data0: timeout },
    ],
    [
      'a short write',
      packet({ targetMod: absent, mode: modes.WRITE_POSTED, address: 0xe000_1234, data0: 99n }, 0),
      { mode: modes.TCU_ACK, address: 0xe000_1234, data0: (1n << 32n) | (timeout << 33n) },
    ],
    [
      'a long write',
      packet({ targetMod: absent, mode: modes.WRITE_POSTED, address: 0x2000 }, 33),
      { mode: modes.TCU_ACK, address: 0x2000, data0: (1n << 32n) | (timeout << 33n) },
    ],
    ['a register write', packet({ targetMod: absent, mode: modes.WRITE_POSTED, address: 0xf000_0000 }, 0), undefined],
    [
      'a message',
      packet({ targetMod: absent, mode: modes.TCU_MSG, address: 5 }, 4, 0xabcdn),
      { mode: modes.TCU_ACK, address: 2, data0: timeout },
    ],
    [
      'a message of the header alone',
      packet({ targetMod: absent, mode: modes.TCU_MSG, address: 5 }, 2, 0xabcdn),
      { mode: modes.TCU_ACK, address: 2, data0: timeout },
    ],
    ['a message without a label', packet({ targetMod: absent, mode: modes.TCU_MSG, address: 5 }, 1), undefined],
    ['a mode without an answer', packet({ targetMod: absent, mode: 0xe }, 3), undefined],
  ]

  test.each(cases)('%s gets the answer of the table, and nothing enters the network', (_, request, expected) => {
    const { entered, delivered, left, counters } = send(0, [request])

    expect(entered(0)).toEqual([])
    expect(delivered(1)).toEqual(expected ? [[head({ ...ids, ...expected })]] : [])
    expect(left).toBe(0)
    expect(counters().missingTarget).toBe(1)
  })

  test.each([
    [3, 1],
    [4, 3],
  ] as const)('a read of a core gets READ_RSP_2 without bytes, of %i classes in class %i', (classes, at) => {
    using several = interfaceBench(planNetwork(withClasses(classes)), own)
    const read = packet({ targetMod: absent, mode: modes.READ_REQ_2, data0: 0x40_1234_5678n }, 0)
    const write = packet({ targetMod: absent, mode: modes.WRITE_POSTED_2, data0: 5n }, 4)

    const { delivered, counters } = send(2, [write, read, write], undefined, several)

    const expected = { ...ids, mode: modes.READ_RSP_2, bsel: 0, address: 0x1234_5678, data0: timeout }
    expect(delivered(at)).toEqual([[head(expected)]])
    expect(counters().missingTarget).toBe(3)
  })

  test('carries the id of the missing module of another chip in its answer', () => {
    const given = { targetMod: 0x24, targetChip: 5, mode: modes.READ_REQ, data0: 0x8_0000_0010n }

    const { delivered } = send(0, [packet(given, 0)])

    const error = { ...ids, sourceMod: 0x24, sourceChip: 5, mode: modes.ERROR, address: 0x10, data0: timeout }
    expect(delivered(1)).toEqual([[head(error)]])
  })

  test('of class 1 is dropped', () => {
    const { entered, delivered, counters } = send(1, [packet({ targetMod: absent, mode: modes.READ_RSP }, 5)])

    expect([...entered(1), ...delivered(1)]).toEqual([])
    expect(counters().missingTarget).toBe(1)
  })

  test('an answer waits until the packet that is being delivered has ended', () => {
    const made = bench.connect()
    const response = packet({ sourceMod: present, targetMod: own.mod, mode: modes.READ_RSP }, 20)
    made.leaving.queues[1]!.push(...response)
    made.run(5)

    made.senders[0]!.queue.push(...packet({ targetMod: absent, mode: modes.READ_REQ, data0: 0x8_0000_0020n }, 0))
    made.run(60)

    expect(made.delivered(1).map(({ length }) => length)).toEqual([21, 1])
    expect(made.delivered(1)[0]).toEqual(response)
  })
})

test('packets for the host chip and for the registers of routers enter', () => {
  const print = packet({ sourceMod: own.mod, targetChip: hostId.chip, targetMod: 0x77, mode: modes.WRITE_POSTED }, 4)
  const registers = packet({ sourceMod: own.mod, targetMod: 0x03, mode: modes.READ_REQ }, 0)

  expect(send(0, [print, registers]).entered(0)).toEqual([print, registers])
})

test('packets for somebody else are dropped and counted on the way out', () => {
  const made = bench.connect()
  const mine = packet({ sourceMod: present, targetMod: own.mod, mode: modes.WRITE_POSTED }, 2)

  made.leaving.queues[0]!.push(...packet({ targetMod: 0x24, mode: modes.WRITE_POSTED }, 3), ...mine)
  made.run(30)

  expect(made.delivered(0)).toEqual([mine])
  expect(made.counters().misdelivered).toBe(1)
})

describe('the interface of the host port', () => {
  const port = { chip: 0, mod: 0x05 }
  const gateway = interfaceBench(planNetwork(defaultSystem), port, { chips: [hostId.chip] })
  afterAll(() => gateway[Symbol.dispose]())

  /** What enters the network, and what the module gets. */
  const pass = (sent: Packet, arriving: Packet) => {
    const made = gateway.connect()
    made.senders[0]!.queue.push(...sent)
    made.leaving.queues[0]!.push(...arriving)
    made.run(30)
    return { entered: made.entering.received[0], delivered: made.receivers[0]!.received }
  }
  const request = { targetMod: present, mode: modes.READ_REQ }
  const print = { targetChip: hostId.chip, mode: modes.WRITE_POSTED }

  test('lets the host keep its own id as source', () => {
    const sent = packet({ ...request, sourceChip: hostId.chip, sourceMod: hostId.mod }, 0)

    expect(pass(sent, []).entered).toEqual(sent)
  })

  test.each([0, 7])('stamps its own id over a source of chip %i', (sourceChip) => {
    const { entered } = pass(packet({ ...request, sourceChip, sourceMod: 0x24 }, 0), [])

    expect(entered).toEqual(packet({ ...request, sourceChip: port.chip, sourceMod: port.mod }, 0))
  })

  test.each([0, 5, 0xff])('takes packets for module %i of the chip of the host', (targetMod) => {
    const arriving = packet({ ...print, targetMod }, 3)

    expect(pass([], arriving).delivered).toEqual(arriving)
  })

  test('takes packets for the host port itself', () => {
    const arriving = packet({ targetMod: port.mod, mode: modes.TCU_MSG }, 3)

    expect(pass([], arriving).delivered).toEqual(arriving)
  })
})

describe('T-10: the transmit guard', () => {
  const burst = packet({ sourceMod: own.mod, targetMod: present, mode: modes.WRITE_POSTED }, 6, 3n)
  const next = packet({ sourceMod: own.mod, targetMod: present, mode: modes.READ_REQ }, 0)

  /** A burst whose module is silent for some cycles after its third flit, in two parts. */
  const silentFor = (cycles: number) => {
    let pause = 0
    const made: ReturnType<typeof bench.connect> = bench.connect({ sends: () => pause-- <= 0 })
    made.senders[0]!.queue.push(...burst, ...next)
    made.run(3)
    pause = cycles - 5
    made.run(cycles - 5 + 1)
    pause = 5
    made.run(80)
    return made
  }

  test('lets a module be silent for one cycle less than the limit', () => {
    const { entered, counters } = silentFor(guards.tx - 1)

    expect(entered(0)).toEqual([burst, next])
    expect(counters().stoppedBurst).toBe(0)
  })

  test('completes the packet of a module that is silent for the limit, and forgets the rest of it', () => {
    const { entered, counters } = silentFor(guards.tx)

    expect(entered(0).map(({ length }) => length)).toEqual([7, 1])
    expect(entered(0)[0]!.slice(0, 4)).toEqual(burst.slice(0, 4))
    expect(meaning(entered(0))[0]!.slice(4)).toEqual([1, 1, 0].map((more) => body({ burst: more, bsel: 0 })))
    expect(entered(0)[1]).toEqual(next)
    expect(counters().stoppedBurst).toBe(1)
  })

  test('does not count cycles in which the network has no room', () => {
    let pause = false
    const made = bench.connect({ sends: () => !pause, room: () => !pause })
    made.senders[0]!.queue.push(...burst)
    made.run(3)
    pause = true
    made.run(10 * guards.tx)
    pause = false
    made.run(20)

    expect(made.entered(0)).toEqual([burst])
    expect(made.counters().stoppedBurst).toBe(0)
  })

  test('ends a packet within its limit and length, whatever the module does (P-15)', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 0, max: 40 }),
        fc.integer(),
        (length, sent, seed) => {
          const random = randomNumbers(seed)
          const made = bench.connect({ sends: () => random() < 0.4 })
          made.senders[0]!.queue.push(
            ...packet({ targetMod: present, mode: modes.WRITE_POSTED }, length).slice(0, 1 + sent),
          )
          made.run(1000)

          const flits = made.entering.order.map(({ cycle }) => cycle)
          expect(flits).toHaveLength(length + 1)
          expect(flits.at(-1)! - flits[0]!).toBeLessThanOrEqual(guards.tx + length + 1)
        },
      ),
      { seed: 1, numRuns: 40 },
    )
  })
})

describe('T-10: the receive guard', () => {
  const arriving = packet({ sourceMod: present, targetMod: own.mod, mode: modes.WRITE_POSTED }, 7, 3n)
  const other = (tag: number) =>
    packet({ sourceMod: present, targetMod: own.mod, mode: modes.WRITE_POSTED, address: tag }, 3, BigInt(tag))

  /** A packet of which the module takes three flits, refuses for some cycles, and goes on. */
  const refuseFor = (cycles: number, then: readonly Packet[] = []) => {
    let refusals = 0
    const made: ReturnType<typeof bench.connect> = bench.connect({
      takes: (one) => one !== 0 || made.receivers[0]!.received.length !== 3 || refusals++ >= cycles,
    })
    made.leaving.queues[0]!.push(...arriving, ...then.flat())
    made.run(cycles + 80)
    return made
  }

  test('lets a module refuse for one cycle less than the limit', () => {
    const made = refuseFor(guards.rx - 1, [other(1)])

    expect(made.delivered(0)).toEqual([arriving, other(1)])
    expect(made.counters()).toMatchObject({ refused: 0, drained: 0 })
  })

  test('forgets what arrives for a module that refuses for the limit, and completes the packet later', () => {
    const made = refuseFor(guards.rx + 1)

    const [first] = made.delivered(0)
    expect(first).toHaveLength(8)
    expect(first!.slice(0, 5)).toEqual(arriving.slice(0, 5))
    expect(meaning([first!])[0]!.slice(5)).not.toEqual(arriving.slice(5))
    expect(made.counters().refused).toBe(1)
  })

  test('lets the network go on, and delivers whole packets again', () => {
    const made = refuseFor(200, [other(1), other(2), other(3)])
    made.leaving.queues[0]!.push(...other(4), ...other(5))
    made.run(100)

    const delivered = made.delivered(0)
    expect(delivered.map(({ length }) => length)).toEqual([8, 4, 4])
    expect(delivered.slice(1)).toEqual([other(4), other(5)])
    expect(made.counters()).toMatchObject({ refused: 1, drained: 4 })
  })

  test('drops the packets of the class that is refused, and no others', () => {
    const made = bench.connect({ takes: (messageClass) => messageClass === 1 })
    const response = packet({ sourceMod: present, targetMod: own.mod, mode: modes.READ_RSP }, 5)
    for (let number = 0; number < 20; number++) {
      made.leaving.queues[0]!.push(...other(number))
      made.leaving.queues[1]!.push(...response)
    }
    made.run(600)

    expect(made.leaving.queues.map(({ length }) => length)).toEqual([0, 0])
    expect(made.delivered(1)).toEqual(Array.from({ length: 20 }, () => response))
    expect(made.delivered(0)).toEqual([])
  })

  test('delivers packets whole, or completes them, whatever the module refuses', () => {
    const step = fc.record({ takes: fc.boolean(), cycles: fc.integer({ min: 1, max: 40 }) })
    const lengths = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 5, maxLength: 25 })
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 25 }), lengths, fc.integer(), (steps, sizes, seed) => {
        const random = randomNumbers(seed)
        let takes = true
        const made = bench.connect({ takes: () => takes, arrives: () => random() < 0.8 })
        const packets = sizes.map((size, tag) =>
          packet({ sourceMod: present, targetMod: own.mod, mode: modes.WRITE_POSTED, address: tag }, size, BigInt(tag)),
        )
        made.leaving.queues[0]!.push(...packets.flat())
        for (const { takes: now, cycles } of steps) {
          takes = now
          made.run(cycles)
        }
        takes = true
        made.run(2000, () => made.leaving.queues[0]!.length === 0)
        made.run(60)

        const delivered = made.delivered(0)
        let torn = 0
        let last = -1
        for (const one of delivered) {
          const tag = Number((one[0]! >> 64n) & 0xffffn)
          expect(tag).toBeGreaterThan(last)
          last = tag
          const original = packets[tag]!
          expect(one).toHaveLength(original.length)
          const from = one.findIndex((flit, index) => flit !== original[index])
          if (from < 0) continue
          torn++
          for (const flit of one.slice(from)) expect((flit >> 128n) & 0xffn).toBe(0n)
        }
        expect(made.counters().drained).toBe(packets.length - delivered.length + torn)
      }),
      { seed: 1, numRuns: 150 },
    )
  })
})

describe('the rate limiter', () => {
  const limited = interfaceBench(
    planNetwork({ ...defaultSystem, network: { rateLimit: { flits: 64, burst: 16 } } }),
    own,
  )
  afterAll(() => limited[Symbol.dispose]())

  /** Flits of class 0 and 1 that entered in some cycles. */
  const flitsIn = (cycles: number, limit: { readonly flits: number; readonly burst: number }, length: number) => {
    const made = limited.connect()
    const io = limited.sim.io as unknown as { readonly limit: { value: unknown } }
    io.limit.value = limit
    for (let number = 0; number < cycles; number++) {
      made.senders[0]!.queue.push(...packet({ targetMod: present, mode: modes.WRITE_POSTED }, length - 1))
      made.senders[1]!.queue.push(...packet({ targetMod: present, mode: modes.READ_RSP }, length - 1))
    }
    made.run(cycles)
    return made.entering.received.map((flits) => flits.length)
  }

  test.each([
    [64, 1],
    [64, 9],
    [10, 33],
    [256, 1],
  ])('with %i flits per 256 cycles, packets of %i flits keep to the rate, answers do not', (flits, length) => {
    const [requests, responses] = flitsIn(2560, { flits, burst: 16 }, length)

    const most = Math.min(10 * flits, 1280)
    expect(requests).toBeLessThanOrEqual(most + 16 + length)
    expect(requests).toBeGreaterThanOrEqual(0.95 * most - 16 - length)
    expect(requests! + responses!).toBeGreaterThan(2500)
  })

  test('a rate of 0 stops requests', () => {
    expect(flitsIn(500, { flits: 0, burst: 16 }, 1)[0]).toBe(0)
  })
})

describe('T-4: for every sequence of packets, legal or not', () => {
  const target = fc.constantFrom(present, absent, 0x05, 0x06, 0x20, 0xff)
  const hostile = fc
    .record({
      targetMod: target,
      targetChip: fc.constantFrom(0, 0, 0, 0, 1, hostId.chip),
      mode: fc.integer({ min: 0, max: 15 }),
      address: fc.constantFrom(0x10, 0xf000_0008, 0xe000_0000),
      follows: fc.integer({ min: 0, max: 6 }),
      announced: fc.integer({ min: 0, max: 6 }),
      honest: fc.boolean(),
      tag: fc.bigInt(0n, 2n ** 30n),
    })
    .map(({ follows, announced, honest, tag, ...given }) => packet(given, follows, tag, honest ? follows : announced))
  const patient = interfaceBench(planNetwork(defaultSystem), own)
  afterAll(() => patient[Symbol.dispose]())
  beforeAll(() => patient.sim.reset())

  test.each([0, 1])('class %i: what enters and what is answered is what section 10.5 says', (messageClass) => {
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 30 }), fc.integer(), (packets, seed) => {
        const random = randomNumbers(seed)

        const { entered, delivered, left } = send(messageClass, packets, () => random() < 0.7, patient)

        const fates = packets.map((one) => fateOf(defaultSystem, own, messageClass, one))
        expect(left).toBe(0)
        expect(meaning(entered(messageClass))).toEqual(
          meaning(fates.flatMap((fate) => (fate.kind === 'delivered' ? [fate.packet] : []))),
        )
        expect(delivered(1)).toEqual(fates.flatMap((fate) => (fate.kind === 'answered' ? [fate.answer] : [])))
      }),
      { seed: 1, numRuns: 100 },
    )
  })
})
