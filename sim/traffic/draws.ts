// Random decisions that are the same on every machine for the same seed.

import { randomWords } from '#random'

/** Draws numbers. */
export interface Draws {
  /** A whole number from 0 to `limit` - 1. */
  below(limit: number): number
  /** Whether something of this probability happens. */
  happens(probability: number): boolean
  /** A whole number from `from` to `to`. */
  between(from: number, to: number): number
}

/** Draws of a seed. */
export const drawsOf = (seed: number): Draws => {
  const next = randomWords(seed)
  const below = (limit: number): number => Math.floor((next() / 2 ** 32) * limit)
  return {
    below,
    happens: (probability) => next() < probability * 2 ** 32,
    between: (from, to) => from + below(to - from + 1),
  }
}
