import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fftPoints } from '#layout'
import { distance, samplesAsBytes, samplesOf, transformed } from './fft-reference.ts'
import { openLogic } from './logic-bench.ts'

/**
 * Units in the last place by which a part may be off. Each of 6 stages rounds a product (1/2), carries the error of a factor of
 * 14 fraction bits (at most 2 for samples of 16 bits), halves, and rounds again (1/2); what was off before grows by (1 + sqrt 2) / 2.
 */
const bound = 18

const part = fc.integer({ min: -23_000, max: 23_000 })
const block = fc.record({
  real: fc.array(part, { minLength: fftPoints, maxLength: fftPoints }),
  imaginary: fc.array(part, { minLength: fftPoints, maxLength: fftPoints }),
})

describe('the FFT', () => {
  test(`is the Fourier transform to within ${bound} units, whatever the samples`, () => {
    using unit = openLogic('fft')
    let worst = 0
    fc.assert(
      fc.property(
        block,
        fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 4 }),
        (samples, sizes) => {
          const off = distance(samplesOf(unit.run(samplesAsBytes(samples), sizes).made), transformed(samples))
          worst = Math.max(worst, off)
          expect(off).toBeLessThanOrEqual(bound)
        },
      ),
      { seed: 1, numRuns: 40 },
    )
    // Random samples come nowhere near the bound.
    expect(worst).toBeLessThan(3)
  })

  test.each([0, 1, 5, 31, 32, 63])('has a tone of frequency %i in one place', (frequency) => {
    using unit = openLogic('fft')
    const angle = (n: number): number => (2 * Math.PI * frequency * n) / fftPoints
    const indices = Array.from({ length: fftPoints }, (_, n) => n)
    const tone = {
      real: indices.map((n) => Math.round(20_000 * Math.cos(angle(n)))),
      imaginary: indices.map((n) => Math.round(20_000 * Math.sin(angle(n)))),
    }

    const { real, imaginary } = samplesOf(unit.run(samplesAsBytes(tone)).made)

    expect(Math.abs((real[frequency] as number) - 20_000)).toBeLessThan(4)
    const others = [...real, ...imaginary].filter((_, index) => index !== frequency)
    expect(Math.max(...others.map(Math.abs))).toBeLessThan(4)
  })

  test('of the greatest samples stays at the greatest number', () => {
    using unit = openLogic('fft')
    const samples = {
      real: new Array<number>(fftPoints).fill(32_767),
      imaginary: new Array<number>(fftPoints).fill(-32_768),
    }

    const { real, imaginary } = samplesOf(unit.run(samplesAsBytes(samples)).made)

    expect([real[0], imaginary[0]]).toEqual([32_767, -32_768])
    expect(Math.max(...real.slice(1).map(Math.abs), ...imaginary.slice(1).map(Math.abs))).toBeLessThanOrEqual(bound)
  })

  test('fills the last block up with zeros, and gives nothing for nothing', () => {
    using unit = openLogic('fft')
    const short = { real: [1000, 2000, -3000], imaginary: [10, 20, 30] }
    const filled = (values: readonly number[]) => [...values, ...new Array<number>(fftPoints - values.length).fill(0)]

    const { made } = unit.run(samplesAsBytes(short).subarray(0, 11))

    const whole = { real: filled(short.real), imaginary: filled([10, 20, 30 & 0xff]) }
    expect(made).toHaveLength(4 * fftPoints)
    expect(distance(samplesOf(made), transformed(whole))).toBeLessThan(2)
    expect(unit.run(new Uint8Array()).made).toHaveLength(0)
  })

  test('transforms block after block', () => {
    using unit = openLogic('fft')
    fc.assert(
      fc.property(fc.array(block, { minLength: 2, maxLength: 3 }), (blocks) => {
        const { made } = unit.run(Buffer.concat(blocks.map(samplesAsBytes)), [1000])
        blocks.forEach((samples, index) => {
          const own = made.subarray(4 * fftPoints * index, 4 * fftPoints * (index + 1))
          expect(distance(samplesOf(own), transformed(samples))).toBeLessThanOrEqual(bound)
        })
      }),
      { seed: 1, numRuns: 5 },
    )
  })
})
