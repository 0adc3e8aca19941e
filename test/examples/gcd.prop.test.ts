import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { pump, simulate } from '#sim/simulate'
import '#sim/simulate/vitest'
import { gcd } from '../../examples/gcd.ts'

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b))

test('answers every pair with its greatest common divisor', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ a: fc.nat(255), b: fc.nat(255) })), fc.nat(), (pairs, seed) => {
      using sim = simulate(gcd(8))

      const divisors = pump(sim, { from: pairs, stalls: 'random', seed, limit: 600 }).to

      expect(divisors).toEqual(pairs.map(({ a, b }) => divisor(a, b)))
    }),
    { seed: 1, numRuns: 50 },
  )
})

test('subtracts and exchanges once per cycle', () => {
  using sim = simulate(gcd(8))

  sim.io.from.payload.value = { a: 12, b: 8 }
  sim.io.from.valid.value = 1
  sim.step()
  sim.io.from.valid.value = 0
  const wave = sim.record(['a', 'b', 'to.valid'])
  sim.step(7)

  expect(wave).toMatchWave(`
    a  c 4 8 4 0 4 .
    b  8 . 4 . . 0 .
    to.valid ▁▁▁▁▁▁▁▁▁▁▔▔▔▔
  `)
})
