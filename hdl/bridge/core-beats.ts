/** The beats of an AXI4 burst. */
import { type Bit, literal, mux, struct, uint, type UInt, type ValueOf } from '#edsl'
import { axiBurst } from '#hdl/bus'

/** A burst as its address channel tells of it. */
export const coreBurst = (idBits: number) =>
  struct({ id: uint(idBits), address: uint(32), length: uint(8), size: uint(3), kind: axiBurst })

type Burst = ValueOf<ReturnType<typeof coreBurst>>

/** What a burst comes to. */
export interface BurstExtent {
  /** It is answered with SLVERR: a fixed address, words wider than the bus, or a ring of beats that the standard does not have. */
  readonly refused: Bit
  /** The first byte, and the last one: of a wrapping burst those of all that it wraps around in. */
  readonly first: UInt<32>
  readonly last: UInt<32>
}

/** The extent of a burst on a bus of `busBytes` bytes. Source: IHI 0022E, section A3.4.1. */
export const extentOf = (burst: Burst, busBytes: number): BurstExtent => {
  const ones = sizeMask(burst.size)
  // One less than the bytes of all beats.
  const whole = burst.length.extend(32).shiftLeft(burst.size).or(ones)
  const wraps = burst.kind.is('wrap')
  const first = burst.address.and(mux(wraps, whole, ones).not())
  return {
    refused: burst.kind
      .isIn('increment', 'wrap')
      .not()
      .or(burst.size.gt(Math.log2(busBytes)))
      .or(wraps.and(burst.length.in(1, 3, 7, 15).not())),
    first,
    last: first.addWrap(whole),
  }
}

/** Address of the beat behind the one at `address`. */
export const nextBeat = (address: UInt<32>, burst: Burst): UInt<32> => {
  const ones = sizeMask(burst.size)
  const increased = address.and(ones.not()).addWrap(ones.addWrap(1))
  const whole = burst.length.extend(32).shiftLeft(burst.size).or(ones)
  return mux(burst.kind.is('wrap'), address.and(whole.not()).or(increased.and(whole)), increased)
}

/** One less than the bytes of a beat. */
const sizeMask = (size: UInt<3>): UInt<32> => literal(32, 1).shiftLeft(size).subWrap(1)
