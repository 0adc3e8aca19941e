/** Fast access to the fields of packed numbers: positions are taken from the layouts once, not at every access. */
import type { Fields, StructShape } from '#layout'

/** A mask of `bits` ones. */
export const ones = (bits: number): bigint => (1n << BigInt(bits)) - 1n

const place = <F extends Fields>(shape: StructShape<F>, name: keyof F & string): { at: bigint; bits: number } => ({
  at: BigInt(shape.lsb[name]),
  bits: (shape.fields[name] as F[keyof F & string]).bits,
})

/** Makes a reader of a field of at most 53 bits. */
export const numberReader = <F extends Fields>(shape: StructShape<F>, name: keyof F & string) => {
  const { at, bits } = place(shape, name)
  if (at === 0n) return (word: bigint): number => Number(BigInt.asUintN(bits, word))
  return (word: bigint): number => Number(BigInt.asUintN(bits, word >> at))
}

/** Makes a reader of a field of any width. */
export const wideReader = <F extends Fields>(shape: StructShape<F>, name: keyof F & string) => {
  const { at, bits } = place(shape, name)
  return (word: bigint): bigint => BigInt.asUintN(bits, word >> at)
}

/** Makes a function that replaces a field. */
export const fieldWriter = <F extends Fields>(shape: StructShape<F>, name: keyof F & string) => {
  const { at, bits } = place(shape, name)
  const kept = ~(ones(bits) << at)
  return (word: bigint, value: number): bigint => (word & kept) | (BigInt(value) << at)
}

/** The bits that a field occupies, in place. */
export const fieldMask = <F extends Fields>(shape: StructShape<F>, name: keyof F & string): bigint => {
  const { at, bits } = place(shape, name)
  return ones(bits) << at
}

const byteMasks: readonly bigint[] = Array.from({ length: 256 }, (_, enables) => {
  let mask = 0n
  for (let byte = 0; byte < 8; byte++) if ((enables >> byte) & 1) mask |= 0xffn << BigInt(8 * byte)
  return mask
})

/** The bits of a 64-bit word that eight byte enables select. TCU section 2.2. */
export const byteMask = (enables: number): bigint => byteMasks[enables] as bigint

/** `word` with the enabled bytes replaced by those of `data`: a byte is written completely or not at all. TCU 2.2. */
export const mergeBytes = (word: bigint, data: bigint, enables: number): bigint => {
  if (enables === 0xff) return data
  const mask = byteMask(enables)
  return (word & ~mask) | (data & mask)
}

/** The bits of a 16-byte line's lanes `first` to `last`. TCU section 7.3. */
export const laneMask = (first: number, last: number): bigint => laneMasks[first * 16 + last] as bigint

const laneMasks: readonly bigint[] = Array.from({ length: 256 }, (_, index) => {
  const first = index >> 4
  const last = index & 15
  return last < first ? 0n : ones(8 * (last - first + 1)) << BigInt(8 * first)
})

/** A number in hexadecimal, as the specification writes it. */
export const hex = (value: bigint | number): string => `0x${value.toString(16)}`
