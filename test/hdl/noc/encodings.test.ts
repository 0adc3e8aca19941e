/** T-1 of NoC section 14: the encodings that the specifications print, through interface, link and interface, bit for bit. */
import { afterAll, describe, expect, test } from 'vitest'
import { network } from '#hdl/noc'
import { simulate } from '#sim/simulate'
import type { NetworkDescription } from '#topology'
import { flitFromBytes, flitToBytes } from '../../../src/host-link/index.ts'
import { randomNumbers } from '../lib/support/bench.ts'
import { FlitReceiver, FlitSender, runEnds } from './support/ends.ts'
import { body, head, type Packet } from './support/packets.ts'

/** A flit as the specifications write it: header part, payload part. */
const flitOf = (header: string, payload: string): bigint =>
  (BigInt(`0x${header}`) << 100n) | BigInt(`0x${payload.replaceAll('_', '')}`)

/** Two routers with a long link between them, and every class. The ids are those of the specifications. */
const systemOn = (chip: number): NetworkDescription => ({
  name: 'encodings',
  chip,
  columns: 2,
  rows: 2,
  modules: [
    { kind: 'host', name: 'host', mod: 0x05 },
    ...[0x06, 0x24, 0x25].map((mod) => ({ kind: 'traffic', name: `m${mod.toString(16)}`, mod })),
  ],
  network: { classes: 4, linkStages: 2, counters: false },
})
const mods = [0x05, 0x06, 0x24, 0x25]

const benchOn = (chip: number) => {
  const sim = simulate(network(systemOn(chip)), { watch: 'ports' })
  /** Sends packets of one class from a module; returns what all modules get, as `module.class`. */
  const pass = (from: number, messageClass: number, flits: readonly bigint[]): Record<string, bigint[]> => {
    sim.reset()
    for (const one of sim.io.inject.flat()) one.valid.value = 0
    const sender = new FlitSender(sim.io.inject[mods.indexOf(from)]![messageClass])
    sender.queue.push(...flits)
    const receivers = mods.flatMap((mod, index) =>
      sim.io.deliver[index]!.map((stream, of) => ({ key: `${mod.toString(16)}.${of}`, end: new FlitReceiver(stream) })),
    )
    runEnds(sim, [sender, ...receivers.map(({ end }) => end)], () => false, 40 + flits.length)
    return Object.fromEntries(
      receivers.filter(({ end }) => end.received.length > 0).map(({ key, end }) => [key, end.received]),
    )
  }
  return { pass, close: () => sim.close() }
}

const chip0 = benchOn(0)
const chip3 = benchOn(3)
afterAll(() => {
  chip0.close()
  chip3.close()
})

const readRequest = flitOf('0FF0600900', '0_00001000_0000004000002000')

/** The tail of NoC section 2.7, and the same line with more behind it. */
const tail = flitOf('0FF0F0E0D0', 'C0B0A0908_0706050403020100')
const more = tail | (1n << 137n)
/** What, sender, receiver, class, flits. */
const encodings: readonly (readonly [string, number, number, number, Packet])[] = [
  ['READ_REQ', 0x06, 0x24, 0, [readRequest]],
  ['WRITE_POSTED', 0x06, 0x24, 0, [flitOf('0F00600900', '2_00001001_DDCCBBAA00000000')]],
  ['TCU_ACK of a write', 0x24, 0x06, 1, [flitOf('0FF2400180', '4_00001001_0000000100000004')]],
  ['a write burst', 0x06, 0x24, 0, [flitOf('2F70600900', '2_00003000_0000000000000003'), more, more, tail]],
  ['ERROR', 0x24, 0x06, 1, [flitOf('0FF2400180', '8_00002000_0000000000000014')]],
  ['READ_REQ of the host', 0x05, 0x06, 0, [flitOf('0FF05FC180', '0_F0000000_0000000800000000')]],
]

test.each(encodings)('NoC 2.7: %s arrives bit for bit', (_, from, to, messageClass, flits) => {
  expect(chip0.pass(from, messageClass, flits)).toEqual({ [`${to.toString(16)}.${messageClass}`]: flits })
})

const messages: typeof encodings = [
  [
    'a message of 20 bytes',
    0x06,
    0x25,
    0,
    [
      flitOf('23F060C943', '3_01B80009_0000000000000004'),
      flitOf('2FFCAFEBAB', 'E12345678_000A000800A060CC'),
      flitOf('2FF0000000', '000000000_1122334455667788'),
      flitOf('2FF1F1E1D1', 'C1B1A1918_1716151413121110'),
      flitOf('0FF2F2E2D2', 'C2B2A2928_2726252423222120'),
    ],
  ],
  ['its TCU_ACK', 0x25, 0x06, 1, [flitOf('0FF250C183', '4_00007788_0000000000000000')]],
  ['WRITE of 5 bytes', 0x06, 0x25, 0, [flitOf('01F060C943', '2_00003000_1716151413121110')]],
  ['TCU_ACK of the 5 bytes', 0x25, 0x06, 1, [flitOf('0FF250C183', '4_00003000_0000000100000005')]],
]

test.each(messages)('TCU 9.2, 9.6: %s arrives bit for bit', (_, from, to, messageClass, flits) => {
  expect(chip3.pass(from, messageClass, flits)).toEqual({ [`${to.toString(16)}.${messageClass}`]: flits })
})

test('a module that writes other ids as its source sends the same bits', () => {
  const forged = readRequest ^ (0x3fffn << 114n)

  expect(forged).not.toBe(readRequest)
  expect(chip0.pass(0x06, 0, [forged])).toEqual({ '24.0': [readRequest] })
})

/** Class of each mode: the table of NoC section 2.4; mode 0xD is WRITE_ACK_2, an addition of section 7.4. */
const classOfMode = [0, 1, 0, 0, 1, 2, 3, 2, 1, 1, 0, 1, 0, 3, 0, 0]

describe.each(classOfMode.map((messageClass, mode) => [mode, messageClass] as const))(
  'mode %i',
  (mode, messageClass) => {
    const random = randomNumbers(mode + 1)
    const bits = (count: number): bigint => {
      let value = 0n
      for (let bit = 0; bit < count; bit++) value = (value << 1n) | BigInt(random() < 0.5 ? 0 : 1)
      return value
    }
    const ids = { sourceMod: 0x06, sourceChip: 0, targetMod: 0x24, targetChip: 0, mode }
    const anyHead = (given: object): bigint =>
      head({ ...ids, arq: 0, bsel: Number(bits(8)), address: Number(bits(32)), data0: bits(64), ...given })

    test(`crosses the network in class ${messageClass}, as one flit and as a burst, whatever its other bits are`, () => {
      const single = anyHead({})
      const length = 3
      const burst = [
        anyHead({ burst: 1, data0: (bits(51) << 13n) | BigInt(length) }),
        ...Array.from({ length }, (_, at) =>
          body({ burst: at < length - 1 ? 1 : 0, bsel: 0xff, data1: bits(64), data0: bits(64) }),
        ),
      ]
      const flits = [single, ...burst, anyHead({})]

      expect(chip0.pass(0x06, messageClass, flits)).toEqual({ [`24.${messageClass}`]: flits })
    })

    test('is dropped in every other class', () => {
      const others = [0, 1, 2, 3].filter((one) => one !== messageClass)

      expect(others.map((one) => chip0.pass(0x06, one, [anyHead({})]))).toEqual(others.map(() => ({})))
    })
  },
)

describe('NoC 2.10: the byte form of a flit', () => {
  const bytes = '00 ff 06 00 90 00 00 00 10 00 00 00 00 40 00 00 20 00'

  test('is 18 bytes, the most significant first; those of the READ_REQ are as printed', () => {
    const [[arrived]] = Object.values(chip0.pass(0x06, 0, [readRequest])) as [[bigint]]

    expect([...flitToBytes(arrived)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')).toBe(bytes)
    expect(flitFromBytes(Uint8Array.from(bytes.split(' '), (byte) => Number.parseInt(byte, 16)))).toBe(readRequest)
  })

  test('has the flags burst and arq in its first byte, 0 to 3', () => {
    const flags = [0n, 1n, 2n, 3n].map((flag) => flitToBytes((flag << 136n) | 5n))

    expect(flags.map((one) => [one.length, one[0], one[17]])).toEqual([0, 1, 2, 3].map((flag) => [18, flag, 5]))
  })
})
