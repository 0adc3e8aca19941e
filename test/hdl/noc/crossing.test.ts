/** T-3 of NoC section 14 for the port of a module: clocks of all ratios, and resets of one side alone. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { randomNumbers } from '../lib/support/bench.ts'
import { crossingBench, numbered, numberOf, type Side } from './support/crossing-bench.ts'
import type { Packet } from './support/packets.ts'

const bselOf = (flit: bigint): bigint => (flit >> 128n) & 0xffn

/** Which clocks rise, instant by instant: periods that drift a little. */
const instants = function* (left: number, right: number, drift: number): Generator<readonly Side[]> {
  let [atLeft, atRight] = [0, 0.3]
  for (let number = 0; ; number++) {
    const wobble = 1 + drift * Math.sin(number / 50)
    if (Math.abs(atLeft - atRight) < 1e-9) {
      yield ['left', 'right']
      atLeft += left * wobble
      atRight += right
    } else if (atLeft < atRight) {
      yield ['left']
      atLeft += left * wobble
    } else {
      yield ['right']
      atRight += right
    }
  }
}

const start = (bench: ReturnType<typeof crossingBench>): void => {
  for (const side of ['left', 'right'] as const) bench.reset(side)
  for (let edge = 0; edge < 2; edge++)
    bench.edge(
      ['left', 'right'],
      () => false,
      () => false,
    )
  for (const side of ['left', 'right'] as const) bench.release(side)
}

describe.each([
  [1, 1],
  [2, 3],
  [7, 5],
  [1, 10],
  [10, 1],
])('T-3: between a module and an interface with periods %i : %i', (left, right) => {
  test.each([0, 0.1])('packets arrive once, intact and in order; drift %d', (drift) => {
    const bench = crossingBench()
    start(bench)
    const random = randomNumbers(7)
    const sent = bench.paths.map(({ queue }) =>
      Array.from({ length: 40 }, (_, number) => {
        const one = numbered(number, Math.floor(random() * 6))
        queue.push([...one])
        return one
      }),
    )
    let budget = 40_000
    for (const sides of instants(left, right, drift)) {
      bench.edge(
        sides,
        () => random() < 0.8,
        () => random() < 0.8,
      )
      if (--budget === 0 || bench.paths.every(({ packets }) => packets.length === 40)) break
    }
    bench.close()

    expect(bench.paths.map(({ packets }) => packets)).toEqual(sent)
  })
})

test('a flit needs three cycles across a crossing with equal clocks, and one follows in each cycle', () => {
  const bench = crossingBench()
  start(bench)
  const always = (): boolean => true
  for (let edge = 0; edge < 30; edge++) bench.edge(['left', 'right'], always, always)
  for (const { queue } of bench.paths) queue.push([...numbered(1, 30)])
  for (let edge = 0; edge < 60; edge++) bench.edge(['left', 'right'], always, always)
  bench.close()

  for (const { sentAt, receivedAt } of bench.paths) {
    expect(receivedAt[0]! - sentAt[0]!).toBe(3)
    expect(receivedAt.at(-1)! - receivedAt[0]!).toBe(30)
  }
})

describe('T-3: when one side is reset in the middle of everything', () => {
  const step = fc.record({
    side: fc.constantFrom<Side>('left', 'right'),
    after: fc.integer({ min: 1, max: 60 }),
    cycles: fc.integer({ min: 1, max: 12 }),
  })
  const clocks = fc.constantFrom([1, 1], [2, 3], [7, 5], [1, 10], [10, 1])

  test('packets are whole, or end with bsel 0x00, and later packets arrive', () => {
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 1, maxLength: 8 }),
        clocks,
        fc.integer(),
        (steps, [left, right], seed) => {
          const bench = crossingBench()
          start(bench)
          const random = randomNumbers(seed)
          const lengths = new Map<number, number>()
          let next = 0
          const fill = (count: number): number[] =>
            Array.from({ length: count }, () => {
              const number = next++
              const follows = Math.floor(random() * 7)
              lengths.set(number, follows)
              for (const { queue } of bench.paths) queue.push([...numbered(number, follows)])
              return number
            })
          const time = instants(left, right, 0.05)
          const run = (edges: number): void => {
            for (let edge = 0; edge < edges; edge++)
              bench.edge(
                time.next().value as readonly Side[],
                () => random() < 0.8,
                () => random() < 0.8,
              )
          }
          const slow = Math.max(left, right) / Math.min(left, right)
          fill(60)
          for (const { side, after, cycles } of steps) {
            run(after)
            bench.reset(side)
            run(Math.ceil(cycles * slow) + 1)
            bench.release(side)
          }
          run(Math.ceil(6000 * Math.sqrt(slow)))
          const late = fill(5)
          run(Math.ceil(1500 * slow))
          bench.close()

          for (const { packets, to, queue } of bench.paths) {
            expect(queue).toEqual([])
            let last = -1
            for (const one of packets) {
              const number = numberOf(one)
              expect(number).toBeGreaterThan(last)
              last = number
              const original: Packet = numbered(number, lengths.get(number)!)
              const from = one.findIndex((flit, index) => flit !== original[index])
              if (from < 0) continue
              // Towards the module the packet has its length; towards the network the interface completes it.
              if (to === 'left') expect(one).toHaveLength(original.length)
              else expect(one).toHaveLength(from + 1)
              for (const flit of one.slice(from)) expect(bselOf(flit)).toBe(0n)
            }
            expect(packets.slice(-5)).toEqual(late.map((number) => numbered(number, lengths.get(number)!)))
          }
        },
      ),
      { seed: 1, numRuns: Number(process.env['TESSERA_LONG'] ? 300 : 25) },
    )
  })
})
