/** What is known of bits, as masks. */

/** Masks of the bits that are always 0 and always 1; a bit in neither is not known. */
export interface KnownBits {
  readonly zeros: bigint
  readonly ones: bigint
}

/** Nothing is known. */
export const unknownBits: KnownBits = Object.freeze({ zeros: 0n, ones: 0n })

/** All bits of a value are known. */
export const exactly = (value: bigint, bits: number): KnownBits => ({ zeros: ~value & full(bits), ones: value })

/** As many ones as there are bits. */
export const full = (bits: number): bigint => (1n << BigInt(bits)) - 1n

/** The value when all bits of it are known. */
export const valueOf = ({ zeros, ones }: KnownBits, bits: number): bigint | undefined =>
  (zeros | ones) === full(bits) ? ones : undefined
