/** A filter with finite impulse response, a multiplier per coefficient. */
import { bit, constant, input, module, output, reg, sint, type SInt } from '#edsl'

export interface FilterOptions {
  /** Bits of a sample. */
  readonly bits: number
  /** From that of the newest sample on; whole numbers. */
  readonly coefficients: readonly number[]
}

/** Bits of a number with its sign. */
const bitsOf = (value: number): number => (value < 0 ? ~value : value).toString(2).length + 1

/** A value one cycle later. */
const later = (value: SInt, name: string): SInt => {
  const kept = reg(sint(value.width as number), undefined, name)
  kept.next(value)
  return kept
}

/** The sum of pairs, of pairs of sums and so on: a register behind each addition, a bit more each time. */
const sumOf = (values: readonly SInt[], stage = 1): SInt => {
  if (values.length === 1) return values[0] as SInt
  const pairs = Array.from({ length: Math.ceil(values.length / 2) }, (_, index) => {
    const [one, other] = values.slice(2 * index, 2 * index + 2) as [SInt, SInt?]
    return later(one.add(other ?? 0), `sum${stage}_${index}`)
  })
  return sumOf(pairs, stage + 1)
}

/**
 * Filters samples: each result is the sum of the newest samples, each times its coefficient. Widths grow with the numbers, so
 * that nothing overflows and nothing is rounded.
 *
 * Ports: `sample` one each cycle in which `valid` is 1; `result` one each cycle in which `resultValid` is 1.
 * Timing: a sample per cycle; its result comes `1 + ceil(log2(coefficients))` cycles later.
 * Reset: the samples before the first are 0.
 * Rejects: RangeError without coefficients.
 */
export const fir = ({ bits, coefficients }: FilterOptions) => {
  if (coefficients.length === 0) throw new RangeError('fir(): without coefficients there is nothing to add')
  const coefficientBits = Math.max(...coefficients.map(bitsOf))
  const stages = Math.ceil(Math.log2(coefficients.length))
  const name = coefficients.map((value) => `${value}`.replace('-', 'm')).join('_')
  return module(
    `fir_w${bits}_${name}`,
    {
      sample: input(sint(bits)),
      valid: input(bit),
      result: output(sint(bits + coefficientBits + stages)),
      resultValid: output(bit),
    },
    ({ sample, valid, result, resultValid }) => {
      const products: SInt[] = []
      let newest: SInt = sample
      for (const [index, value] of coefficients.entries()) {
        products.push(later(newest.mul(constant(sint(coefficientBits), value)), `product_${index}`))
        if (index === coefficients.length - 1) break
        const older = reg(sint(bits), 0, { name: `sample_${index + 1}`, enable: valid })
        older.next(newest)
        newest = older
      }
      result.drive(sumOf(products))

      let isThere = valid
      for (let stage = 0; stage <= stages; stage++) {
        const next = reg(bit, 0, `valid_${stage}`)
        next.next(isThere)
        isThere = next
      }
      resultValid.drive(isThere)
    },
  )
}

/** A low pass for samples of 8 bits. */
export const lowPass = fir({ bits: 8, coefficients: [-1, 2, 10, 18, 10, 2, -1] })
