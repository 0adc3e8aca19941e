/**
 * The values that state starts with when nothing says which: a stream of 32-bit numbers for each register and memory, seeded
 * with the seed and its name, so that a new register changes the start of no other.
 */
import { randomWords } from '#random'

/** Numbers of 32 bits, the same for the same seed and name. */
export const createRandom = (seed: number, name: string): (() => number) => {
  // FNV-1a of the name
  let hash = 0x811c9dc5 ^ (seed >>> 0)
  for (let index = 0; index < name.length; index++) hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193)
  return randomWords(Math.imul(hash ^ Math.floor(seed / 2 ** 32), 0x01000193))
}
