/** Which virtual channel a packet takes. */
import { cat, literal, mux, type UInt } from '#edsl'
import { bitsFor } from '#edsl'

/** `subChannelOf` of #topology as hardware; 1 bit wide where there is no choice. NoC section 10.2. */
export const subChannel = (source: UInt, target: UInt, count: number): UInt => {
  if (count === 1) return literal(1, 0)
  const mixed = source.xor(target)
  const parity = (first: number): UInt =>
    cat(mixed.bit(first + 6), mixed.bit(first + 4), mixed.bit(first + 2), mixed.bit(first)).parity()
  const folded: UInt = cat(parity(1), parity(0))
  if (count === 2) return folded.parity()
  return count === 3 ? mux(folded.eq(3), literal(2, 0), folded) : folded.truncate(bitsFor(count - 1))
}
