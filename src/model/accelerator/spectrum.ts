/** The Fourier transform of an accelerator, in its numbers: parts of 16 bits, factors of 14 fraction bits. */

interface Complex {
  readonly re: number
  readonly im: number
}

const fraction = 2 ** 14

/** The nearest whole number; halves go up. */
const nearest = (value: number): number => Math.floor(value + 0.5)

const fitted = (value: number): number => Math.max(-32_768, Math.min(32_767, value))

/** exp(-2 pi i index / size), rounded. */
const factor = (index: number, size: number): Complex => {
  const angle = (-2 * Math.PI * index) / size
  return { re: Math.round(fraction * Math.cos(angle)), im: Math.round(fraction * Math.sin(angle)) }
}

/** The transform of the even samples and that of the odd ones, put together; each level divides by two. */
const transform = (samples: readonly Complex[]): readonly Complex[] => {
  const size = samples.length
  if (size === 1) return samples
  const even = transform(samples.filter((_, index) => index % 2 === 0))
  const odd = transform(samples.filter((_, index) => index % 2 === 1))
  const turned = odd.map((value, index) => {
    const { re, im } = factor(index, size)
    return {
      re: nearest((value.re * re - value.im * im) / fraction),
      im: nearest((value.re * im + value.im * re) / fraction),
    }
  })
  const half = (sign: number) =>
    even.map((value, index) => {
      const other = turned[index] as Complex
      return {
        re: fitted(nearest((value.re + sign * other.re) / 2)),
        im: fitted(nearest((value.im + sign * other.im) / 2)),
      }
    })
  return [...half(1), ...half(-1)]
}

/** Transforms a block of samples: real part, imaginary part, 16 bits with sign each, little endian. */
export const spectrumOf = (block: Uint8Array): Uint8Array => {
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength)
  const samples = Array.from({ length: block.length / 4 }, (_, index) => ({
    re: view.getInt16(4 * index, true),
    im: view.getInt16(4 * index + 2, true),
  }))
  const made = new Uint8Array(block.length)
  const out = new DataView(made.buffer)
  transform(samples).forEach(({ re, im }, index) => {
    out.setInt16(4 * index, re, true)
    out.setInt16(4 * index + 2, im, true)
  })
  return made
}
