/** The end of an edge: what was put aside takes effect. */
import type { Domain, Signal } from '#ir'
import { type Code, copyMemory, i32, i64, when } from './assembler.ts'
import { writeLimb } from './emit-items.ts'
import type { Hazards } from './hazards.ts'
import type { Model } from './model.ts'
import type { Storage } from './storage.ts'
import { limbBits, limbsOf, sizeOf } from './value.ts'
import { ones } from './word.ts'

const base = i32.const(0)

/** How a register is reset: what its module says, whatever the clock that it gets has. */
export const resetKind = (signal: Signal | undefined): Domain['reset'] =>
  typeof signal?.domain === 'object' ? signal.domain.reset : 'none'
/** From so many bytes on, one instruction for all is faster than one for each word. */
const longCopy = 128

const copy = (to: number, from: number, bytes: number): readonly Code[] =>
  bytes > longCopy
    ? [copyMemory(i32.const(to), i32.const(from), i32.const(bytes))]
    : Array.from({ length: bytes / 8 }, (_, index) => i64.store(to + 8 * index, base, i64.load(from + 8 * index, base)))

/** Copies between the registers of a domain and the place for their next values. */
export const createCopies = (storage: Storage) => ({
  before: (domain: number): readonly Code[] => {
    const { to, from, bytes } = storage.commits[domain] ?? { to: 0, from: 0, bytes: 0 }
    return copy(from, to, bytes)
  },
  commit: (domain: number): readonly Code[] => {
    const { to, from, bytes } = storage.commits[domain] ?? { to: 0, from: 0, bytes: 0 }
    return copy(to, from, bytes)
  },
  inputs: copy(storage.inputs.to, storage.inputs.from, storage.inputs.bytes),
})

export const createCommits = (model: Model, hazards: Hazards, storage: Storage) => {
  const memoryBits = (memory: number): number => model.memories[memory]?.memory.bits ?? 1
  const limbs = (bits: number): readonly number[] => Array.from({ length: limbsOf(bits) }, (_, limb) => limb)
  const sized = (bits: number): typeof i32 => (sizeOf(bits) === 64 ? i64 : i32)
  const clear = (at: number): Code => i32.store(at, base, i32.const(0))

  /** Gives the registers of a domain that have a reset of that kind their value. */
  const reset = (domain: number, wanted: Domain['reset']): readonly Code[] =>
    model.places.flatMap(({ kind, signal, bits, domain: own }, place) => {
      const value = signal?.reset
      if (kind !== 'register' || own?.index !== domain || value === undefined) return []
      if (resetKind(signal) !== wanted) return []
      return limbs(bits).map((limb) => {
        const word = (value >> BigInt(64 * limb)) & ones(limbBits(bits, limb))
        return sized(bits).store(storage.placeAt(place, limb), base, sized(bits).const(word))
      })
    })

  const writes = (domain: number): readonly Code[] =>
    model.writes.flatMap(({ memory, domain: own, masked }, write) => {
      if (own.index !== domain || hazards.directMemories.has(memory)) return []
      const bits = memoryBits(memory)
      const at = storage.writeAt(write)
      const kept = at + 16 + 8 * limbsOf(bits)
      const stores = limbs(bits).map((limb) =>
        writeLimb(
          bits,
          storage.memoryAt(memory) + 8 * limb,
          i32.load(at + 8, base),
          sized(bits).load(at + 16 + 8 * limb, base),
          masked ? sized(bits).load(kept + 8 * limb, base) : undefined,
        ),
      )
      return [when(i32.load(at, base), [...stores, clear(at)])]
    })

  const lateReads = (domain: number): readonly Code[] =>
    model.lateReads.flatMap(({ memory, place, domain: own }, read) => {
      if (own.index !== domain) return []
      const bits = memoryBits(memory)
      const at = storage.lateReadAt(read)
      const loads = limbs(bits).map((limb) => {
        const word = sized(bits).load(storage.memoryAt(memory) + 8 * limb, i32.load(at + 8, base))
        return sized(bits).store(storage.placeAt(place, limb), base, word)
      })
      return [when(i32.load(at, base), [...loads, clear(at)])]
    })

  return { reset, writes, lateReads }
}
