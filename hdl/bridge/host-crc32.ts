/** CRC-32 as Ethernet has it (IEEE 802.3): reflected, over a byte per step. */
import { cat, type UInt } from '#edsl'

/** The polynomial with its bits reflected. Source: IEEE 802.3, section 3.2.9. */
const polynomial = 0xedb8_8320

/** The 32-bit state before the first byte. The sum that is sent is the state after the last byte, inverted. */
export const crc32Start = 0xffff_ffff

/**
 * The state of 32 bits after one more byte. Costs an exclusive or of about ten bits for each bit.
 */
export const crc32Next = (state: UInt<32>, byte: UInt<8>): UInt<32> => {
  const bits = Array.from({ length: 32 }, (_, index): UInt => {
    const terms = [
      ...termsOf(index, (which) => step(which, 0)).map((which): UInt => state.bit(which)),
      ...termsOf(index, (which) => step(0, which), 8).map((which): UInt => byte.bit(which)),
    ]
    return terms.reduce((sum, term) => sum.xor(term))
  })
  return cat(...bits.reverse()) as UInt<32>
}

/** The step is linear: which bits of its input turn bit `index` of the result. */
const termsOf = (index: number, image: (input: number) => number, inputs = 32): readonly number[] =>
  Array.from({ length: inputs }, (_, which) => which).filter((which) => (image(2 ** which) >>> index) & 1)

const step = (state: number, byte: number): number => {
  let sum = (state ^ byte) >>> 0
  for (let bit = 0; bit < 8; bit++) sum = ((sum >>> 1) ^ (sum & 1 ? polynomial : 0)) >>> 0
  return sum
}
