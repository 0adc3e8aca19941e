/** Networks with narrow links, without guards, and without anybody who configures them. NoC sections 10.1, 10.7, 10.9. */
import { describe, expect, test } from 'vitest'
import { elaborate } from '#edsl'
import { modes, type NetworkChoice } from '#layout'
import { configWritersOf, network } from '#hdl/noc'
import { planNetwork, zeroLoadCycles } from '#topology'
import { simulate } from '#sim/simulate'
import { FlitReceiver, FlitSender } from './support/ends.ts'
import { packet, type Packet, packetsOf } from './support/packets.ts'
import { modAt, systemOf } from './support/systems.ts'

const mods = [modAt(0, 0, 0), modAt(1, 0, 0), modAt(1, 1, 0)]

/** Sends packets from the first module, one after the other; gives what arrived at each, and how long each packet took. */
const carry = (choice: NetworkChoice, lengths: readonly number[]) => {
  const system = { ...systemOf('small', 2, 2, mods), network: choice }
  const plan = planNetwork(system)
  using sim = simulate(network(system), { watch: 'ports' })
  const senders = sim.io.inject.map((classes) => classes.map((one) => new FlitSender(one)))
  const receivers = sim.io.deliver.map((classes) => classes.map((one) => new FlitReceiver(one)))
  for (const end of [...senders, ...receivers].flat())
    sim.attach({
      before: () => end.before(),
      after: () => {
        end.after()
        end.begin()
      },
    })
  sim.step(4)
  const sent: Packet[] = []
  const cycles = lengths.map((length, number) => {
    const target = 1 + (number % 2)
    const given = { sourceMod: mods[0]!, targetMod: mods[target]!, mode: modes.WRITE_POSTED, address: number }
    const one = packet(given, length, BigInt(number))
    sent.push(one)
    senders[0]![0]!.queue.push(...one)
    sim.step(200)
    return receivers[target]![0]!.cycles.at(-1)! - senders[0]![0]!.cycles.at(-one.length)!
  })
  const arrived = [1, 2].flatMap((target) => packetsOf(receivers[target]![0]!.received))
  const expected = lengths.map((_, number) => zeroLoadCycles(plan, 0, 1 + (number % 2)))
  return { sent, arrived, cycles, expected }
}

describe.each([
  { phits: 2 },
  { phits: 4, linkStages: 2 },
  { phits: 8, pipeline: 'two' },
  { phits: 4, arbitration: 'age', outputRegister: true },
] as const)('a network with %j', (choice) => {
  test('carries every packet whole, in as many cycles as is computed', () => {
    const { sent, arrived, cycles, expected } = carry(choice, [0, 0, 5, 9])

    expect(arrived).toEqual([sent[0], sent[2], sent[1], sent[3]])
    // Behind the register of a router a flit may wait a cycle less than is computed, at each link.
    const spare = (index: number) => ('linkStages' in choice || choice.phits === 2 ? 0 : 1 + (index % 2))
    cycles.slice(0, 2).forEach((taken, index) => {
      expect(taken).toBeLessThanOrEqual(expected[index]!)
      expect(taken).toBeGreaterThanOrEqual(expected[index]! - spare(index))
    })
    // Each further flit takes as many cycles as there are phits.
    const atMost = expected[2]! + choice.phits * (sent[2]!.length - 1)
    expect(cycles[2]).toBeLessThanOrEqual(atMost)
    expect(cycles[2]).toBeGreaterThanOrEqual(atMost - spare(0))
  })
})

test.each([
  ['with counters', { counters: true, guards: { tx: 0, rx: 65_536 } }],
  ['with rates and weights', { counters: true, rateLimit: { flits: 64, burst: 32 } }],
  ['without guards or counters', { counters: false, guards: { tx: 0, rx: 65_536 } }],
] as const)('a network of modules that are neither host nor kernel is built, %s', (_, choice) => {
  const modules = mods.map((mod, index) => ({ kind: 'traffic', name: `t${index}`, mod }))
  const system = { name: 'plain', chip: 0, columns: 2, rows: 2, modules, network: { classes: 2 as const, ...choice } }

  expect(configWritersOf(system)).toEqual({ mods: [], chips: [] })
  expect(elaborate(network(system)).top.name).toBe('network')
})
