import { describe, expect, test } from 'vitest'
import {
  acceptedMaximum,
  fairnessOf,
  measure,
  modelCarrier,
  requestAnswer,
  rpcMix,
  rpcRoles,
  saturation,
  timesOf,
} from '#sim/traffic'
import { meshSystem, planNetwork, starmesh2x2x3 } from '#topology'

const network = planNetwork(starmesh2x2x3)
const short = { warmUp: 500, cycles: 2000 } as const

describe('figures', () => {
  test('of times: mean, median, the slowest of a hundred, maximum', () => {
    const times = timesOf(Array.from({ length: 200 }, (_, index) => 200 - index))

    expect(times).toEqual({ count: 200, mean: 100.5, p50: 101, p99: 199, max: 200 })
  })

  test('of fairness: even shares are 1, one that gets everything is 1 of N', () => {
    expect(fairnessOf([2, 2, 2])).toEqual({ jain: 1, maxToMin: 1 })
    expect(fairnessOf([4, 0, 0, 0]).jain).toBe(0.25)
  })
})

describe('a measurement', () => {
  test('finds the same for the same seed, and something else for another', () => {
    const carrier = modelCarrier(network)
    const at = (seed: number) =>
      measure(carrier, network, { pattern: { kind: 'uniform' }, lengths: 5, rate: 0.3, seed, ...short })

    expect(at(1)).toEqual(at(1))
    expect(at(1).latency).not.toEqual(at(2).latency)
  })

  test('a hotspot takes one flit per cycle, and its channel is always busy', () => {
    const carrier = modelCarrier(network)

    const found = measure(carrier, network, {
      pattern: { kind: 'hotspot', module: 3 },
      lengths: 1,
      rate: 1,
      seed: 1,
      ...short,
    })

    expect(found.accepted).toBeCloseTo(1 / 12, 3)
    expect(Math.max(...found.utilisation.values())).toBeCloseTo(1, 2)
    expect(found.rates[3]).toBe(0)
    expect(found.faults).toEqual([])
  })

  test('of packets that wait before the network: their time counts from their making, and from its front', () => {
    const carrier = modelCarrier(network)

    const { latency, networkLatency } = measure(carrier, network, {
      ...{ pattern: { kind: 'hotspot', module: 0 }, lengths: 9, rate: 0.085, seed: 1, ...short },
    })

    expect(networkLatency.count).toBe(latency.count)
    expect(networkLatency.mean).toBeLessThan(latency.mean)
  })

  test('the rate of saturation lies below the accepted maximum of full load', () => {
    const mesh = planNetwork(meshSystem({ columns: 3, rows: 3 }))
    const carrier = modelCarrier(mesh)
    const load = { pattern: { kind: 'uniform' }, lengths: 1, ...short } as const

    const { rate, zeroLoad } = saturation(carrier, mesh, load, [1])

    expect(zeroLoad).toBeGreaterThan(3)
    expect(rate).toBeGreaterThan(0.5)
    expect(rate).toBeLessThanOrEqual(acceptedMaximum(carrier, mesh, load, [1]) + 0.03)
  })
})

describe('closed loads', () => {
  test('requests and answers in one class wait for each other; in two classes they go on', () => {
    const row = { request: 1, answer: 33, queue: 1, outstanding: 1, cycles: 20_000, seed: 1 } as const
    const carrier = modelCarrier(network)

    const together = requestAnswer(carrier, network, { ...row, classes: [0, 0] })
    const apart = requestAnswer(carrier, network, row)

    expect(together.deadlockedAt).toBeGreaterThan(0)
    expect(apart.deadlockedAt).toBeUndefined()
    expect(apart.transactions).toBeGreaterThan(2000)
    expect([...together.faults, ...apart.faults]).toEqual([])
  })

  test('calls make round trips of which the network is a part', () => {
    const carrier = modelCarrier(network)

    const { roundTrip, callsPer1000Cycles, networkShare, faults } = rpcMix(carrier, network, {
      ...rpcRoles(network),
      seed: 1,
    })

    expect(roundTrip.p50).toBeGreaterThan(50)
    expect(callsPer1000Cycles).toBeGreaterThan(3)
    expect(networkShare).toBeGreaterThan(0.01)
    expect(networkShare).toBeLessThan(0.5)
    expect(faults).toEqual([])
  })
})
