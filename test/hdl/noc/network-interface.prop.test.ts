import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { defaultSystem, errorCodes, hostId, modes } from '#layout'
import { networkInterface, planNetwork } from '#hdl/noc'
import { openSimulation, type Simulation } from '#sim/bridge'
import type { BuiltSimulation } from '#sim/build'
import { Receiver, Sender, randomNumbers, run, simulator } from '../lib/support/bench.ts'
import { body, fateOf, type Head, head, type Packet, packet, packetsOf } from './support/packets.ts'

const own = { chip: 0, mod: 0x06 }
const present = 0x24
const absent = 0x04
const timeout = BigInt(errorCodes.TIMEOUT_NOC)

let built: BuiltSimulation
beforeAll(async () => {
  built = await simulator(networkInterface('module', planNetwork(defaultSystem)))
}, 120_000)

const start = (sim: Simulation): void => {
  sim.port('own_chip').value = own.chip
  sim.port('own_mod').value = own.mod
  sim.reset()
}

/** Sends packets of one class and returns what entered the network and what came back to the module. */
const send = (messageClass: 0 | 1, packets: readonly Packet[], pace: () => boolean = () => true) => {
  using sim = openSimulation(built)
  start(sim)
  const sender = new Sender(sim, `inject${messageClass}`, pace)
  const entered = new Receiver(sim, `to_network${messageClass}`, pace)
  const answers = new Receiver(sim, 'deliver1', pace)
  sender.queue.push(...packets.flat())

  run(sim, [sender, entered, answers], () => sender.queue.length === 0, 5000)
  run(sim, [sender, entered, answers], () => false, 50)

  const counter = (name: string): number => Number(sim.port(`counters_${name}`).value)
  return {
    entered: packetsOf(entered.received),
    answers: packetsOf(answers.received),
    left: sender.queue.length,
    counter,
  }
}

describe('what enters the network', () => {
  test('has the own id as source, whatever the module wrote', () => {
    const given = { targetMod: present, mode: modes.READ_REQ, sourceMod: 0x55, sourceChip: 9 }

    const { entered } = send(0, [packet(given, 0)])

    expect(entered).toEqual([packet({ ...given, sourceMod: own.mod, sourceChip: own.chip }, 0)])
  })

  test('has a mode of its class; others are dropped and counted', () => {
    const byMode = Array.from({ length: 16 }, (_, mode) => packet({ targetMod: present, mode }, 0))

    const requests = send(0, byMode)
    const responses = send(1, byMode)

    const modesOf = (packets: readonly Packet[]) => packets.map(([first]) => Number((first! >> 96n) & 0xfn))
    expect(modesOf(requests.entered)).toEqual([0, 2, 3, 10, 12, 13, 14, 15])
    expect(modesOf(responses.entered)).toEqual([1, 4, 8, 9, 11])
    expect(requests.counter('wrong_mode')).toBe(8)
    expect(responses.counter('wrong_mode')).toBe(11)
  })

  test('has the announced length: a longer burst is closed, and the next packet is intact', () => {
    const next = packet({ sourceMod: own.mod, targetMod: present, mode: modes.READ_REQ }, 0)
    const long = packet({ sourceMod: own.mod, targetMod: present, mode: modes.WRITE_POSTED }, 6, 7n, 2)

    const { entered, counter } = send(0, [long, next])

    expect(entered.map(({ length }) => length)).toEqual([3, 1])
    expect(entered[1]).toEqual(next)
    expect(counter('cut_burst')).toBe(1)
  })

  test('has the announced length: a shorter burst is completed with flits of bsel 0', () => {
    const next = packet({ sourceMod: own.mod, targetMod: present, mode: modes.READ_REQ }, 0)
    const short = packet({ sourceMod: own.mod, targetMod: present, mode: modes.WRITE_POSTED }, 1, 7n, 3)

    const { entered, counter } = send(0, [short, next])

    expect(entered.map(({ length }) => length)).toEqual([4, 1])
    expect(entered[0]!.slice(2)).toEqual([body({ burst: 1, bsel: 0 }), body({ burst: 0, bsel: 0 })])
    expect(entered[1]).toEqual(next)
    expect(counter('filled_burst')).toBe(1)
  })

  test('has a length: a burst that announces no flits is dropped and counted', () => {
    const { entered, answers, counter } = send(0, [packet({ targetMod: present, mode: modes.TCU_MSG }, 3, 0n, 0)])

    expect(entered).toEqual([])
    expect(answers).toEqual([])
    expect(counter('empty_burst')).toBe(1)
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
    ['a mode without an answer', packet({ targetMod: absent, mode: 0xd }, 3), undefined],
  ]

  test.each(cases)('%s gets the answer of the table, and nothing enters the network', (_, request, expected) => {
    const { entered, answers, left, counter } = send(0, [request])

    expect(entered).toEqual([])
    expect(answers).toEqual(expected ? [[head({ ...ids, ...expected })]] : [])
    expect(left).toBe(0)
    expect(counter('missing_target')).toBe(1)
  })

  test('carries the id of the missing module of another chip in its answer', () => {
    const given = { targetMod: 0x24, targetChip: 5, mode: modes.READ_REQ, data0: 0x8_0000_0010n }

    const { answers } = send(0, [packet(given, 0)])

    const error = { ...ids, sourceMod: 0x24, sourceChip: 5, mode: modes.ERROR, address: 0x10, data0: timeout }
    expect(answers).toEqual([[head(error)]])
  })

  test('of class 1 is dropped', () => {
    const { entered, answers, counter } = send(1, [packet({ targetMod: absent, mode: modes.READ_RSP }, 5)])

    expect([...entered, ...answers]).toEqual([])
    expect(counter('missing_target')).toBe(1)
  })
})

test('packets for the host chip enter, whatever module they name', () => {
  const print = packet({ sourceMod: own.mod, targetChip: hostId.chip, targetMod: 0x77, mode: modes.WRITE_POSTED }, 4)

  const { entered } = send(0, [print])

  expect(entered).toEqual([print])
})

test('an answer waits until the packet that is being delivered has ended', () => {
  using sim = openSimulation(built)
  start(sim)
  const network = new Sender(sim, 'from_network1')
  const module = new Sender(sim, 'inject0')
  const delivered = new Receiver(sim, 'deliver1')
  const response = packet({ sourceMod: present, targetMod: own.mod, mode: modes.READ_RSP }, 20)
  network.queue.push(...response)
  run(sim, [network, delivered], () => delivered.received.length > 2, 20)

  module.queue.push(...packet({ targetMod: absent, mode: modes.READ_REQ, data0: 0x8_0000_0020n }, 0))
  run(sim, [network, module, delivered], () => false, 60)

  const packets = packetsOf(delivered.received)
  expect(packets.map(({ length }) => length)).toEqual([21, 1])
  expect(packets[0]).toEqual(response)
})

test('packets for somebody else are dropped and counted on the way out', () => {
  using sim = openSimulation(built)
  start(sim)
  const network = new Sender(sim, 'from_network0')
  const delivered = new Receiver(sim, 'deliver0')
  const mine = packet({ sourceMod: present, targetMod: own.mod, mode: modes.WRITE_POSTED }, 2)

  network.queue.push(...packet({ targetMod: 0x24, mode: modes.WRITE_POSTED }, 3), ...mine)
  run(sim, [network, delivered], () => false, 30)

  expect(packetsOf(delivered.received)).toEqual([mine])
  expect(sim.port('counters_misdelivered').value).toBe(1)
})

describe('the interface of the host port', () => {
  const port = { chip: 0, mod: 0x05 }

  /** What enters the network, and what the module gets. */
  const pass = async (sent: Packet, arriving: Packet) => {
    using sim = openSimulation(await simulator(networkInterface('gateway', planNetwork(defaultSystem))))
    sim.port('own_chip').value = port.chip
    sim.port('own_mod').value = port.mod
    sim.reset()
    const module = new Sender(sim, 'inject0')
    const entered = new Receiver(sim, 'to_network0')
    const network = new Sender(sim, 'from_network0')
    const delivered = new Receiver(sim, 'deliver0')
    module.queue.push(...sent)
    network.queue.push(...arriving)
    run(sim, [module, entered, network, delivered], () => false, 30)
    return { entered: entered.received, delivered: delivered.received }
  }
  const request = { targetMod: present, mode: modes.READ_REQ }
  const print = { targetChip: hostId.chip, mode: modes.WRITE_POSTED }

  test('lets the host keep its own id as source', async () => {
    const sent = packet({ ...request, sourceChip: hostId.chip, sourceMod: hostId.mod }, 0)

    expect((await pass(sent, [])).entered).toEqual(sent)
  })

  test.each([0, 7])('stamps its own id over a source of chip %i', async (sourceChip) => {
    const { entered } = await pass(packet({ ...request, sourceChip, sourceMod: 0x24 }, 0), [])

    expect(entered).toEqual(packet({ ...request, sourceChip: port.chip, sourceMod: port.mod }, 0))
  })

  test.each([0, 5, 0xff])('takes packets for module %i of the chip of the host', async (targetMod) => {
    const arriving = packet({ ...print, targetMod }, 3)

    expect((await pass([], arriving)).delivered).toEqual(arriving)
  })

  test('takes packets for the host port itself', async () => {
    const arriving = packet({ targetMod: port.mod, mode: modes.TCU_MSG }, 3)

    expect((await pass([], arriving)).delivered).toEqual(arriving)
  })
})

describe('for every sequence of packets, legal or not', () => {
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

  test.each([0, 1] as const)('class %i: what enters and what is answered is what section 10.5 says', (messageClass) => {
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 30 }), fc.integer(), (packets, seed) => {
        const random = randomNumbers(seed)

        const { entered, answers, left } = send(messageClass, packets, () => random() < 0.7)

        const fates = packets.map((one) => fateOf(defaultSystem, own, messageClass, one))
        expect(left).toBe(0)
        expect(entered).toEqual(fates.flatMap((fate) => (fate.kind === 'delivered' ? [fate.packet] : [])))
        expect(answers).toEqual(fates.flatMap((fate) => (fate.kind === 'answered' ? [fate.answer] : [])))
      }),
      { numRuns: 150 },
    )
  })
})
