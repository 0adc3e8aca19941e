/**
 * Random numbers for tile programs: xoshiro128** by Blackman and Vigna, seeded with splitmix32. Small, well known, and the
 * same on every platform.
 */

const rotate = (value: number, by: number): number => (value << by) | (value >>> (32 - by))

const splitmix = (seed: number): (() => number) => {
  let state = seed | 0
  return () => {
    state = (state + 0x9e3779b9) | 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return mixed ^ (mixed >>> 15)
  }
}

/** A stream of random whole numbers; streams with different numbers are independent of each other. */
export const createRandom = (seed: number, stream: number): ((below: number) => number) => {
  const next = splitmix(Math.imul(seed, 0x85ebca6b) ^ Math.imul(stream + 1, 0xc2b2ae35))
  let a = next()
  let b = next()
  let c = next()
  let d = next() | 1
  const draw = (): number => {
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
  return (below) => {
    if (!Number.isInteger(below) || below < 1 || below > 0x1_0000_0000)
      throw new RangeError(`random(${below}): the limit is a whole number from 1 to 2^32`)
    // rejection keeps every number equally likely
    const limit = 0x1_0000_0000 - (0x1_0000_0000 % below)
    for (;;) {
      const value = draw()
      if (value < limit) return value % below
    }
  }
}
