/** CUR_TIME: nanoseconds since reset. */
import { reg, uint, type UInt } from '#edsl'
import type { Window } from './window.ts'

/** Fraction bits of the time accumulator. Section 2.4, CUR_TIME. */
const timeFractionBits = 10

/**
 * Counts nanoseconds inside the module whose body is running, and shows them as CUR_TIME.
 *
 * Source: TCU interface 2.0.1, section 2.4.
 */
export const currentTime = (window: Window, clockHz: number): UInt<64> => {
  const perCycle = BigInt(Math.floor((1000 * 2 ** timeFractionBits * 1e6) / clockHz))
  const elapsed = reg(uint(64 + timeFractionBits), 0)
  elapsed.next(elapsed.addWrap(perCycle))
  const time = elapsed.slice(timeFractionBits, 64)
  window.CUR_TIME.show(time)
  return time
}
