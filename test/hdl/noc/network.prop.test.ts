import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { defaultSystem, headFlit, field, modes } from '#layout'
import { network, placeOf, way } from '#hdl/noc'
import { openSimulation, type Simulation } from '#sim/bridge'
import type { BuiltSimulation } from '#sim/build'
import { Receiver, Sender, run, simulator } from '../lib/support/bench.ts'
import { packet } from './support/packets.ts'
import { meshOf, modAt, systemOf } from './support/systems.ts'
import { exchange } from './support/traffic.ts'

const { modules } = defaultSystem
let builtDefault: BuiltSimulation
beforeAll(async () => {
  builtDefault = await simulator(network(defaultSystem))
}, 240_000)

describe('on the network of the default system', () => {
  const rate = fc.double({ min: 0.05, max: 1, noNaN: true })

  test('every legal packet arrives once, intact and in order, or is answered', () => {
    using sim = openSimulation(builtDefault)
    const traffic = fc.record({
      packets: fc.integer({ min: 1, max: 300 }),
      offers: rate,
      takes: rate,
      seed: fc.integer(),
    })

    fc.assert(
      fc.property(traffic, (given) => {
        expect(exchange(sim, defaultSystem, given).faults).toEqual([])
      }),
      { numRuns: 40 },
    )
  })

  test('twenty thousand packets arrive, with sinks that stall half of the time', () => {
    using sim = openSimulation(builtDefault)

    const { faults, delivered } = exchange(sim, defaultSystem, { packets: 20_000, offers: 0.9, takes: 0.5, seed: 1 })

    expect(faults).toEqual([])
    expect(delivered).toBeGreaterThan(19_000)
  })

  test('packets of the greatest length arrive', () => {
    using sim = openSimulation(builtDefault)

    const { faults } = exchange(sim, defaultSystem, { packets: 600, offers: 1, takes: 0.8, seed: 2, longest: 128 })

    expect(faults).toEqual([])
  })

  test('every legal packet arrives although modules send packets of wrong modes, lengths and targets', () => {
    using sim = openSimulation(builtDefault)

    const { faults } = exchange(sim, defaultSystem, { packets: 8000, offers: 0.9, takes: 0.7, seed: 4, hostile: 0.3 })

    expect(faults).toEqual([])
  })

  test('the probes of a module carry its name', () => {
    const { probes } = builtDefault.source

    expect(probes.map(({ name }) => name)).toEqual(
      modules.flatMap(({ name }) =>
        ['deliver0', 'deliver1', 'inject0', 'inject1'].map((probe) => `ni_${name}.${probe}`),
      ),
    )
  })

  test('class 1 arrives although nobody takes class 0 any more', () => {
    using sim = openSimulation(builtDefault)
    sim.reset()
    const requests = modules.map((_, index) => new Sender(sim, `inject0_${index}`))
    const responses = modules.map((_, index) => new Sender(sim, `inject1_${index}`))
    const receivers = modules.map((_, index) => new Receiver(sim, `deliver1_${index}`))
    modules.forEach((_, source) => {
      for (const { mod } of [...modules, ...modules, ...modules]) {
        requests[source]!.queue.push(...packet({ targetMod: mod, mode: modes.WRITE_POSTED }, 6))
        responses[source]!.queue.push(...packet({ targetMod: mod, mode: modes.READ_RSP }, 6))
      }
    })
    run(sim, requests, () => false, 500)
    const stuck = requests.map(({ queue }) => queue.length)

    run(sim, [...requests, ...responses, ...receivers], () => false, 3000)

    expect(Math.min(...stuck)).toBeGreaterThan(0)
    expect(requests.map(({ queue }) => queue.length)).toEqual(stuck)
    expect(receivers.map(({ received }) => received.length)).toEqual(modules.map(() => 3 * 7 * modules.length))
  })
})

describe.each([
  ['one router with four modules', systemOf('star', 1, 1, [0, 1, 2, 3], 1)],
  ['a row', systemOf('row', 4, 1, [modAt(0, 0, 0), modAt(1, 0, 2), modAt(3, 0, 1)], modAt(3, 0, 1))],
  ['a mesh without a host port', meshOf(2, 2, 1)],
])('on the network of %s', (_, system) => {
  test('every legal packet arrives once, intact and in order, or is answered', async () => {
    using sim = openSimulation(await simulator(network(system, { depth: 2 })))

    const { faults, delivered } = exchange(sim, system, { packets: 1500, offers: 0.8, takes: 0.6, seed: 3 })

    expect(faults).toEqual([])
    expect(delivered).toBeGreaterThan(1300)
  }, 240_000)
})

describe('an idle network', () => {
  /** Cycles from the one in which a module's flit is taken to the one in which the last flit is handed over. */
  const latency = (sim: Simulation, source: number, target: number, follows: number): number => {
    sim.reset()
    const sender = new Sender(sim, `inject0_${source}`)
    const receiver = new Receiver(sim, `deliver0_${target}`)
    sender.queue.push(...packet({ targetMod: modules[target]!.mod, mode: modes.WRITE_POSTED }, follows))
    run(sim, [sender, receiver], () => receiver.received.length === follows + 1, 200)
    return receiver.cycles.at(-1)! - sender.cycles[0]!
  }

  test('delivers k + 1 cycles after a module k routers away has sent', () => {
    using sim = openSimulation(builtDefault)

    modules.forEach(({ mod }, source) =>
      modules.forEach(({ mod: targetMod }, target) => {
        const routers = way(placeOf(mod), placeOf(targetMod)).length
        expect(latency(sim, source, target, 0)).toBe(routers + 1)
      }),
    )
  })

  test('moves a flit in every cycle: 33 flits take 32 cycles more than one', () => {
    using sim = openSimulation(builtDefault)

    expect(latency(sim, 0, 2, 32) - latency(sim, 0, 2, 0)).toBe(32)
  })

  test('takes a stream of single-flit packets at one per cycle', () => {
    using sim = openSimulation(builtDefault)
    sim.reset()
    const sender = new Sender(sim, 'inject0_0')
    const receiver = new Receiver(sim, 'deliver0_2')
    for (let number = 0; number < 100; number++)
      sender.queue.push(...packet({ targetMod: modules[2]!.mod, mode: modes.READ_REQ, address: number }, 0))

    run(sim, [sender, receiver], () => receiver.received.length === 100, 300)

    expect(sender.cycles.at(-1)! - sender.cycles[0]!).toBe(99)
    expect(receiver.received.map((bits) => field(headFlit, 'address', bits))).toEqual(
      Array.from({ length: 100 }, (_, i) => i),
    )
  })
})
