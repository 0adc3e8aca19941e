// Values in an engine's memory: 64-bit words, the lowest first.

/** Reads `bits` bits at byte `offset`. */
export const readWords = (words: BigUint64Array, offset: number, bits: number): bigint => {
  const first = offset >>> 3
  let value = 0n
  for (let at = first + ((bits - 1) >>> 6); at >= first; at--) value = (value << 64n) | (words[at] as bigint)
  return value
}

/** Writes the `bits` lowest bits of `value` at byte `offset`. */
export const writeWords = (words: BigUint64Array, offset: number, bits: number, value: bigint): void => {
  const first = offset >>> 3
  const count = (bits + 63) >>> 6
  const kept = BigInt.asUintN(bits, value)
  // The array keeps the low 64 bits of what it is given.
  for (let word = 0; word < count; word++) words[first + word] = kept >> BigInt(word * 64)
}
