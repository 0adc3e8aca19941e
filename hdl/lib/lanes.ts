/** Which bytes of a flit are valid. Source: TCU interface 2.0.1, section 7.3. */
import { type Bit, literal, mux, type UInt, type ValueOf } from '#edsl'
import type { burstSelect } from '#layout'

type Select = ValueOf<typeof burstSelect>

/** Number of ones, 5 bits. */
export const onesOf = (bits: UInt): UInt<5> => {
  let sum: UInt<5> = literal(5, 0)
  for (let index = 0; index < bits.expression.bits; index++) sum = sum.addWrap(bits.bit(index).extend(5))
  return sum
}

/** Index of the lowest one of 8 bits; 0 when there is none. */
export const lowestLane = (bits: UInt<8>): UInt<4> => {
  let index: UInt<4> = literal(4, 0)
  for (let lane = 7; lane >= 0; lane--) index = mux(bits.bit(lane), literal(4, lane), index)
  return index
}

/** Bytes of a burst of `lines` lines: `16 n - (15 - bsel[3:0]) - (15 - bsel[7:4])`, 18 bits. */
export const burstByteCount = (lines: UInt<13>, select: Select): UInt<18> =>
  lines
    .extend(18)
    .shiftLeft(4)
    .addWrap(select.firstLaneInverted.extend(18))
    .addWrap(select.lastLane.extend(18))
    .subWrap(30)

/** Valid lanes of one line of a burst. */
export const lanesOfBurstLine = (first: Bit, last: Bit, select: Select): UInt<16> => {
  const all = literal(16, 0xffff)
  const fromFirst = all.shiftLeft(literal(4, 15).subWrap(select.firstLaneInverted))
  const toLast = all.shiftRight(literal(4, 15).subWrap(select.lastLane))
  return mux(first, fromFirst, all).and(mux(last, toLast, all))
}

/** Number of valid lanes of one line of a burst, 1 to 16. */
export const bytesOfBurstLine = (first: Bit, last: Bit, select: Select): UInt<5> =>
  mux(first, select.firstLaneInverted, literal(4, 15))
    .extend(5)
    .addWrap(mux(last, select.lastLane, literal(4, 15)).extend(5))
    .subWrap(14)

/** Whether the valid lanes of a single flit are a run. */
export const isRun = (bits: UInt<8>): Bit => {
  const run = bits.shiftRight(lowestLane(bits))
  return run.any().and(run.and(run.addWrap(1)).any().not())
}

/** Whether a burst of `lines` lines has a byte: one line may end before it begins. */
export const burstHasBytes = (lines: UInt<13>, select: Select): Bit => {
  const reversed = lines.eq(1).and(select.firstLaneInverted.extend(5).addWrap(select.lastLane.extend(5)).lt(15))
  return lines.any().and(reversed.not())
}
