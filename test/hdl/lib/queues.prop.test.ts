import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ModuleDefinition, struct, uint } from '#edsl'
import { blockFifo, fifo, flowFifo, type QueuePorts, registerSlice } from '#hdl/lib'
import { arbitrary } from '#layout/arbitrary'
import { pump, simulate } from '#sim/simulate'
import { check, stallSeed } from './support/check.ts'

const command = struct({ write: uint(1), address: uint(12), data: uint(40) })

interface Described {
  readonly name: string
  readonly make: <const S extends typeof command>(shape: S) => ModuleDefinition<QueuePorts<S>>
  /** Payloads that it takes while nobody takes any. */
  readonly holds: number
  /** Cycles until the first payload leaves. */
  readonly latency: number
  /** Cycles per payload at full rate. */
  readonly period: number
}

const parts: readonly Described[] = [
  ...[1, 2, 3, 8].map((depth): Described => ({
    name: `a queue of depth ${depth}`,
    make: (shape) => fifo(shape, depth),
    holds: depth,
    latency: 1,
    period: depth === 1 ? 2 : 1,
  })),
  ...[2, 3, 5, 8].map((depth): Described => ({
    name: `a block-RAM queue of depth ${depth}`,
    make: (shape) => blockFifo(shape, depth),
    holds: depth,
    latency: 2,
    // A payload is in a queue for three cycles, from the one after it came to the one in which it leaves.
    period: depth === 2 ? 1.5 : 1,
  })),
  ...[1, 2, 5].map((depth): Described => ({
    name: `a flow queue of depth ${depth}`,
    make: (shape) => flowFifo(shape, depth),
    holds: depth,
    latency: 0,
    period: 1,
  })),
  {
    name: "a slice that cuts 'valid'",
    make: (shape) => registerSlice(shape, 'valid'),
    holds: 1,
    latency: 1,
    period: 1,
  },
  {
    name: "a slice that cuts 'ready'",
    make: (shape) => registerSlice(shape, 'ready'),
    holds: 1,
    latency: 0,
    period: 1,
  },
  { name: "a slice that cuts 'both'", make: (shape) => registerSlice(shape, 'both'), holds: 2, latency: 1, period: 1 },
]

describe.each(parts)('$name', ({ make, holds, latency, period }) => {
  const part = make(command)

  test('hands on what came, once, in order, whatever the stalls', () => {
    using sim = simulate(part)
    check(fc.tuple(fc.array(arbitrary(command), { maxLength: 40 }), stallSeed), ([commands, seed]) => {
      sim.reset()

      expect(pump(sim, { from: commands, stalls: 'random', seed, limit: 60 }).to).toEqual(commands)
    })
  })

  test(`holds ${holds} payloads`, () => {
    using sim = simulate(part)
    let taken = 0
    sim.io.from.valid.value = 1

    for (let cycle = 0; cycle < holds + 10; cycle++) {
      taken += sim.io.from.ready.value
      sim.step()
    }

    expect(taken).toBe(holds)
  })

  test(`lets the first payload out after ${latency} cycles, and then one every ${period}`, () => {
    using sim = simulate(part)
    const payloads = Array.from({ length: 30 }, (_, index) => ({ write: 0, address: index, data: 5n }))

    pump(sim, { from: payloads, expect: { to: 30 } })

    expect(sim.cycle).toBe(Math.floor(29 * period) + latency + 1)
  })
})

test.each([
  ['a queue', fifo(uint(8), 5, 'shown')],
  ['a queue of one payload', fifo(uint(8), 1, 'shown')],
  ['a block-RAM queue', blockFifo(uint(8), 5, 'shown')],
])('the level of %s is how many payloads it holds', (_, part) => {
  using sim = simulate(part)
  let inside = 0
  check(fc.array(fc.tuple(fc.boolean(), fc.boolean()), { maxLength: 60 }), (cycles) => {
    for (const [offers, takes] of cycles) {
      sim.io.from.valid.value = offers ? 1 : 0
      sim.io.to.ready.value = takes ? 1 : 0
      const moves = sim.io.from.fires ? 1 : 0
      const leaves = sim.io.to.fires ? 1 : 0
      sim.step()
      inside += moves - leaves

      expect(sim.io.level.value).toBe(inside)
      // What is offered stays, also from one round to the next.
      if (offers && moves === 0) break
    }
    sim.io.to.ready.value = 1
    for (; inside > 0 || sim.io.from.valid.value === 1;) {
      const arrives = sim.io.from.fires ? 1 : 0
      const leaves = sim.io.to.fires ? 1 : 0
      sim.step()
      inside += arrives - leaves
      if (arrives === 1) sim.io.from.valid.value = 0
    }
  })
})

test('queues that can hold nothing are refused', () => {
  expect(() => blockFifo(uint(8), 1)).toThrow('blockFifo(): a depth of 1 needs no block RAM, use a whole number from 2')
  expect(() => flowFifo(uint(8), 0)).toThrow('flowFifo(): a depth of 0 holds no payload, use a whole number from 1')
})
