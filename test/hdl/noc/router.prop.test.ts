import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { headFlit, hostId, field, modes, type SystemDescription } from '#layout'
import { type Place, placeOf, planNetwork, route, router, type RouterPort } from '#hdl/noc'
import { openSimulation } from '#sim/bridge'
import type { BuiltSimulation } from '#sim/build'
import { Receiver, Sender, randomNumbers, run, simulator } from '../lib/support/bench.ts'
import { type Packet, packet, packetsOf } from './support/packets.ts'
import { modAt, systemOf } from './support/systems.ts'

const mesh = [0, 1, 2].flatMap((y) => [0, 1, 2].map((x) => modAt(x, y, 0)))
const cross = systemOf('cross', 3, 3, [...mesh, modAt(1, 1, 1), modAt(1, 1, 3)], modAt(2, 2, 0))
const row = systemOf('row', 3, 1, [modAt(0, 0, 0), modAt(1, 0, 0), modAt(2, 0, 2)], modAt(2, 0, 2))

const planAt = (system: SystemDescription, here: Place) => {
  const network = planNetwork(system)
  return { network, plan: network.routers.find(({ place }) => place.x === here.x && place.y === here.y)! }
}

describe.each([
  ['a router with links in all directions', cross, { x: 1, y: 1 }],
  ['a router whose links have one way in', row, { x: 0, y: 0 }],
])('%s', (_, system, here) => {
  const { network, plan } = planAt(system, here)
  const host = system.modules.find(({ kind }) => kind === 'host')!
  const hostExit = route(here, placeOf(host.mod))

  /** Where packets that enter at `from` can go. */
  const reachable = (from: RouterPort): number[] =>
    system.modules.map(({ mod }) => mod).filter((mod) => plan.turns(from, route(here, placeOf(mod))))

  let built: BuiltSimulation
  beforeAll(async () => {
    built = await simulator(router(plan, network, 4))
  }, 240_000)

  test('sends every packet where the routing function says, from every input, for every target', () => {
    using sim = openSimulation(built)
    sim.reset()
    const senders = plan.inputs.map((_, index) => new Sender(sim, `from_${index}`))
    const receivers = plan.outputs.map((_, index) => new Receiver(sim, `to_${index}`))

    plan.inputs.forEach((from, input) => {
      for (const targetMod of reachable(from)) {
        const before = receivers.map(({ received }) => received.length)
        senders[input]!.queue.push(...packet({ targetMod, mode: modes.READ_REQ }, 0))
        run(sim, [...senders, ...receivers], () => false, 3)

        const left = plan.outputs.filter((_, output) => receivers[output]!.received.length > before[output]!)
        expect(left).toEqual([route(here, placeOf(targetMod))])
      }
    })
  })

  test('sends packets for the chip of the host towards the host port', () => {
    using sim = openSimulation(built)
    sim.reset()
    const from = plan.inputs.find((port) => port.startsWith('module') && plan.turns(port, hostExit))!
    const sender = new Sender(sim, `from_${plan.inputs.indexOf(from)}`)
    const receiver = new Receiver(sim, `to_${plan.outputs.indexOf(hostExit)}`)
    const print = packet({ targetChip: hostId.chip, targetMod: 0x00, mode: modes.WRITE_POSTED }, 2)

    sender.queue.push(...print)
    run(sim, [sender, receiver], () => false, 8)

    expect(receiver.received).toEqual(print)
  })

  const scenario = fc.record({
    packets: fc.array(fc.record({ input: fc.nat(plan.inputs.length - 1), target: fc.nat(99), follows: fc.nat(9) }), {
      maxLength: 120,
      size: 'max',
    }),
    offers: fc.double({ min: 0.1, max: 1, noNaN: true }),
    takes: fc.double({ min: 0.1, max: 1, noNaN: true }),
    seed: fc.integer(),
  })

  test('lets each packet out once, intact, untorn, in the order of its input, whatever the stalls', () => {
    using sim = openSimulation(built)

    fc.assert(
      fc.property(scenario, ({ packets, offers, takes, seed }) => {
        const random = randomNumbers(seed)
        const senders = plan.inputs.map((_, index) => new Sender(sim, `from_${index}`, () => random() < offers))
        const receivers = plan.outputs.map((_, index) => new Receiver(sim, `to_${index}`, () => random() < takes))
        const expected = new Map<string, Packet[]>()
        packets.forEach(({ input, target, follows }, number) => {
          const choices = reachable(plan.inputs[input]!)
          const targetMod = choices[target % choices.length]!
          const given = { sourceMod: input, targetMod, mode: modes.WRITE_POSTED, address: number }
          const one = packet(given, follows, BigInt(number))
          const key = `${input} to ${route(here, placeOf(targetMod))}`
          expected.set(key, [...(expected.get(key) ?? []), one])
          senders[input]!.queue.push(...one)
        })
        const flits = senders.reduce((sum, { queue }) => sum + queue.length, 0)
        const arrived = () => receivers.reduce((sum, { received }) => sum + received.length, 0)
        sim.reset()

        run(sim, [...senders, ...receivers], () => arrived() === flits, 40_000)
        run(sim, [...senders, ...receivers], () => false, 10)

        const found = new Map<string, Packet[]>()
        plan.outputs.forEach((to, output) => {
          for (const one of packetsOf(receivers[output]!.received)) {
            const key = `${field(headFlit, 'sourceMod', one[0]!)} to ${to}`
            found.set(key, [...(found.get(key) ?? []), one])
          }
        })
        expect(found).toEqual(expected)
      }),
      { numRuns: 60 },
    )
  })
})

test('two inputs that want one output share it packet by packet, at full rate', async () => {
  const { network, plan } = planAt(cross, { x: 1, y: 1 })
  using sim = openSimulation(await simulator(router(plan, network, 4)))
  sim.reset()
  const entries = (['west', 'module1'] as const).map((from) => plan.inputs.indexOf(from))
  const senders = entries.map((input) => new Sender(sim, `from_${input}`))
  const receiver = new Receiver(sim, `to_${plan.outputs.indexOf('east')}`)
  senders.forEach(({ queue }, sourceMod) => {
    for (let number = 0; number < 10; number++)
      queue.push(...packet({ sourceMod, targetMod: modAt(2, 1, 0), mode: modes.WRITE_POSTED }, 4))
  })

  const cycles = run(sim, [...senders, receiver], () => receiver.received.length === 100, 500)

  const order = packetsOf(receiver.received).map(([first]) => field(headFlit, 'sourceMod', first!))
  expect(cycles).toBe(101)
  expect(order).toEqual(Array.from({ length: 20 }, (_, index) => index % 2))
})
