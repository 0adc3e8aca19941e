/** T-3 of NoC section 14 on a network: modules with clocks of their own. */
import { describe, expect, test } from 'vitest'
import { domain } from '#edsl'
import { modes } from '#layout'
import { network } from '#hdl/noc'
import { simulate } from '#sim/simulate'
import { randomNumbers } from '../lib/support/bench.ts'
import { FlitReceiver, FlitSender } from './support/ends.ts'
import { packet, type Packet, packetsOf } from './support/packets.ts'
import { modAt, systemOf } from './support/systems.ts'

const system = systemOf('row', 3, 1, [modAt(0, 0, 0), modAt(0, 0, 1), modAt(1, 0, 0), modAt(2, 0, 0)])
const clockOf = (name: string): string => `at_${name}`
const clocks = Object.fromEntries(system.modules.map(({ name }) => [name, domain(clockOf(name))]))
const design = network({ ...system, network: { counters: false } }, { clocks })

/** A network with one of the ends per stream, each at the edges of its module's clock. */
const withEnds = (periods: (index: number) => number, paces: () => boolean) => {
  const times = Object.fromEntries(system.modules.map(({ name }, index) => [clockOf(name), periods(index + 1)]))
  const sim = simulate(design, {
    watch: 'ports',
    clocks: Object.fromEntries(
      Object.entries({ main: periods(0), ...times }).map(([name, period], phase) => [
        name,
        { period, phase: period === periods(0) ? 0 : phase },
      ]),
    ),
  })
  const senders = sim.io.inject.map((classes) => classes.map((one) => new FlitSender(one, paces)))
  const receivers = sim.io.deliver.map((classes) => classes.map((one) => new FlitReceiver(one, paces)))
  system.modules.forEach(({ name }, index) => {
    for (const end of [...senders[index]!, ...receivers[index]!])
      sim.attach({
        before: (edge) => void (edge.has(clockOf(name)) && end.before()),
        after: (edge) => {
          if (!edge.has(clockOf(name))) return
          end.after()
          end.begin()
        },
      })
  })
  return { sim, senders, receivers }
}

test('with equal clocks, crossings at both ends cost six cycles: 8, 9 and 10 over 1, 2 and 3 routers', () => {
  const { sim, senders, receivers } = withEnds(
    () => 100,
    () => true,
  )
  sim.step(30)
  const cycles = [1, 2, 3].map((target) => {
    const [sender, receiver] = [senders[0]![0]!, receivers[target]![0]!]
    sender.queue.push(...packet({ targetMod: system.modules[target]!.mod, mode: modes.WRITE_POSTED }, 0))
    sim.step(40)
    return receiver.cycles.at(-1)! - sender.cycles.at(-1)!
  })
  sim.close()

  expect(cycles).toEqual([8, 9, 10])
})

describe.each([
  [10, 10],
  [20, 30],
  [70, 50],
  [10, 100],
  [100, 10],
])('T-3: with periods of %i ns in the network and %i ns at every second module', (one, other) => {
  test('every packet arrives once, intact and in order', () => {
    const random = randomNumbers(3)
    const { sim, senders, receivers } = withEnds(
      (index) => (index % 2 === 0 ? one : other),
      () => random() < 0.7,
    )
    // At power-up the handshakes of the crossings settle; see `resetHandshake`.
    sim.advance(16 * Math.max(one, other))
    const mods = system.modules.map(({ mod }) => mod)
    const sent = new Map<string, Packet[]>()
    for (let number = 0; number < 60; number++) {
      const [source, target, messageClass] = [Math.floor(random() * 4), Math.floor(random() * 4), number % 2]
      const mode = messageClass === 0 ? modes.WRITE_POSTED : modes.READ_RSP
      const given = { sourceMod: mods[source]!, targetMod: mods[target]!, mode, address: number }
      const made = packet(given, Math.floor(random() * 6), BigInt(number))
      senders[source]![messageClass]!.queue.push(...made)
      const key = `${source} ${target} ${messageClass}`
      sent.set(key, [...(sent.get(key) ?? []), made])
    }
    const total = [...sent.values()].flat(2).length
    const count = (): number => receivers.flat().reduce((sum, { received }) => sum + received.length, 0)
    for (let round = 0; round < 200 && count() < total; round++) sim.advance(500)
    sim.close()

    const got = new Map<string, Packet[]>()
    receivers.forEach((classes, target) =>
      classes.forEach(({ received }, messageClass) => {
        for (const arrived of packetsOf(received)) {
          const source = mods.indexOf(Number((arrived[0]! >> 120n) & 0xffn))
          const key = `${source} ${target} ${messageClass}`
          got.set(key, [...(got.get(key) ?? []), arrived])
        }
      }),
    )
    expect(got).toEqual(sent)
  })
})
