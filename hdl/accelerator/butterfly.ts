/** Arithmetic of the FFT on samples of 16 + 16 bits. */
import { array, cat, sint, type SInt, struct, type UInt } from '#edsl'
import { fftPoints } from '#layout'

/** Fraction bits of the factors: 1 is exactly 16384. */
const fractionBits = 14

/** A complex number of the stream, imaginary part above the real one. */
export const sample = struct({ imaginary: sint(16), real: sint(16) })

interface Complex<N extends number> {
  readonly real: SInt<N>
  readonly imaginary: SInt<N>
}

/** The factors exp(-2 pi i k / points), k below points / 2, as raw words: imaginary part above. */
export const factors: readonly number[] = Array.from({ length: fftPoints / 2 }, (_, index) => {
  const angle = (-2 * Math.PI * index) / fftPoints
  const scaled = (value: number): number => Math.round(value * 2 ** fractionBits) & 0xffff
  return scaled(Math.sin(angle)) * 2 ** 16 + scaled(Math.cos(angle))
})

/** The four products of a complex multiplication. */
export const products = array(sint(32), 4)

/** Multiplies part by part: real x real, imaginary x imaginary, real x imaginary, imaginary x real. */
export const multiplied = (value: Complex<16>, factor: Complex<16>): readonly [SInt, SInt, SInt, SInt] => [
  value.real.mul(factor.real),
  value.imaginary.mul(factor.imaginary),
  value.real.mul(factor.imaginary),
  value.imaginary.mul(factor.real),
]

/** Without the fraction, to the nearest. */
const rounded = (value: SInt): SInt =>
  value
    .add(2 ** (fractionBits - 1))
    .shiftRight(fractionBits)
    .truncate(20)

/** Half of a sum, to the nearest, as a sample's part; the nearest that fits where it does not. */
const halved = (value: SInt): SInt<16> => value.add(1).shiftRight(1).clamp(16)

/** (upper + turned) / 2 and (upper - turned) / 2, where `turned` is what the products make: raw samples. */
export const combined = (
  upper: Complex<16>,
  parts: readonly SInt[],
): { readonly sum: UInt<32>; readonly difference: UInt<32> } => {
  const [realReal, imaginaryImaginary, realImaginary, imaginaryReal] = parts as [SInt, SInt, SInt, SInt]
  const turned = {
    real: rounded(realReal.sub(imaginaryImaginary)),
    imaginary: rounded(realImaginary.add(imaginaryReal)),
  }
  const wide = { real: upper.real.extend(20), imaginary: upper.imaginary.extend(20) }
  const raw = (real: SInt, imaginary: SInt): UInt<32> => cat(halved(imaginary).unsigned(), halved(real).unsigned())
  return {
    sum: raw(wide.real.add(turned.real), wide.imaginary.add(turned.imaginary)),
    difference: raw(wide.real.sub(turned.real), wide.imaginary.sub(turned.imaginary)),
  }
}
