/** What an engine says about a design. */
import type { PropertyEvent, Slot } from '#engine'

export interface Run {
  /** All outputs side by side before each edge, as hexadecimal digits; `x` where a simulator knows no value. */
  readonly outputs: readonly string[]
  /** How often each property happened or was violated, by path and sentence; undefined where nobody counts. */
  readonly properties: ReadonlyMap<string, number> | undefined
}

export const writeSlot = (
  memory: BigUint64Array,
  { offset, bits }: Pick<Slot, 'offset' | 'bits'>,
  value: bigint,
): void => {
  for (let limb = 0; limb * 64 < bits; limb++)
    memory[offset / 8 + limb] = BigInt.asUintN(64, value >> BigInt(64 * limb))
}

export const readSlot = (memory: BigUint64Array, { offset, bits }: Pick<Slot, 'offset' | 'bits'>): bigint => {
  let value = 0n
  for (let limb = Math.ceil(bits / 64) - 1; limb >= 0; limb--)
    value = (value << 64n) | (memory[offset / 8 + limb] ?? 0n)
  return value
}

export const countEvents = (events: readonly PropertyEvent[], skipped = 0): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const { check, path, sentence, times } of events) {
    const key = [check, ...path.slice(skipped), sentence].join(' ')
    counts.set(key, (counts.get(key) ?? 0) + (times ?? 1))
  }
  return counts
}
