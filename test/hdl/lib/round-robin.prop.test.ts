import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { roundRobin } from '#hdl/lib'
import { openSimulation } from '#sim/bridge'
import { simulator } from './support/bench.ts'

describe.each([1, 2, 3, 5])('an arbiter for %i', (n) => {
  const cycles = fc.array(fc.record({ request: fc.integer({ min: 0, max: 2 ** n - 1 }), accepted: fc.boolean() }), {
    minLength: 1,
    maxLength: 80,
  })

  test('grants exactly one of those who request', async () => {
    using sim = openSimulation(await simulator(roundRobin(n)))

    fc.assert(
      fc.property(cycles, (stimuli) => {
        sim.reset()
        for (const { request, accepted } of stimuli) {
          sim.port('request').value = request
          sim.port('accepted').value = accepted ? 1 : 0
          sim.step()
          const grant = Number(sim.port('grant').value)

          expect(grant & ~request).toBe(0)
          expect(grant & (grant - 1)).toBe(0)
          expect(grant !== 0).toBe(request !== 0)
        }
      }),
    )
  })

  test('lets nobody wait longer than the others take turns once', async () => {
    using sim = openSimulation(await simulator(roundRobin(n)))

    fc.assert(
      fc.property(cycles, fc.integer({ min: 0, max: n - 1 }), (stimuli, patient) => {
        sim.reset()
        let passedOver = 0
        for (const { request, accepted } of stimuli) {
          sim.port('request').value = request | (1 << patient)
          sim.port('accepted').value = accepted ? 1 : 0
          sim.step()
          if (!accepted) continue
          passedOver = Number(sim.port('grant').value) === 1 << patient ? 0 : passedOver + 1

          expect(passedOver).toBeLessThan(n)
        }
      }),
    )
  })
})

test('when everybody always requests, everybody gets the same share', async () => {
  using sim = openSimulation(await simulator(roundRobin(5)))
  const shares = [0, 0, 0, 0, 0]
  sim.reset()
  sim.port('request').value = 0b11111
  sim.port('accepted').value = 1

  for (let cycle = 0; cycle < 100; cycle++) {
    sim.step()
    shares[Math.log2(Number(sim.port('grant').value))]!++
  }

  expect(shares).toEqual([20, 20, 20, 20, 20])
})
