/** Functions of bits that take values and return values, without state. */
import { mux } from './choose.ts'
import { type Bit, cat, literal, type UInt, type Width } from './value.ts'

/** Bits that count from 0 to `count`. */
const countBits = (count: number): number => count.toString(2).length

/** `bits` bits of which the one that `index` names is 1; all 0 when it names none. */
export const onehot = <N extends number>(index: UInt, bits: N): UInt<Width<N>> => literal(bits, 1).shiftLeft(index)

/** The index of the only 1 of `value`; 0 when there is none, and the indices or-ed when there are several. */
export const onehotIndex = (value: UInt): UInt => {
  const bits = value.expression.bits
  const indexBits = countBits(Math.max(1, bits - 1))
  const indexBit = (place: number): Bit => {
    const members = Array.from({ length: bits }, (_, index) => index).filter((index) => (index >> place) % 2 === 1)
    return members.length === 0 ? literal(1, 0) : cat(...members.reverse().map((index) => value.bit(index))).any()
  }
  return cat(...Array.from({ length: indexBits }, (_, place) => indexBit(indexBits - 1 - place)))
}

/** The lowest 1 of `value` and nothing else; all 0 when there is none. */
export const lowestOne = <N extends number>(value: UInt<N>): UInt<N> => {
  const any = value as UInt
  return any.and(literal(any.expression.bits, 0).subWrap(any)) as UInt<N>
}

/** What `priority` finds. */
export interface Priority {
  /** Whether any bit is 1. */
  readonly valid: Bit
  /** Index of the lowest 1; 0 when there is none. */
  readonly index: UInt
}

/** The lowest 1 of `requests`: whether there is one, and where. Bit 0 goes first. */
export const priority = (requests: UInt): Priority => ({
  valid: requests.any(),
  index: onehotIndex(lowestOne(requests)),
})

/** How many bits are 1, in as few bits as the greatest count needs. */
export const popcount = (value: UInt): UInt => {
  const { bits } = value.expression
  if (bits === 1) return value
  const half = bits >> 1
  const above = popcount(value.slice(half, bits - half))
  const below = popcount(value.truncate(half))
  const wide = above.expression.bits
  const sum: UInt = above.add(below.extend(wide))
  return sum.truncate(countBits(bits))
}

/** How many zeros are above the highest 1; all bits when there is none. In as few bits as the greatest count needs. */
export const leadingZeros = (value: UInt): UInt => {
  const { bits } = value.expression
  if (bits === 1) return value.not()
  const below = bits >> 1
  const wide = countBits(bits)
  const upper = value.slice(below, bits - below)
  const fromUpper: UInt = leadingZeros(upper).extend(wide)
  const fromLower: UInt = leadingZeros(value.truncate(below))
    .extend(wide)
    .addWrap(bits - below)
  return mux(upper.any(), fromUpper, fromLower)
}

/** How many zeros are below the lowest 1; all bits when there is none. In as few bits as the greatest count needs. */
export const trailingZeros = (value: UInt): UInt => leadingZeros(reversed(value))

/** The bits in the opposite order. */
export const reversed = <N extends number>(value: UInt<N>): UInt<N> =>
  cat(...Array.from({ length: value.expression.bits }, (_, index) => value.bit(index))) as UInt<N>

/** `count` copies side by side. */
export const replicate = <N extends number>(value: UInt<N>, count: number): UInt =>
  cat(...Array.from({ length: count }, () => value as UInt))
