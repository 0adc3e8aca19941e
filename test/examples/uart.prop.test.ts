import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { connect, domain, inDomain, input, instance, module, output, stream, uint } from '#edsl'
import { pump, simulate } from '#sim/simulate'
import '#sim/simulate/vitest'
import { uartReceiver } from '../../examples/uart-receiver.ts'
import { uartTransmitter } from '../../examples/uart-transmitter.ts'

const cyclesPerBit = 16
const far = domain('far')

const loopback = module(
  'loopback',
  { from: input(stream(uint(8))), to: output(stream(uint(8)), { domain: far }) },
  ({ from, to }) => {
    const sender = instance(uartTransmitter(cyclesPerBit))
    connect(from, sender.from)
    inDomain(far, () => {
      const receiver = instance(uartReceiver(cyclesPerBit))
      receiver.line.drive(sender.line)
      connect(receiver.to, to)
    })
  },
)

test('what is sent is received, by a clock that is up to 2 % faster or slower', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(255), { maxLength: 8 }),
      fc.integer({ min: 9_800, max: 10_200 }),
      fc.nat(9_000),
      (characters, period, phase) => {
        using sim = simulate(loopback, {
          clocks: { main: { period: 10 }, far: { period: period / 1000, phase: phase / 1000 } },
        })

        const received = pump(sim, { from: characters, expect: { to: characters.length }, limit: 400 }).to

        expect(received).toEqual(characters)
      },
    ),
    { seed: 1, numRuns: 40 },
  )
})

test('a character is a start bit, its bits from the lowest on, and a stop bit', () => {
  using sim = simulate(uartTransmitter(2), { record: ['from.valid', 'from.ready', 'line'] })

  sim.io.from.payload.value = 0b0101_0011
  sim.io.from.valid.value = 1
  sim.step()
  sim.io.from.valid.value = 0
  sim.step(22)

  expect(sim.wave).toMatchWave(`
    line ▔▔▁▁▁▁▔▔▔▔▔▔▔▔▁▁▁▁▁▁▁▁▔▔▔▔▁▁▁▁▔▔▔▔▁▁▁▁▔▔▔▔▔▔▔▔
  `)
})

/** A receiver whose line the test holds at a level for so many cycles. */
const open = () => {
  const sim = simulate(uartReceiver(cyclesPerBit))
  let lost = 0
  let broken = 0
  const hold = (level: number, cycles: number) => {
    sim.io.line.value = level
    for (let cycle = 0; cycle < cycles; cycle++) {
      sim.step()
      lost += sim.io.lost.value
      broken += sim.io.broken.value
    }
  }
  const send = (character: number, stop = 1) => {
    hold(0, cyclesPerBit)
    for (let bit = 0; bit < 8; bit++) hold((character >> bit) & 1, cyclesPerBit)
    hold(stop, cyclesPerBit)
    hold(1, cyclesPerBit)
  }
  hold(1, cyclesPerBit)
  return { sim, hold, send, counts: () => ({ lost, broken }) }
}

test('one cycle of noise begins no character, and changes none', () => {
  const { sim, hold, counts } = open()

  hold(0, 1)
  hold(1, 12 * cyclesPerBit)
  const afterNoise = sim.io.to.valid.value
  hold(0, cyclesPerBit)
  for (let bit = 0; bit < 9; bit++) {
    hold(1, cyclesPerBit / 2)
    hold(0, 1)
    hold(1, cyclesPerBit / 2 - 1)
  }

  expect(afterNoise).toBe(0)
  expect([sim.io.to.valid.value, sim.io.to.payload.value, counts()]).toEqual([1, 0xff, { lost: 0, broken: 0 }])
})

test('a character without stop bit is told, and not handed on', () => {
  const { sim, send, counts } = open()

  send(0x55, 0)

  expect([sim.io.to.valid.value, counts()]).toEqual([0, { lost: 0, broken: 1 }])
})

test('a character that nobody has taken stays, and that the next one is lost is told', () => {
  const { sim, send, counts } = open()

  send(0x12)
  send(0x34)

  expect([sim.io.to.payload.value, counts()]).toEqual([0x12, { lost: 1, broken: 0 }])
})
