/** Random tests that say their seed, the same on every run. */
import * as fc from 'fast-check'

/** Checks a property with 40 random cases, or as many as given. */
export const check = <T>(arbitrary: fc.Arbitrary<T>, holds: (value: T) => void, numRuns = 40): void =>
  fc.assert(fc.property(arbitrary, holds), { seed: 1, numRuns })

/** A seed for stalls, with which they differ. */
export const stallSeed = fc.integer({ min: 1, max: 1_000_000 })
