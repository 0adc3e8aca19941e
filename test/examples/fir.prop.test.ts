import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { simulate } from '#sim/simulate'
import '#sim/simulate/vitest'
import { fir } from '../../examples/fir.ts'

const bits = 8
const extremes = fc.oneof(fc.constantFrom(-128, 127), fc.integer({ min: -128, max: 127 }))

const convolution = (samples: readonly number[], coefficients: readonly number[]): readonly number[] =>
  samples.map((_, now) =>
    coefficients.reduce((sum, coefficient, age) => sum + coefficient * (samples[now - age] ?? 0), 0),
  )

test('its results are the convolution of samples and coefficients', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -300, max: 300 }), { minLength: 1, maxLength: 9 }),
      fc.array(fc.record({ sample: extremes, pause: fc.nat(2) }), { maxLength: 30 }),
      (coefficients, given) => {
        using sim = simulate(fir({ bits, coefficients }))
        const results: number[] = []
        const step = () => {
          sim.step()
          if (sim.io.resultValid.value === 1) results.push(sim.io.result.value as number)
        }

        for (const { sample, pause } of given) {
          sim.io.sample.value = sample
          sim.io.valid.value = 1
          step()
          sim.io.valid.value = 0
          for (let cycle = 0; cycle < pause; cycle++) step()
        }
        for (let cycle = 0; cycle < 6; cycle++) step()

        expect(results).toEqual(
          convolution(
            given.map(({ sample }) => sample),
            coefficients,
          ),
        )
      },
    ),
    { seed: 1, numRuns: 40 },
  )
})

test('an impulse brings its coefficients, three cycles later', () => {
  using sim = simulate(fir({ bits, coefficients: [3, -5, 7] }))
  sim.step(4)
  const wave = sim.record(['sample', 'result', 'resultValid'])

  sim.io.valid.value = 1
  sim.io.sample.value = 1
  sim.step()
  sim.io.sample.value = 0
  sim.step(6)

  expect(wave).toMatchWave(`
    sample       1 0 . . .  . .
    result       0 . . 3 -5 7 0
    resultValid  ▁▁▁▁▁▁▔▔▔▔▔▔▔▔▔
  `)
})

test('without coefficients there is no filter', () => {
  expect(() => fir({ bits, coefficients: [] })).toThrow(RangeError)
})
