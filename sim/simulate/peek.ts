// The value of any signal of a running design.

import type { Engine, Slot } from '#engine'
import { caseName } from '#sim/wave'
import type { Found } from './names.ts'
import { readWords } from './words.ts'

/** The value of what was found: a number or bigint, a case name, or a record or array of them. */
export const peekValue = (engine: Engine, found: Found): unknown => {
  const words = new BigUint64Array(engine.memory)
  if ('slot' in found) return slotValue(words, found.slot)
  const root: { value: unknown } = { value: undefined }
  for (const [rest, slot] of found.parts) put(root, stepsOf(rest), slotValue(words, slot))
  return root.value
}

const slotValue = (words: BigUint64Array, slot: Slot): unknown => {
  const bits = readWords(words, slot.offset, slot.bits)
  if (slot.cases !== undefined) return caseName(slot, bits) ?? Number(bits)
  const value = slot.signed ? BigInt.asIntN(slot.bits, bits) : bits
  return slot.bits <= 32 ? Number(value) : value
}

/** `.op`, `[2].data` as keys. */
const stepsOf = (rest: string): readonly (string | number)[] =>
  [...rest.matchAll(/\.([^.[\]]+)|\[(\d+)\]/g)].map(([, name, index]) => name ?? Number(index))

const put = (root: { value: unknown }, steps: readonly (string | number)[], value: unknown): void => {
  let holder: Record<string | number, unknown> = root
  let key: string | number = 'value'
  for (const step of steps) {
    holder[key] ??= typeof step === 'number' ? [] : {}
    holder = holder[key] as Record<string | number, unknown>
    key = step
  }
  holder[key] = value
}
