import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { connect, input, instance, module, output, stream, uint } from '#edsl'
import { cobsDecode, cobsEncode } from '#host-link'
import { pump, simulate } from '#sim/simulate'
import { burstCutter } from '../../../hdl/bridge/host-burst-cutter.ts'
import { cobsDecoder, cobsEncoder } from '../../../hdl/bridge/host-cobs.ts'
import { crc32Next, crc32Start } from '../../../hdl/bridge/host-crc32.ts'
import { hostBridgeParameters } from '../../../hdl/bridge/host-parameters.ts'
import { serialReceiver, serialSender } from '../../../hdl/bridge/host-uart.ts'
import { arrivalOf } from '../../../src/host-link/packets.ts'
import { body, head, packetsOf } from '../noc/support/packets.ts'

const frames = fc.array(fc.array(fc.oneof(fc.constant(0), fc.nat(255)), { minLength: 1, maxLength: 300 }), {
  minLength: 1,
  maxLength: 4,
})
const inFrames = (list: readonly (readonly number[])[]) =>
  list.flatMap((frame) => frame.map((data, index) => ({ last: index === frame.length - 1 ? 1 : 0, data })))
const check = { seed: 3, numRuns: 25 }

test('the CRC of 123456789 is CBF43926', () => {
  const step = module(
    'crc_step',
    { state: input(uint(32)), byte: input(uint(8)), next: output(uint(32)) },
    ({ state, byte, next }) => next.drive(crc32Next(state, byte)),
  )
  using sim = simulate(step)
  sim.io.state.value = crc32Start
  for (const character of '123456789') {
    sim.io.byte.value = character.charCodeAt(0)
    sim.io.state.value = sim.io.next.value
  }

  expect(~sim.io.state.value >>> 0).toBe(0xcbf4_3926)
})

test('stuffed frames are those of the software, whatever waits', () => {
  using sim = simulate(cobsEncoder)
  fc.assert(
    fc.property(frames, fc.nat(1000), (list, seed) => {
      sim.reset()
      const bytes = pump(sim, { from: inFrames(list), stalls: 'random', seed, limit: 600 }).to

      expect(bytes).toEqual(list.flatMap((frame) => [...cobsEncode(Uint8Array.from(frame))]))
    }),
    check,
  )
})

test('stuffed frames come back, whatever waits', () => {
  using sim = simulate(cobsDecoder)
  fc.assert(
    fc.property(frames, fc.nat(1000), (list, seed) => {
      sim.reset()
      const coded = list.flatMap((frame) => [...cobsEncode(Uint8Array.from(frame))])

      expect(pump(sim, { from: coded, stalls: 'random', seed, limit: 600 }).to).toEqual(inFrames(list))
    }),
    check,
  )
})

test('any bytes of a line leave the decoder as it was at the next zero', () => {
  using sim = simulate(cobsDecoder)
  fc.assert(
    fc.property(fc.array(fc.nat(255), { maxLength: 60 }), fc.array(fc.nat(255), { minLength: 1 }), (noise, frame) => {
      sim.reset()
      const coded = [...noise, 0, ...cobsEncode(Uint8Array.from(frame))]

      const bytes = pump(sim, { from: coded, limit: 600 }).to

      expect(bytes.slice(-frame.length)).toEqual(inFrames([frame]))
      expect(cobsDecode(cobsEncode(Uint8Array.from(frame)).subarray(0, -1))).toEqual(Uint8Array.from(frame))
    }),
    check,
  )
})

test('a serial line carries bytes', () => {
  const loop = module('serial_loop', { from: input(stream(uint(8))), to: output(stream(uint(8))) }, ({ from, to }) => {
    const sender = instance(serialSender(5))
    const receiver = instance(serialReceiver(5))
    connect(sender.from, from)
    receiver.line.drive(sender.line)
    connect(to, receiver.to)
  })
  fc.assert(
    fc.property(fc.array(fc.nat(255), { maxLength: 12 }), (bytes) => {
      using sim = simulate(loop)

      expect(pump(sim, { from: bytes, expect: { to: bytes.length }, limit: 200 }).to).toEqual(bytes)
    }),
    { seed: 4, numRuns: 20 },
  )
})

describe('long memory bursts', () => {
  const burst = (lines: number, first: number, last: number, address: number): bigint[] => [
    head({ burst: 1, mode: 2, address, bsel: (last << 4) | (15 - first), data0: BigInt(lines), targetMod: 7 }),
    ...Array.from({ length: lines }, (_, line) =>
      body({ burst: line < lines - 1 ? 1 : 0, data0: BigInt(2 * line), data1: BigInt(2 * line + 1) }),
    ),
  ]

  test('become bursts of at most 32 lines with the same bytes at the same addresses', () => {
    using sim = simulate(burstCutter)
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 140 }),
        fc.nat(15),
        fc.nat(15),
        fc.nat(1 << 20),
        fc.nat(1000),
        (lines, first, last, address, seed) => {
          sim.reset()
          const from = burst(lines, first, lines === 1 ? Math.max(first, last) : last, address)
          const marked = from.map((flit, index) => ({ head: index === 0 ? 1 : 0, flit }))
          const pieces = Math.max(1, Math.ceil(lines / 32))

          const { to } = pump(sim, { from: marked, stalls: 'random', seed, expect: { to: lines + pieces }, limit: 60 })

          const packets = packetsOf(to)
          const whole = arrivalOf(from)
          const arrived = packets.map((one) => arrivalOf(one))
          expect(packets.every((one) => one.length <= 33)).toBe(true)
          expect(arrived.flatMap(({ data }) => [...data])).toEqual([...whole.data])
          let expected = address
          for (const piece of arrived) {
            expect(piece.address).toBe(expected)
            expected += piece.data.length
          }
          expect(packets.map((one) => Number(one[0]! & 0x1fffn))).toEqual(packets.map((one) => one.length - 1))
        },
      ),
      { seed: 5, numRuns: 40 },
    )
  })

  test('that lose their end leave the next packet as it is', () => {
    using sim = simulate(burstCutter)
    const cut = burst(70, 0, 15, 0x1000).slice(0, 33)
    const next = [head({ mode: 0, address: 0x40 })]
    const marked = [...cut, ...next].map((flit) => ({ head: flit === cut[0] || flit === next[0] ? 1 : 0, flit }))

    const { to } = pump(sim, { from: marked, expect: { to: 34 }, limit: 60 })

    expect(packetsOf(to).map((one) => one.length)).toEqual([33, 1])
    expect(to.at(-1)).toBe(next[0])
  })
})

test.each([
  [{ depth: 20 }, 'hostBridge(): depth is 20: a buffer holds the longest packet and the rest of a window'],
  [{ depth: 64, largestPacket: 62 }, 'hostBridge(): largestPacket is 62: packets are kept whole'],
  [{ outstanding: 9 }, 'hostBridge(): outstanding is 9: the peer allows so many; use a whole number from 1 to 8'],
])('a bridge with %j is refused', (options, sentence) => {
  expect(() => hostBridgeParameters({ clockHz: 1e6, modules: 3, ...options })).toThrow(sentence)
})
