import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  asynchronous,
  bit,
  connect,
  domain,
  elaborate,
  inDomain,
  input,
  instance,
  main,
  module,
  output,
  provideDomain,
  reg,
  stream,
  uint,
} from '#edsl'
import {
  asyncFifo,
  fromGray,
  handshakeCrossing,
  pulseCrossing,
  resetSynchroniser,
  synchroniser,
  toGray,
} from '#hdl/lib'
import { pump, simulate } from '#sim/simulate'
import { check, stallSeed } from './support/check.ts'

const pixel = domain('pixel')

/** Two clocks, in nanoseconds: any ratio up to 1 : 20, any phase. */
const clocks = fc.record({
  write: fc.record({ period: fc.integer({ min: 2, max: 40 }), phase: fc.integer({ min: 0, max: 39 }) }),
  read: fc.record({ period: fc.integer({ min: 2, max: 40 }), phase: fc.integer({ min: 0, max: 39 }) }),
})

describe.each([
  ['a queue of 2 between clocks', asyncFifo(uint(8), 2)],
  ['a queue of 4 between clocks', asyncFifo(uint(8), 4)],
  ['a queue of 16 between clocks', asyncFifo(uint(8), 16)],
  ['a handshake between clocks', handshakeCrossing(uint(8))],
])('%s', (_, part) => {
  test('hands on what came, once, in order, whatever the clocks and the stalls', () => {
    const values = fc.array(fc.nat(255), { maxLength: 40 })
    using sim = simulate(part)
    check(fc.tuple(values, clocks, stallSeed, fc.constantFrom('none', 'random')), ([sent, times, seed, stalls]) => {
      sim.reset()
      sim.clocks(times)

      expect(pump(sim, { from: sent, stalls: stalls, seed, limit: 600 }).to).toEqual(sent)
    })
  })
})

test.each([
  [8, 1],
  [4, 1.5],
])('with clocks of one speed a queue of %i moves a payload every %d cycles', (depth, period) => {
  using sim = simulate(asyncFifo(uint(8), depth), {
    clocks: { write: { period: 10 }, read: { period: 10, phase: 3 } },
  })

  pump(sim, { from: Array.from({ length: 200 }, () => 1), expect: { to: 200 } })

  expect(sim.cycle / 200).toBeGreaterThan(period - 0.01)
  expect(sim.cycle / 200).toBeLessThan(period + 0.05)
})

test('a queue between clocks does the same in Verilator', async () => {
  using sim = await simulate(asyncFifo(uint(8), 4), {
    engine: 'verilator',
    clocks: { write: { period: 7 }, read: { period: 11, phase: 2 } },
  })
  const sent = Array.from({ length: 200 }, (_, index) => (index * 37) % 256)

  expect(pump(sim, { from: sent, stalls: 'random', limit: 600 }).to).toEqual(sent)
})

test('domains of the design stand for those of the part', () => {
  const top = module(
    'display',
    { from: input(stream(uint(8))), to: output(stream(uint(8)), { domain: pixel }) },
    ({ from, to }) => {
      const queue = instance(asyncFifo(uint(8), 4), { domains: { write: main, read: pixel } })
      connect(queue.from, from)
      connect(to, queue.to)
    },
  )
  using sim = simulate(top, { clocks: { main: { period: 10 }, pixel: { period: 3, phase: 1 } } })

  expect(sim.domains).toEqual(['main', 'pixel'])
  expect(pump(sim, { from: [1, 2, 3, 4, 5, 6] }).to).toEqual([1, 2, 3, 4, 5, 6])
})

test('a wire in place of a crossing is refused', () => {
  const top = module(
    'careless',
    { from: input(stream(uint(8))), to: output(stream(uint(8)), { domain: pixel }) },
    ({ from, to }) => connect(to, from),
  )

  expect(() => elaborate(top)).toThrow('HDL-0501')
})

describe('a synchroniser', () => {
  test('shows a bit of another clock after two edges', () => {
    const top = module('lamp', { on: input(bit), lit: output(bit, { domain: pixel }) }, ({ on, lit }) => {
      const kept = reg(bit, 0)
      kept.next(on)
      const part = inDomain(pixel, () => instance(synchroniser()))
      part.from.drive(kept)
      lit.drive(part.to)
    })
    using sim = simulate(top)
    sim.io.on.value = 1
    sim.step({ main: 1 })

    const seen = [0, 1, 2].map(() => {
      const { value } = sim.io.lit
      sim.step({ pixel: 1 })
      return value
    })

    expect(seen).toEqual([0, 0, 1])
  })

  test('takes each bit by itself', () => {
    using sim = simulate(synchroniser(3, 4))
    sim.io.from.value = 5
    sim.step(3)

    expect(sim.io.to.value).toBe(0)
    sim.step()
    expect(sim.io.to.value).toBe(5)
  })

  test('of one register does not let a bit settle', () => {
    expect(() => synchroniser(1, 1)).toThrow('synchroniser(): 1 stages do not let a bit settle')
  })
})

test('pulses that are two cycles of the other clock apart all arrive', () => {
  using sim = simulate(pulseCrossing())
  check(fc.tuple(fc.array(fc.nat(5), { maxLength: 20 }), clocks), ([pauses, times]) => {
    sim.reset()
    sim.clocks(times)
    // Both clocks run.
    sim.advance(100)
    const apart = Math.ceil((2 * times.read.period) / times.write.period)
    let arrived = 0
    const detach = sim.attach({ before: (edge) => void (arrived += edge.has('read') ? sim.io.to.value : 0) })

    for (const pause of pauses) {
      sim.io.from.value = 1
      sim.step({ write: 1 })
      sim.io.from.value = 0
      sim.step({ write: apart + pause })
    }
    sim.step({ read: 5 })
    detach()

    expect(arrived).toBe(pauses.length)
  })
})

describe('a reset of a pin', () => {
  const raw = domain('pixel_raw', { reset: 'none' })
  const top = module(
    'board',
    { clock: input(bit), pin: input(bit, { domain: asynchronous }), count: output(uint(8), { domain: pixel }) },
    ({ clock, pin, count }) => {
      provideDomain(raw, { clock })
      const resets = instance(resetSynchroniser(), { domains: { clock: raw } })
      resets.from.drive(pin)
      provideDomain(pixel, { clock, reset: resets.to })
      inDomain(pixel, () => {
        const cycles = reg(uint(8), 0)
        cycles.next(cycles.addWrap(1))
        count.drive(cycles)
      })
    },
  )

  test('is there from the beginning, and goes two edges after the pin', () => {
    using sim = simulate(resetSynchroniser(), { resetCycles: 0 })
    const next = (pin: 0 | 1): number => {
      sim.io.from.value = pin
      sim.step()
      return sim.io.to.value
    }

    expect(sim.io.to.value).toBe(1)
    expect([0, 0, 0].map(() => next(0))).toEqual([1, 0, 0])
    expect([1, 1, 1].map(() => next(1))).toEqual([0, 1, 1])
    expect([0, 0, 0].map(() => next(0))).toEqual([1, 0, 0])
  })

  test('becomes the reset of a clock', () => {
    expect(elaborate(top).top.domains).toEqual([])
  })
})

test.each([1, 2, 3, 8])('Gray codes of %i bits are those of the numbers, and back', (bits) => {
  const both = module(
    `gray_${bits}`,
    { number: input(uint(bits)), code: output(uint(bits)), back: output(uint(bits)) },
    ({ number, code, back }) => {
      code.drive(toGray(number))
      back.drive(fromGray(toGray(number)))
    },
  )
  using sim = simulate(both)
  const codes = Array.from({ length: 2 ** bits }, (_, value) => {
    sim.io.number.value = value
    expect(sim.io.back.value).toBe(value)
    return sim.io.code.value as number
  })

  codes.forEach((code, index) => {
    const changed = code ^ (codes[(index + 1) % codes.length] as number)
    expect(changed & (changed - 1)).toBe(0)
  })
  expect(new Set(codes).size).toBe(2 ** bits)
})

test('a queue between clocks has a depth that Gray codes can count', () => {
  expect(() => asyncFifo(uint(8), 6)).toThrow('asyncFifo(): a depth of 6 is no power of two, use 2, 4, 8, ...')
})
