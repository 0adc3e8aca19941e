/** Programs as WebAssembly: what their items do, with the words that they need. */
import { type Code, extend, i32, i64, type WasmType, when } from './assembler.ts'
import { createFunctionCode, type FunctionCode } from './emit-words.ts'
import type { Hazards } from './hazards.ts'
import type { Item, RecordItem, WriteItem } from './items.ts'
import type { Model } from './model.ts'
import type { Block, Schedule } from './schedule.ts'
import { control, type Storage } from './storage.ts'
import { sizeOf } from './value.ts'

/** The locals and the code of a function. */
export interface FunctionBody {
  readonly types: readonly WasmType[]
  readonly body: readonly Code[]
}

const base = i32.const(0)
const add1 = (at: number): Code => i64.store(at, base, i64.add(i64.load(at, base), i64.const(1)))

/** A write of a limb; with `keep`, bits that are 1 there stay. */
export const writeLimb = (bits: number, at: number, address: Code, data: Code, keep: Code | undefined): Code => {
  const own = sizeOf(bits) === 64 ? i64 : i32
  return own.store(at, address, keep === undefined ? data : own.or(own.and(own.load(at, address), keep), data))
}

/** One function for each chunk of the program. */
export const createProgramCode = (
  model: Model,
  hazards: Hazards,
  storage: Storage,
  schedule: Schedule,
): readonly FunctionBody[] => {
  const memoryBits = (memory: number): number => model.memories[memory]?.memory.bits ?? 1

  const itemCode = (code: FunctionCode, item: Exclude<Item, { kind: 'if' }>): readonly Code[] => {
    switch (item.kind) {
      case 'store': {
        const own = sizeOf(model.places[item.place]?.bits ?? 1) === 64 ? i64 : i32
        return [own.store(storage.nextAt(item.place, item.limb), base, code.use(item.value))]
      }
      case 'write':
        return hazards.directMemories.has(item.memory) ? writeNow(code, item) : writeLater(code, item)
      case 'lateRead': {
        const at = storage.lateReadAt(item.read)
        return [i32.store(at, base, i32.const(1)), i32.store(at + 8, base, code.use(item.address))]
      }
      case 'hit':
        return hit(item.property)
      case 'record':
        return record(code, item)
    }
  }

  const writeNow = (code: FunctionCode, { address, data, keep, memory }: WriteItem): readonly Code[] =>
    data.map((word, limb) => {
      const mask = keep?.[limb]
      const at = storage.memoryAt(memory) + 8 * limb
      const kept = mask === undefined ? undefined : code.use(mask)
      return writeLimb(memoryBits(memory), at, code.use(address), code.use(word), kept)
    })

  const writeLater = (code: FunctionCode, { address, data, keep = [], memory, write }: WriteItem): readonly Code[] => {
    const at = storage.writeAt(write)
    const own = sizeOf(memoryBits(memory)) === 64 ? i64 : i32
    return [
      i32.store(at, base, i32.const(1)),
      i32.store(at + 8, base, code.use(address)),
      ...[...data, ...keep].map((word, index) => own.store(at + 16 + 8 * index, base, code.use(word))),
    ]
  }

  const hit = (property: number): readonly Code[] => {
    const at = storage.hitAt(property)
    const first = i64.store(at, base, i64.load(control.edge, base))
    const stops = model.properties[property]?.check !== 'cover'
    return [
      when(i64.eqz(i64.load(at + 8, base)), [first]),
      add1(at + 8),
      add1(at + 16),
      ...(stops ? [i32.store(control.stop, base, i32.const(1))] : []),
    ]
  }

  const record = (code: FunctionCode, { probe, words }: RecordItem): readonly Code[] => {
    const at = i32.load(control.records, base)
    return [
      i64.store(0, at, i64.const(probe)),
      i64.store(8, at, i64.load(control.edge, base)),
      ...words.map((word, limb) => {
        const value = code.use(word)
        return i64.store(16 + 8 * limb, at, word.size === 32 ? extend(value) : value)
      }),
      i32.store(control.records, base, i32.add(at, i32.const(16 + 8 * words.length))),
    ]
  }

  const blockCode = (code: FunctionCode, block: Block): readonly Code[] =>
    block.items.flatMap((item, index) => {
      const defined = (block.words[index] ?? []).flatMap((word) => code.define(word))
      if (item.kind !== 'if') return [...defined, ...itemCode(code, item)]
      const condition = code.use(item.condition)
      const [then = [], otherwise = []] = (block.branches[index] ?? []).map((inner) => blockCode(code, inner))
      const branches = then.length === 0 ? when(i32.eqz(condition), otherwise) : when(condition, then, otherwise)
      return [...defined, branches]
    })

  return schedule.chunks.flatMap((chunk, index) => {
    if (chunk.items.length === 0) return []
    const code = createFunctionCode(storage, schedule, index)
    const body = blockCode(code, chunk)
    return [{ types: code.variables(), body }]
  })
}
