import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { connect, input, instance, module, output, stream, struct, uint } from '#edsl'
import {
  fifo,
  filter,
  filtered,
  fork,
  framed,
  framedWord,
  framer,
  join,
  mapped,
  narrow,
  streamDemux,
  streamMux,
  through,
  widen,
} from '#hdl/lib'
import { AssertionFailed, pump, simulate } from '#sim/simulate'
import { check, stallSeed } from './support/check.ts'

const bytes = fc.array(fc.nat(255), { maxLength: 40 })
/** Packets of payloads below 256. */
const packets = fc.array(fc.array(fc.nat(255), { minLength: 1, maxLength: 9 }), { maxLength: 6 })
const inFrames = (list: readonly (readonly number[])[]) =>
  list.flatMap((packet) => packet.map((data, index) => ({ last: index === packet.length - 1 ? 1 : 0, data })))

test('a fork gives every payload to each stream once, in order', () => {
  using sim = simulate(fork(uint(8), 3))
  check(fc.tuple(bytes, stallSeed), ([values, seed]) => {
    sim.reset()

    expect(pump(sim, { from: values, stalls: 'random', seed, limit: 60 }).to).toEqual([values, values, values])
  })
})

test('a fork lets who is ready take a payload while others are not', () => {
  using sim = simulate(fork(uint(8), 2))
  sim.io.from.valid.value = 1
  sim.io.to[0]!.ready.value = 1

  expect(sim.io.to[0]!.fires).toBe(true)
  sim.step()

  expect([sim.io.to[0]!.valid.value, sim.io.to[1]!.valid.value, sim.io.from.ready.value]).toEqual([0, 1, 0])
})

test('a join hands on records of one payload of each stream', () => {
  const fields = { high: uint(8), low: uint(4) }
  // The ports of a join are in a record; a pump looks for streams at the top.
  const flat = module(
    'flat_join',
    { high: input(stream(uint(8))), low: input(stream(uint(4))), to: output(stream(struct(fields))) },
    ({ high, low, to }) => {
      const joined = instance(join(fields))
      connect(joined.from.high, high)
      connect(joined.from.low, low)
      connect(to, joined.to)
    },
  )
  using sim = simulate(flat)
  check(fc.tuple(bytes, stallSeed), ([values, seed]) => {
    sim.reset()

    const { to } = pump(sim, {
      high: values,
      low: values.map((value) => value % 16),
      stalls: 'random',
      seed,
      limit: 60,
    })

    expect(to).toEqual(values.map((value) => ({ high: value, low: value % 16 })))
  })
})

describe('a choice of streams', () => {
  test('hands on the payloads of one of them, and the others wait', () => {
    using sim = simulate(streamMux(uint(8), 3))
    sim.io.select.value = 1

    expect(() => pump(sim, { from: [[1], [2, 3], [4]], limit: 20 })).toThrow('`from[0]` took 0 of 1')
    sim.reset()
    expect(pump(sim, { from: [[], [2, 3], []], stalls: 'random' }).to).toEqual([2, 3])
  })

  test('hands payloads to one of them', () => {
    using sim = simulate(streamDemux(uint(8), 3))
    sim.io.select.value = 2

    expect(pump(sim, { from: [7, 8, 9], stalls: 'random' }).to).toEqual([[], [], [7, 8, 9]])
  })

  test('may not change while a payload waits', () => {
    using sim = simulate(streamMux(uint(8), 3))
    sim.io.from[0]!.valid.value = 1
    sim.step()
    sim.io.select.value = 1

    expect(() => sim.step()).toThrow(AssertionFailed)
  })
})

test('a filter drops what it does not keep, and nothing else', () => {
  using sim = simulate(filter(uint(8), 'odd', (value) => value.bit(0)))
  check(fc.tuple(bytes, stallSeed), ([values, seed]) => {
    sim.reset()

    const { to } = pump(sim, { from: values, stalls: 'random', seed, limit: 60 })

    expect(to).toEqual(values.filter((value) => value % 2 === 1))
  })
})

test('functions of streams are written one behind the other', () => {
  const chain = module('chain', { from: input(stream(uint(8))), to: output(stream(uint(9))) }, ({ from, to }) => {
    const small = filtered(from, (value) => value.lt(100))
    const queued = through(small, fifo(uint(8), 2))
    connect(
      to,
      mapped(queued, uint(9), (value) => value.add(1)),
    )
  })
  using sim = simulate(chain)
  check(fc.tuple(bytes, stallSeed), ([values, seed]) => {
    sim.reset()

    const { to } = pump(sim, { from: values, stalls: 'random', seed, limit: 60 })

    expect(to).toEqual(values.filter((value) => value < 100).map((value) => value + 1))
  })
})

describe.each([2, 3, 4])('words of %i parts', (factor) => {
  test('have the parts of packets, and the last word says how many', () => {
    using sim = simulate(widen(8, factor))
    check(fc.tuple(packets, stallSeed), ([list, seed]) => {
      sim.reset()
      const expected = list.flatMap((packet) =>
        Array.from({ length: Math.ceil(packet.length / factor) }, (_, index) => {
          const parts = packet.slice(index * factor, (index + 1) * factor)
          return {
            last: (index + 1) * factor >= packet.length ? 1 : 0,
            parts: parts.length,
            data: parts.reduceRight((data, part) => data * 256 + part, 0),
          }
        }),
      )

      expect(pump(sim, { from: inFrames(list), stalls: 'random', seed, limit: 60 }).to).toEqual(expected)
    })
  })

  test('come apart again as they were', () => {
    const both = module(
      `both_${factor}`,
      { from: input(stream(framed(uint(8)))), to: output(stream(framed(uint(8)))) },
      ({ from, to }) => {
        const wide = instance(widen(8, factor))
        const small = instance(narrow(8, factor))
        const queue = instance(fifo(framedWord(8, factor), 2))
        connect(wide.from, from)
        connect(queue.from, wide.to)
        connect(small.from, queue.to)
        connect(to, small.to)
      },
    )
    using sim = simulate(both)
    check(fc.tuple(packets, stallSeed), ([list, seed]) => {
      sim.reset()

      expect(pump(sim, { from: inFrames(list), stalls: 'random', seed, limit: 60 }).to).toEqual(inFrames(list))
    })
  })

  test('take a part per cycle', () => {
    using sim = simulate(widen(8, factor))

    pump(sim, { from: inFrames([Array.from({ length: 12 * factor }, () => 1)]), expect: { to: 12 } })

    expect(sim.cycle).toBe(12 * factor + 1)
  })
})

test('a word without parts is a mistake of the one who sends it', () => {
  using sim = simulate(narrow(8, 4))

  expect(() => pump(sim, { from: [{ last: 1, parts: 0, data: 0 }] })).toThrow(
    'a word has 1 part or more, and not too many',
  )
})

test.each([1, 4, 5])('a framer makes packets of %i payloads', (length) => {
  using sim = simulate(framer(uint(8), length))
  check(fc.tuple(bytes, stallSeed), ([values, seed]) => {
    sim.reset()

    const { to } = pump(sim, { from: values, stalls: 'random', seed, limit: 60 })

    expect(to).toEqual(values.map((data, index) => ({ last: (index + 1) % length === 0 ? 1 : 0, data })))
  })
})
