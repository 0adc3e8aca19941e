/** What the memory of an engine holds before the first edge. */
import { createRandom } from './random.ts'
import type { Model } from './model.ts'
import type { Storage } from './storage.ts'
import { resetKind } from './emit-commits.ts'
import { limbBits, limbsOf } from './value.ts'
import { ones } from './word.ts'

/** State that has any value at first. */
interface AnyValue {
  readonly name: string
  readonly offset: number
  readonly bits: number
  /** How many values of so many bits there are, one behind the other. */
  readonly count: number
}

export interface Start {
  readonly random: readonly AnyValue[]
  /** Words of 64 bits at an offset in bytes. */
  readonly known: readonly { readonly offset: number; readonly words: readonly bigint[] }[]
}

/**
 * Registers start with any value, as those of a chip do, and get their own in reset; those of a domain without reset start
 * with their first value if they have one. Memories have their first contents, or any.
 */
export const startOf = (model: Model, storage: Storage): Start => {
  const random: AnyValue[] = []
  const known: { offset: number; words: readonly bigint[] }[] = []
  model.places.forEach(({ kind, scope, signal, bits }, place) => {
    if (kind !== 'register' || signal === undefined) return
    const offset = storage.placeAt(place, 0)
    if (resetKind(signal) === 'none' && signal.reset !== undefined) {
      known.push({ offset, words: limbs(signal.reset, bits) })
    } else {
      random.push({ name: [...scope.path, signal.name].join('.'), offset, bits, count: 1 })
    }
  })
  model.memories.forEach(({ scope, memory }, index) => {
    const { name, bits, depth, initial } = memory
    const offset = storage.memoryAt(index)
    if (initial === undefined) {
      random.push({ name: [...scope.path, name].join('.'), offset, bits, count: depth })
    } else if (typeof initial === 'bigint') {
      const words = limbs(initial, bits)
      if (initial !== 0n) known.push({ offset, words: Array.from({ length: depth }, () => words).flat() })
    } else {
      known.push({ offset, words: initial.slice(0, depth).flatMap((word) => limbs(word, bits)) })
    }
  })
  model.lowering.tables.forEach((entries, table) => {
    entries.forEach(({ operator, value }, index) => {
      if (operator === 'constant' && value !== 0n)
        known.push({ offset: storage.tableAt(table) + 8 * index, words: [value] })
    })
  })
  return { random, known }
}

const limbs = (value: bigint, bits: number): readonly bigint[] =>
  Array.from({ length: limbsOf(bits) }, (_, index) => (value >> BigInt(64 * index)) & ones(limbBits(bits, index)))

/** Fills the memory of an engine. */
export const fillStart = ({ random, known }: Start, buffer: ArrayBuffer, seed: number): void => {
  const wide = new BigUint64Array(buffer)
  const narrow = new Uint32Array(buffer)
  for (const { offset, words } of known) wide.set(words, offset / 8)
  for (const { name, offset, bits, count } of random) {
    const next = createRandom(seed, name)
    let at = offset / 4
    for (let index = 0; index < count; index++) {
      for (let left = bits; left > 0; left -= 64) {
        narrow[at++] = left >= 32 ? next() : next() & (2 ** left - 1)
        const above = left - 32
        narrow[at++] = above <= 0 ? 0 : above >= 32 ? next() : next() & (2 ** above - 1)
      }
    }
  }
}
