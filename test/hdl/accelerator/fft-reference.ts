/** The discrete Fourier transform in double precision, and samples as bytes. */

export interface Spectrum {
  readonly real: readonly number[]
  readonly imaginary: readonly number[]
}

/** Sum over n of x(n) exp(-2 pi i k n / N), divided by N. */
export const transformed = ({ real, imaginary }: Spectrum): Spectrum => {
  const size = real.length
  const at = (k: number, part: (angle: number, n: number) => number): number =>
    real.reduce((sum, _, n) => sum + part((-2 * Math.PI * k * n) / size, n), 0) / size
  const re = (angle: number, n: number): number =>
    (real[n] as number) * Math.cos(angle) - (imaginary[n] as number) * Math.sin(angle)
  const im = (angle: number, n: number): number =>
    (real[n] as number) * Math.sin(angle) + (imaginary[n] as number) * Math.cos(angle)
  return { real: real.map((_, k) => at(k, re)), imaginary: real.map((_, k) => at(k, im)) }
}

/** Real and imaginary parts, 16 bits with sign each, little endian. */
export const samplesAsBytes = ({ real, imaginary }: Spectrum): Uint8Array => {
  const bytes = new Uint8Array(4 * real.length)
  const view = new DataView(bytes.buffer)
  real.forEach((value, index) => {
    view.setInt16(4 * index, value, true)
    view.setInt16(4 * index + 2, imaginary[index] as number, true)
  })
  return bytes
}

export const samplesOf = (bytes: Uint8Array): Spectrum => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const indices = Array.from({ length: bytes.length / 4 }, (_, index) => index)
  return {
    real: indices.map((index) => view.getInt16(4 * index, true)),
    imaginary: indices.map((index) => view.getInt16(4 * index + 2, true)),
  }
}

/** The greatest distance of two spectra in any part. */
export const distance = (one: Spectrum, other: Spectrum): number =>
  Math.max(
    ...one.real.map((value, index) => Math.abs(value - (other.real[index] as number))),
    ...one.imaginary.map((value, index) => Math.abs(value - (other.imaginary[index] as number))),
  )
