import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { pump, simulate, type Simulator } from '#sim/simulate'
import '#sim/simulate/vitest'
import { spiController, type SpiMode } from '../../examples/spi.ts'

type Lines = Simulator<ReturnType<typeof spiController>['ports']>

/** Answers each word with one of `answers`, and keeps what it was sent. */
const peripheral = (sim: Lines, mode: SpiMode, bits: number, answers: readonly number[]) => {
  const rest = mode >> 1
  const looksAtFirst = mode % 2 === 0
  const heard: number[] = []
  let selected = false
  let clock = rest
  let place = 0
  let word = 0
  const show = () => {
    sim.io.receive.value = ((answers[heard.length] ?? 0) >> (bits - 1 - Math.min(place, bits - 1))) & 1
  }
  sim.attach({
    after() {
      const { select, clock: line, send } = sim.io
      const isSelected = select.value === 0
      if (isSelected && !selected) {
        place = 0
        word = 0
        if (looksAtFirst) show()
      }
      if (!isSelected && selected) {
        expect(place).toBe(bits)
        heard.push(word)
      }
      selected = isSelected
      if (line.value === clock) return
      clock = line.value
      expect(isSelected).toBe(true)
      const isFirst = clock !== rest
      if (isFirst === looksAtFirst) {
        word = (word << 1) | send.value
        place++
      } else show()
    },
  })
  return heard
}

test.each([0, 1, 2, 3] as const)('words go out and come in, once, in order, in mode %i', (mode) => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 12 }), fc.integer({ min: 3, max: 7 }), fc.nat(), (bits, halfCycles, seed) => {
      using sim = simulate(spiController({ mode, bits, halfCycles }))
      const words = Array.from({ length: 4 }, (_, index) => (seed >> (3 * index)) % 2 ** bits)
      const answers = words.map((word, index) => (word * 5 + index) % 2 ** bits)
      const heard = peripheral(sim, mode, bits, answers)

      const received = pump(sim, { from: words, stalls: 'random', seed, limit: 400 }).to

      expect({ heard, received }).toEqual({ heard: words, received: answers })
    }),
    { seed: 1, numRuns: 10 },
  )
})

test.each([
  [
    0,
    `
    select ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▔▔▔▔▔▔
    clock  ▁▁▁▁▁▁▔▔▔▔▔▔▁▁▁▁▁▁▔▔▔▔▔▔▁▁▁▁▁▁▁▁▁▁▁▁
    send   ▔▔▔▔▔▔▔▔▔▔▔▔▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁
  `,
  ],
  [
    3,
    `
    select ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▔▔▔▔▔▔
    clock  ▔▔▔▔▔▔▁▁▁▁▁▁▔▔▔▔▔▔▁▁▁▁▁▁▔▔▔▔▔▔▔▔▔▔▔▔
    send   ▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁
  `,
  ],
] as const)('the lines of mode %i', (mode, wave) => {
  using sim = simulate(spiController({ mode, bits: 2, halfCycles: 3 }))

  sim.io.from.payload.value = 0b10
  sim.io.from.valid.value = 1
  sim.step()
  sim.io.from.valid.value = 0
  const lines = sim.record(['select', 'clock', 'send'])
  sim.step(18)

  expect(lines).toMatchWave(wave)
})

test('a clock too fast for the answer is refused', () => {
  expect(() => spiController({ mode: 0, bits: 8, halfCycles: 2 })).toThrow(RangeError)
})
