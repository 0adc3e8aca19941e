/**
 * Random numbers that are the same on every machine: xoshiro128** by Blackman and Vigna, seeded with splitmix32. Small, well
 * known, and quick.
 */

/** Whole numbers from 0 to 2**32 - 1 that spread a seed: splitmix32 with the finalizer of murmur's family. */
const splitmix32 = (seed: number): (() => number) => {
  let state = seed | 0
  return () => {
    state = (state + 0x9e3779b9) | 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return mixed ^ (mixed >>> 15)
  }
}

const rotate = (value: number, by: number): number => (value << by) | (value >>> (32 - by))

/** A stream of whole numbers from 0 to 2**32 - 1, the same for the same seed of 32 bits. */
export const randomWords = (seed: number): (() => number) => {
  const next = splitmix32(seed)
  let [a, b, c, d] = [next(), next(), next(), next() | 1]
  return () => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9)
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = rotate(d, 11)
    return result >>> 0
  }
}
