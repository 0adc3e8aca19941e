/** Long links: NoC sections 10.4 and 10.8. The engine checks the assertions of the link (P-9) in every cycle. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { meshSystem, planNetwork } from '#topology'
import { link } from '#hdl/noc'
import { simulate } from '#sim/simulate'
import { randomNumbers } from '../lib/support/bench.ts'
import { ChannelReceiver, ChannelSender, runEnds } from './support/ends.ts'

const withPipeline = (pipeline: 'one' | 'two', phits: 1 | 2 | 4 | 8 = 1) =>
  planNetwork(meshSystem({ columns: 2, rows: 1, network: { pipeline, phits } }))
const plans = { one: withPipeline('one'), two: withPipeline('two') }

/** A flit that tells where it belongs; all its bits are used. */
const flitOf = (vc: number, number: number): bigint => (BigInt(vc + 1) << 130n) | (BigInt(number * 0x9e37_79b9) << 20n)

interface Load {
  readonly flits: number
  readonly sends?: () => boolean
  readonly room?: (vc: number) => boolean
  readonly limit?: number
}

/** A link between a sender and a receiver of the test. */
const bench = (vcs: number, stages: number, plan = plans.one) => {
  const sim = simulate(link(plan, vcs, stages))
  const run = ({ flits, sends, room, limit = 4000 }: Load) => {
    sim.reset()
    const sender = new ChannelSender(sim.io.from, vcs, sends)
    const receiver = new ChannelReceiver(sim.io.to, vcs, room)
    const sent = Array.from({ length: vcs }, (_, vc) =>
      Array.from({ length: flits }, (_, number) => flitOf(vc, number)),
    )
    sent.forEach((of, vc) => sender.queues[vc]!.push(...of))
    const arrived = () => receiver.order.length
    runEnds(sim, [sender, receiver], () => arrived() === vcs * flits, limit)
    runEnds(sim, [sender, receiver], () => false, 2 * stages + 4)
    return { sent, sender, receiver }
  }
  return { run, sim, [Symbol.dispose]: () => sim.close() }
}

describe.each([1, 2, 3, 4, 5, 6, 7, 8])('a link of %i stages', (stages) => {
  test('takes as many cycles more than a wire, and then moves a flit in every cycle', () => {
    using one = bench(1, stages)

    const { receiver } = one.run({ flits: 60 })

    expect(receiver.order.map(({ cycle }) => cycle)).toEqual(Array.from({ length: 60 }, (_, at) => stages + at))
  })

  test('has virtual channels that each get every cycle when the others are silent or have no room', () => {
    using three = bench(3, stages)

    const { receiver, sent } = three.run({ flits: 40, room: (vc) => vc === 1, limit: 200 })
    const cycles = receiver.order.map(({ cycle }) => cycle)

    expect(receiver.received).toEqual([[], sent[1], []])
    // The places for the others are full after a while; from then on every cycle is channel 1's.
    expect(cycles.at(-1)! - cycles.at(-10)!).toBe(9)
  })

  test('keeps what a channel without room has sent, and hands it over later', () => {
    using two = bench(2, stages)
    let open = false

    const sends = two.run({ flits: 40, room: (vc) => vc === 1 || open, limit: 200 })
    expect(sends.receiver.received[0]).toEqual([])
    open = true
    const { sim } = two
    runEnds(sim, [sends.sender, sends.receiver], () => sends.receiver.order.length === 80, 400)

    expect(sends.receiver.received).toEqual(sends.sent)
  })

  test('loses, repeats and exchanges no flits of a channel, whatever room there is', () => {
    using three = bench(3, stages)
    const rate = fc.double({ min: 0.1, max: 1, noNaN: true })

    fc.assert(
      fc.property(rate, fc.tuple(rate, rate, rate), fc.integer(), (sends, rooms, seed) => {
        const random = randomNumbers(seed)
        const { receiver, sent } = three.run({
          flits: 40,
          sends: () => random() < sends,
          room: (vc) => random() < rooms[vc]!,
        })
        expect(receiver.received).toEqual(sent)
      }),
      { seed: stages, numRuns: 8 },
    )
  })

  test('has a place for the flit that a router with a register behind its choice sends when the room has gone', () => {
    using sim = simulate(link(plans.two, 1, stages))
    sim.reset()
    const random = randomNumbers(stages)
    const receiver = new ChannelReceiver(sim.io.to, 1, () => random() < 0.3)
    const sent: bigint[] = []
    let roomBefore = false
    const late = {
      begin: () => {
        sim.io.from.valid.value = roomBefore && sent.length < 100 ? 1 : 0
        roomBefore = sim.io.from.room.bits === 1n
        if (sim.io.from.valid.bits === 0n) return
        sim.io.from.vc.value = 0
        sim.io.from.flit.value = flitOf(0, sent.length)
        sent.push(flitOf(0, sent.length))
      },
      before: () => undefined,
      after: () => undefined,
    }
    runEnds(sim, [late, receiver], () => receiver.order.length === 100, 3000)

    expect(receiver.received[0]).toEqual(sent)
    expect(sent).toHaveLength(100)
  })
})

test('a flit that comes without room is found by the assertions', () => {
  using two = bench(2, 2)
  two.sim.reset()
  two.sim.io.to.room.value = 0
  two.sim.io.from.valid.value = 1
  two.sim.io.from.vc.value = 1
  two.sim.io.from.flit.value = 5n

  expect(() => two.sim.step(20)).toThrow('virtual channel 1 is sent only with a credit')
})

test.each([0, 9, 1.5])('a link of %d stages is refused', (stages) => {
  expect(() => link(plans.one, 1, stages)).toThrow(`link(): ${stages} stages are none that a link can have, use 1 to 8`)
})

describe.each([
  [2, 1],
  [4, 1],
  [8, 1],
  [2, 3],
  [4, 8],
] as const)('a narrow link of %i phits and %i stages', (phits, stages) => {
  test('moves a flit in as many cycles, each as many cycles later', () => {
    using one = bench(1, stages, withPipeline('one', phits))

    const { receiver } = one.run({ flits: 30 })

    expect(receiver.order.map(({ cycle }) => cycle)).toEqual(
      Array.from({ length: 30 }, (_, at) => stages + phits + at * phits),
    )
  })

  test('loses, repeats and exchanges no flits of a channel, whatever room there is', () => {
    using two = bench(2, stages, withPipeline('one', phits))
    const random = randomNumbers(phits + stages)

    const { receiver, sent } = two.run({ flits: 40, sends: () => random() < 0.8, room: () => random() < 0.4 })

    expect(receiver.received).toEqual(sent)
  })

  test('is told of a flit in time by a router with a register behind its choice', () => {
    using sim = simulate(link(withPipeline('two', phits), 1, stages))
    sim.reset()
    const receiver = new ChannelReceiver(sim.io.to, 1, () => true)
    const sent: bigint[] = []
    let roomBefore = false
    const late = {
      begin: () => {
        sim.io.from.valid.value = roomBefore && sent.length < 30 ? 1 : 0
        roomBefore = sim.io.from.room.bits === 1n
        if (sim.io.from.valid.bits === 0n) return
        sim.io.from.vc.value = 0
        sim.io.from.flit.value = flitOf(0, sent.length)
        sent.push(flitOf(0, sent.length))
      },
      before: () => undefined,
      after: () => undefined,
    }
    runEnds(sim, [late, receiver], () => receiver.order.length === 30, 600)
    const cycles = receiver.order.map(({ cycle }) => cycle)

    expect(receiver.received[0]).toEqual(sent)
    expect(cycles.at(-1)! - cycles[0]!).toBe(29 * phits)
  })
})
