import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { uint } from '#edsl'
import { pump, simulate } from '#sim/simulate'
import { check, stallSeed } from './support/check.ts'
import { creditPath } from './support/credit-path.ts'

describe.each([
  { credits: 1, depth: 1, stages: 0 },
  { credits: 3, depth: 3, stages: 0 },
  { credits: 4, depth: 6, stages: 1 },
  { credits: 9, depth: 9, stages: 3 },
])('$credits credits for a depth of $depth over $stages stages', ({ credits, depth, stages }) => {
  const path = creditPath(uint(8), credits, depth, stages)

  test('bring every payload over, once, in order', () => {
    using sim = simulate(path)
    check(fc.tuple(fc.array(fc.nat(255), { maxLength: 40 }), stallSeed), ([values, seed]) => {
      sim.reset()

      expect(pump(sim, { from: values, stalls: 'random', seed, limit: 60 }).to).toEqual(values)
    })
  })

  test('are never more on the way than there are', () => {
    using sim = simulate(path)
    let taken = 0
    sim.io.from.valid.value = 1

    for (let cycle = 0; cycle < 40; cycle++) {
      taken += sim.io.from.ready.value
      sim.step()
    }

    expect(taken).toBe(credits)
  })
})

test.each([0, 1, 2, 3])(
  'over %i stages, 3 credits and 2 per stage are enough for a payload per cycle, one less is not',
  (stages) => {
    const cyclesWith = (credits: number): number => {
      using sim = simulate(creditPath(uint(8), credits, credits, stages))
      pump(sim, { from: Array.from({ length: 100 }, () => 1), expect: { to: 100 } })
      return sim.cycle
    }
    const enough = 3 + 2 * stages

    expect(cyclesWith(enough)).toBe(100 + 1 + stages)
    expect(cyclesWith(enough - 1)).toBeGreaterThan(100 + 1 + stages)
  },
)

test('a sender with more credits than the receiver has room for is caught', () => {
  using sim = simulate(creditPath(uint(8), 4, 3, 1))
  sim.io.from.valid.value = 1

  expect(() => sim.step(20)).toThrow('never gets a payload that it has no room for')
})
