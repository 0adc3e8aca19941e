import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { uint } from '#edsl'
import { fixedPriority, framed, streamArbiter, weighted } from '#hdl/lib'
import { pump, simulate } from '#sim/simulate'
import { check, stallSeed } from './support/check.ts'

const bitsOf = (n: number) => fc.integer({ min: 0, max: 2 ** n - 1 })

test('a fixed order grants the lowest of those who request', () => {
  using sim = simulate(fixedPriority(5))
  check(bitsOf(5), (request) => {
    sim.io.request.value = request

    expect(sim.io.grant.value).toBe(request & -request)
  })
})

describe('weights', () => {
  test.each([[[1, 2, 5]], [[3, 3]], [[7, 1, 1, 4]], [[4]]])(
    '%j are the shares of those who always request',
    (weights) => {
      using sim = simulate(weighted(weights.length, weights))
      const total = weights.reduce((sum, weight) => sum + weight, 0)
      const shares = weights.map(() => 0)
      sim.io.request.value = 2 ** weights.length - 1
      sim.io.accepted.value = 1

      for (let cycle = 0; cycle < 100 * total; cycle++) {
        const granted = Math.log2(sim.io.grant.value as number)
        shares[granted] = (shares[granted] ?? 0) + 1
        sim.step()
      }

      expect(shares).toEqual(weights.map((weight) => 100 * weight))
    },
  )

  test('of those who do not request are shared by the others', () => {
    using sim = simulate(weighted(3, [1, 2, 5]))
    const shares = [0, 0, 0]
    sim.io.request.value = 0b011
    sim.io.accepted.value = 1

    for (let cycle = 0; cycle < 300; cycle++) {
      shares[Math.log2(sim.io.grant.value as number)]!++
      sim.step()
    }

    expect(shares).toEqual([100, 200, 0])
  })

  test('let nobody wait longer than the weights of the others and a turn of each', () => {
    const weights = [1, 3, 2]
    const cycles = fc.array(fc.tuple(bitsOf(3), fc.boolean()), { minLength: 20, maxLength: 120 })
    using sim = simulate(weighted(3, weights))
    check(fc.tuple(cycles, fc.nat(2)), ([stimuli, patient]) => {
      const others = weights.reduce((sum, weight, index) => (index === patient ? sum : sum + weight), 0)
      let passedOver = 0
      for (const [request, accepted] of stimuli) {
        sim.io.request.value = request | (1 << patient)
        sim.io.accepted.value = accepted ? 1 : 0
        const grant = sim.io.grant.value
        sim.step()
        if (!accepted) continue
        passedOver = grant === 1 << patient ? 0 : passedOver + 1

        expect(passedOver).toBeLessThanOrEqual(others + weights.length - 1)
      }
    })
  })

  test('are one for each requester, and not 0', () => {
    expect(() => weighted(2, [1])).toThrow('weighted(): 2 requesters and 1 weights, give one each')
    expect(() => weighted(2, [1, 0])).toThrow('weighted(): a weight of 0 grants nothing')
  })
})

describe.each(['round-robin', 'fixed', [1, 2, 3]] as const)('streams merged %j', (policy) => {
  test('lose nothing, and keep their order', () => {
    using sim = simulate(streamArbiter(uint(10), 3, policy))
    check(
      fc.tuple(fc.array(fc.nat(255), { maxLength: 60 }), fc.array(fc.nat(2)), stallSeed),
      ([values, owners, seed]) => {
        // The two highest bits say which stream a payload is of.
        const from = [0, 1, 2].map((stream) =>
          values.filter((_, index) => (owners[index] ?? 1) === stream).map((value) => stream * 256 + value),
        )
        sim.reset()

        const { to } = pump(sim, { from, stalls: 'random', seed, limit: 60 })

        expect([0, 1, 2].map((stream) => to.filter((value) => value >> 8 === stream))).toEqual(from)
      },
    )
  })

  test('do not tear packets', () => {
    const shape = framed(uint(10))
    using sim = simulate(streamArbiter(shape, 3, policy, { last: ({ last }) => last }))
    const packets = fc.array(fc.array(fc.nat(255), { minLength: 1, maxLength: 5 }), { maxLength: 6 })
    check(fc.tuple(packets, packets, packets, stallSeed), ([first, second, third, seed]) => {
      const from = [first, second, third].map((list, stream) =>
        list.flatMap((packet) =>
          packet.map((value, index) => ({ last: index === packet.length - 1 ? 1 : 0, data: stream * 256 + value })),
        ),
      )
      sim.reset()

      const { to } = pump(sim, { from, stalls: 'random', seed, limit: 60 })

      expect([0, 1, 2].map((stream) => to.filter(({ data }) => data >> 8 === stream))).toEqual(from)
      to.forEach(({ data }, index) => {
        const before = to[index - 1]
        if (before?.last === 0) expect(data >> 8).toBe(before.data >> 8)
      })
    })
  })
})

test('merged streams that always have payloads get the shares that their weights say', () => {
  using sim = simulate(streamArbiter(uint(2), 3, [1, 2, 3]))
  const from = [0, 1, 2].map((stream) => Array.from({ length: 100 }, () => stream))

  const { to } = pump(sim, { from })

  // As long as each has some left, which is until the stream of weight 3 has sent its 100.
  const busy = to.slice(0, 198)
  expect([0, 1, 2].map((stream) => busy.filter((value) => value === stream).length)).toEqual([33, 66, 99])
})
