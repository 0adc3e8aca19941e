/**
 * The values that state starts with when nothing says which: a stream of 32-bit numbers (xoshiro128**) for each register and
 * memory, seeded with the seed and its name, so that a new register changes the start of no other.
 */

/** Numbers of 32 bits, the same for the same seed and name. */
export const createRandom = (seed: number, name: string): (() => number) => {
  // FNV-1a of the name, then the finalizer of splitmix32 for the four words of state
  let hash = 0x811c9dc5 ^ (seed >>> 0)
  for (let index = 0; index < name.length; index++) hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193)
  hash = Math.imul(hash ^ Math.floor(seed / 2 ** 32), 0x01000193)
  const next = (): number => {
    hash = (hash + 0x9e3779b9) | 0
    let mixed = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return mixed ^ (mixed >>> 15)
  }
  let [a, b, c, d] = [next(), next(), next(), next() | 1]
  const rotate = (value: number, by: number): number => (value << by) | (value >>> (32 - by))
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
