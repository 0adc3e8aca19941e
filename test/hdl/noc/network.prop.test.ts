import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { elaborate } from '#edsl'
import { defaultSystem, headFlit, field, modes, type SystemDescription } from '#layout'
import { network } from '#hdl/noc'
import { simulate } from '#sim/simulate'
import { planNetwork } from '#topology'
import { FlitReceiver, FlitSender, runEnds } from './support/ends.ts'
import { packet } from './support/packets.ts'
import { meshOf, modAt, systemOf } from './support/systems.ts'
import { exchange } from './support/traffic.ts'

const { modules } = defaultSystem
const sim = simulate(network(defaultSystem), { watch: 'ports' })
afterAll(() => sim.close())

const restart = (): void => {
  sim.reset()
  for (const one of sim.io.inject.flat()) one.valid.value = 0
  for (const one of sim.io.deliver.flat()) one.ready.value = 0
}

describe('on the network of the default system', () => {
  const rate = fc.double({ min: 0.05, max: 1, noNaN: true })

  test('every legal packet arrives once, intact and in order, or is answered', () => {
    const traffic = fc.record({
      packets: fc.integer({ min: 1, max: 100 }),
      offers: rate,
      takes: rate,
      seed: fc.integer(),
    })

    fc.assert(
      fc.property(traffic, (given) => {
        expect(exchange(sim, defaultSystem, given).faults).toEqual([])
      }),
      { seed: 1, numRuns: 15 },
    )
  })

  test('packets of the greatest length arrive', () => {
    const { faults } = exchange(sim, defaultSystem, { packets: 60, offers: 1, takes: 0.8, seed: 2, longest: 128 })

    expect(faults).toEqual([])
  })

  test('T-4: every legal packet arrives although modules send packets of wrong modes, lengths and targets', () => {
    const { faults } = exchange(sim, defaultSystem, { packets: 800, offers: 0.9, takes: 0.7, seed: 4, hostile: 0.3 })

    expect(faults).toEqual([])
  })

  test('class 1 arrives although nobody takes class 0 any more', () => {
    restart()
    const requests = modules.map((_, index) => new FlitSender(sim.io.inject[index]![0]))
    const responses = modules.map((_, index) => new FlitSender(sim.io.inject[index]![1]))
    const receivers = modules.map((_, index) => new FlitReceiver(sim.io.deliver[index]![1]))
    modules.forEach((_, source) => {
      for (const { mod } of [...modules, ...modules]) {
        requests[source]!.queue.push(...packet({ targetMod: mod, mode: modes.WRITE_POSTED }, 6))
        responses[source]!.queue.push(...packet({ targetMod: mod, mode: modes.READ_RSP }, 6))
      }
    })
    runEnds(sim, requests, () => false, 300)
    const stuck = requests.map(({ queue }) => queue.length)

    runEnds(sim, [...requests, ...responses, ...receivers], () => false, 1500)

    expect(Math.min(...stuck)).toBeGreaterThan(0)
    expect(requests.map(({ queue }) => queue.length)).toEqual(stuck)
    expect(receivers.map(({ received }) => received.length)).toEqual(modules.map(() => 2 * 7 * modules.length))
  })
})

test('the probes of a module carry its name', () => {
  const system = systemOf('pair', 1, 1, [0, 1])
  const { modules: made, top } = elaborate(network({ ...system, network: { counters: false } }))
  const probes = made
    .filter(({ name }) => name.startsWith('network_interface'))
    .flatMap((one) => one.probes.map(({ name }) => name))

  expect(top.instances.map(({ name }) => name)).toEqual(
    expect.arrayContaining(system.modules.map(({ name }) => `ni_${name}`)),
  )
  expect(new Set(probes)).toEqual(new Set(['deliver0', 'deliver1', 'inject0', 'inject1', 'guards']))
})

describe.each([
  ['one router with three modules', systemOf('star', 1, 1, [0, 1, 2], 1)],
  ['a row', systemOf('row', 3, 1, [modAt(0, 0, 0), modAt(2, 0, 2), modAt(2, 0, 1)], modAt(2, 0, 1))],
  [
    'two routers without a host port, with long links and two planes',
    {
      ...meshOf(2, 1, 1),
      network: { depth: 2, linkStages: 3, planes: [[0], [1]] },
    } satisfies SystemDescription,
  ],
  [
    'a row with two virtual channels per class, and ages',
    {
      ...meshOf(2, 1, 1),
      network: { vcsPerClass: 2, arbitration: 'age', pipeline: 'two', counters: false },
    } satisfies SystemDescription,
  ],
] as const)('on the network of %s', (_, system) => {
  test('every legal packet arrives once, intact and in order, or is answered', () => {
    using own = simulate(network(system), { watch: 'ports' })

    const { faults, delivered } = exchange(own, system, { packets: 250, offers: 0.8, takes: 0.6, seed: 3 })

    expect(faults).toEqual([])
    expect(delivered).toBeGreaterThan(210)
  })
})

describe('an idle network', () => {
  /** Cycles from the one in which a module's flit is taken to the one in which the last flit is handed over. */
  const latency = (source: number, target: number, follows: number): number => {
    restart()
    const sender = new FlitSender(sim.io.inject[source]![0])
    const receiver = new FlitReceiver(sim.io.deliver[target]![0])
    sender.queue.push(...packet({ targetMod: modules[target]!.mod, mode: modes.WRITE_POSTED }, follows))
    runEnds(sim, [sender, receiver], () => receiver.received.length === follows + 1, 200)
    return receiver.cycles.at(-1)! - sender.cycles[0]!
  }

  /** Routers that packets between two modules visit. */
  const routersBetween = (source: number, target: number): number => {
    const plan = planNetwork(defaultSystem)
    let at = plan.modules[source]!.router
    let entry = plan.modules[source]!.injection!
    for (let count = 1; ; count++) {
      const { peer } = plan.routers[at]!.outputs[plan.route(at, entry, 0, target)!.output]!
      if (peer.kind === 'module') return count
      at = peer.router
      entry = peer.port
    }
  }

  test('delivers k + 1 cycles after a module k routers away has sent', () => {
    modules.forEach((_, source) =>
      modules.forEach((_, target) => expect(latency(source, target, 0)).toBe(routersBetween(source, target) + 1)),
    )
  })

  test('moves a flit in every cycle: 33 flits take 32 cycles more than one', () => {
    expect(latency(0, 2, 32) - latency(0, 2, 0)).toBe(32)
  })

  test('takes a stream of single-flit packets at one per cycle', () => {
    restart()
    const sender = new FlitSender(sim.io.inject[0]![0])
    const receiver = new FlitReceiver(sim.io.deliver[2]![0])
    for (let number = 0; number < 100; number++)
      sender.queue.push(...packet({ targetMod: modules[2]!.mod, mode: modes.READ_REQ, address: number }, 0))

    runEnds(sim, [sender, receiver], () => receiver.received.length === 100, 300)

    expect(sender.cycles.at(-1)! - sender.cycles[0]!).toBe(99)
    expect(receiver.received.map((bits) => field(headFlit, 'address', bits))).toEqual(
      Array.from({ length: 100 }, (_, i) => i),
    )
  })
})
