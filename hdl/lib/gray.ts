import type { UInt } from '#edsl'

/** The Gray code of a number: the codes of neighbours differ in one bit, also those of the greatest number and 0. */
export const toGray = <N extends number>(value: UInt<N>): UInt<N> => {
  const any = value as UInt
  return any.xor(any.shiftRight(1)) as UInt<N>
}

/** The number that has this Gray code. */
export const fromGray = <N extends number>(code: UInt<N>): UInt<N> => {
  let value = code as UInt
  const { bits } = value.expression
  // Each bit is the parity of the bits from it upwards, in log2(bits) steps.
  for (let places = 1; places < bits; places *= 2) value = value.xor(value.shiftRight(places))
  return value as UInt<N>
}
