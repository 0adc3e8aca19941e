/** Random numbers for tile programs, the same on every platform. */
import { randomWords } from '#random'

/** A stream of random whole numbers; streams with different numbers are independent of each other. */
export const createRandom = (seed: number, stream: number): ((below: number) => number) => {
  const draw = randomWords(Math.imul(seed, 0x85ebca6b) ^ Math.imul(stream + 1, 0xc2b2ae35))
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
