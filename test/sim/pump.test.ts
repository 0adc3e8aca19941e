/** Streams that test benches fill and empty. */
import { describe, expect, test } from 'vitest'
import * as fc from 'fast-check'
import { bit, input, instance, module, output, stream, uint } from '#edsl'
import { arbitrary } from '#layout/arbitrary'
import { pump, simulate } from '#sim/simulate'
import { command, slice } from './simulated-designs.ts'
import { fifo } from '#hdl/lib'

const message = (act: () => unknown): string => {
  try {
    act()
  } catch (error) {
    return (error as Error).message
  }
  throw new Error('nothing was thrown')
}

test('what goes in comes out, once, in order', () => {
  const queue = fifo(command, 2)
  fc.assert(
    fc.property(fc.array(arbitrary(command)), fc.nat(), (commands, seed) => {
      using sim = simulate(queue)

      const received = pump(sim, { from: commands, stalls: 'random', seed, limit: 30 }).to

      expect(received).toEqual(commands)
    }),
    { seed: 1, numRuns: 50 },
  )
})

test('random stalls are the same for the same seed', () => {
  const cycles = (seed: number): number => {
    using sim = simulate(slice('none'))
    pump(sim, { from: [1, 2, 3, 4, 5, 6, 7, 8, 9], stalls: 'random', seed, expect: { to: 9 } })
    return sim.cycle
  }

  expect(cycles(3)).toBe(cycles(3))
  expect(new Set([1, 2, 3, 4, 5].map(cycles)).size).toBeGreaterThan(1)
})

test('without stalls a slice takes a payload in each cycle', () => {
  using sim = simulate(slice('none'))

  pump(sim, { from: [1, 2, 3, 4, 5, 6, 7, 8, 9], expect: { to: 9 } })

  expect(sim.cycle).toBe(10)
})

test('a lost payload is what is not received', () => {
  using sim = simulate(slice('loses'))

  expect(pump(sim, { from: [12, 13, 14] }).to).toEqual([12, 14])
})

describe('a stream that is stuck', () => {
  test('says what waits for what', () => {
    using sim = simulate(slice('stuck'))

    expect(message(() => pump(sim, { from: [1, 2, 3, 4, 5], limit: 30 }))).toBe(
      [
        'SIM-0311: nothing moved in `slice_stuck` for 30 cycles, until cycle 34',
        '  `from` took 3 of 5 payloads; valid 1, ready 0',
        '  `to` gave 3 payloads; valid 0, ready 1',
      ].join('\n'),
    )
  })

  test('is one that gave less than expected', () => {
    using sim = simulate(slice('loses'))

    expect(message(() => pump(sim, { from: [12, 13, 14], expect: { to: 3 } }))).toContain('`to` gave 2 of 3 payloads')
  })
})

test('a payload that is taken back is an error', () => {
  using sim = simulate(slice('takes back'))

  expect(message(() => pump(sim, { from: [4, 5, 6, 5, 5, 5, 5], stalls: 0.7 }))).toMatch(
    /^SIM-0312: `to` took back a payload before it was taken, at \d+ ns/,
  )
})

test('arrays of streams get payloads each', () => {
  const two = module(
    'two',
    {
      from: [input(stream(uint(8))), input(stream(uint(8)))],
      to: [output(stream(uint(8))), output(stream(uint(8)))],
      on: input(bit),
      seen: output(bit),
    },
    ({ from, to, on, seen }) => {
      seen.drive(on)
      for (const [index, source] of from.entries()) {
        const one = instance(slice('none'), `slice${index}`)
        const target = to[index]
        one.from.payload.drive(source.payload)
        one.from.valid.drive(source.valid)
        source.ready.drive(one.from.ready)
        target?.payload.drive(one.to.payload)
        target?.valid.drive(one.to.valid)
        one.to.ready.drive(target?.ready ?? 0)
      }
    },
  )
  using sim = simulate(two)

  const { to } = pump(sim, { from: [[1, 2, 3], [9]] })

  expect(to).toEqual([[1, 2, 3], [9]])
})

test('a stream that is not there is an error', () => {
  using sim = simulate(slice('none'))

  expect(message(() => pump(sim, { form: [1] } as never))).toContain("help: did you mean 'from'?")
})
