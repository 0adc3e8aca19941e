import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { struct, uint } from '#edsl'
import { fifo } from '#hdl/lib'
import { openSimulation } from '#sim/bridge'
import { Receiver, Sender, randomNumbers, run, simulator } from './support/bench.ts'

describe.each([1, 2, 3, 4, 7, 8])('a queue of depth %i', (depth) => {
  test('hands on what came, once, in order, whatever the stalls', async () => {
    using sim = openSimulation(await simulator(fifo(uint(24), depth)))
    const scenario = fc.record({
      payloads: fc.array(fc.bigInt(0n, 2n ** 24n - 1n), { maxLength: 60 }),
      offers: fc.double({ min: 0.1, max: 1, noNaN: true }),
      takes: fc.double({ min: 0.1, max: 1, noNaN: true }),
      seed: fc.integer(),
    })

    fc.assert(
      fc.property(scenario, ({ payloads, offers, takes, seed }) => {
        const random = randomNumbers(seed)
        const sender = new Sender(sim, 'from', () => random() < offers)
        const receiver = new Receiver(sim, 'to', () => random() < takes)
        sim.reset()

        sender.queue.push(...payloads)
        run(sim, [sender, receiver], () => receiver.received.length === payloads.length, 4000)
        run(sim, [sender, receiver], () => false, 3)

        expect(receiver.received).toEqual(payloads)
      }),
      { numRuns: 60 },
    )
  })

  test('holds as many payloads as its depth says', async () => {
    using sim = openSimulation(await simulator(fifo(uint(24), depth)))
    const sender = new Sender(sim, 'from')
    sim.reset()
    sim.port('to_ready').value = 0

    sender.queue.push(...Array.from({ length: depth + 3 }, (_, index) => BigInt(index)))
    run(sim, [sender], () => false, depth + 5)

    expect(sender.cycles).toHaveLength(depth)
  })

  test(depth === 1 ? 'moves a payload every second cycle' : 'moves a payload in every cycle', async () => {
    using sim = openSimulation(await simulator(fifo(uint(24), depth)))
    const sender = new Sender(sim, 'from')
    const receiver = new Receiver(sim, 'to')
    sim.reset()

    sender.queue.push(...Array.from({ length: 20 }, (_, index) => BigInt(index)))
    const cycles = run(sim, [sender, receiver], () => receiver.received.length === 20, 100)

    expect(cycles).toBe(depth === 1 ? 40 : 21)
  })
})

test('a queue takes records as well as numbers', async () => {
  const pair = struct({ high: uint(4), low: uint(40) })
  using sim = openSimulation(await simulator(fifo(pair, 2)))
  sim.reset()

  sim.port('from_payload_high').value = 9
  sim.port('from_payload_low').value = 0x12_3456_789an
  sim.port('from_valid').value = 1
  sim.step()
  sim.port('from_valid').value = 0
  sim.step()

  expect(sim.port('to_valid').value).toBe(1)
  expect(sim.port('to_payload_high').value).toBe(9)
  expect(sim.port('to_payload_low').value).toBe(0x12_3456_789an)
})

test('a queue that can hold nothing is refused', () => {
  expect(() => fifo(uint(8), 0)).toThrow('a depth of 0 holds no payload, use a whole number from 1')
})
