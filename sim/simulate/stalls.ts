// Random pauses of a test bench, the same for the same seed.

/** Whether there is a pause in this cycle. */
export type Stall = () => boolean

/** Pauses as asked for; every caller of the result gets the next decision. */
export const stallsOf = (stalls: 'none' | 'random' | number, seed: number): Stall => {
  if (stalls === 'none' || stalls === 0) return () => false
  const random = randomFrom(seed)
  if (typeof stalls === 'number') return () => random() < stalls
  // Pauses come in bursts, so that queues run full and empty.
  let left = 0
  let pause = false
  return () => {
    if (left === 0) {
      pause = !pause
      left = 1 + Math.floor(random() ** 3 * 12)
    }
    left--
    return random() < 0.1 ? !pause : pause
  }
}

/** Numbers from 0 to 1 (mulberry32, by Tommy Ettinger, in the public domain). */
const randomFrom = (seed: number): (() => number) => {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
