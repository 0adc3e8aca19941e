/** Words as WebAssembly expressions. */
import { type Code, extend, getLocal, i32, i64, select, setLocal, teeLocal, type WasmType, wrap } from './assembler.ts'
import type { Schedule } from './schedule.ts'
import type { Storage } from './storage.ts'
import type { Word } from './word.ts'

/** Makes the code of one function. */
export interface FunctionCode {
  /** The word's value: from its variable, from memory, or computed here. */
  readonly use: (word: Word) => Code
  /** Computes a word that has a variable. */
  readonly define: (word: Word) => readonly Code[]
  /** The types of the variables. */
  readonly variables: () => readonly WasmType[]
}

export const createFunctionCode = (storage: Storage, schedule: Schedule, chunk: number): FunctionCode => {
  const types: WasmType[] = []
  const locals = new Map<Word, number>()
  const base = (): Code => i32.const(0)
  const typeOf = ({ size }: Word): WasmType => (size === 32 ? 'i32' : 'i64')

  const loadFrom = (size: 32 | 64, offset: number, address: Code): Code =>
    (size === 32 ? i32 : i64).load(offset, address)
  const storeTo = (size: 32 | 64, offset: number, address: Code, value: Code): Code =>
    (size === 32 ? i32 : i64).store(offset, address, value)
  const constant = (size: 32 | 64, value: bigint): Code => (size === 32 ? i32 : i64).const(value)

  const use = (word: Word): Code => {
    const block = schedule.blockOf(word)
    if (block === undefined) return compute(word)
    const local = locals.get(word)
    if (local !== undefined) return getLocal(local)
    return loadFrom(word.size, storage.sharedAt(schedule, word), base())
  }

  const define = (word: Word): readonly Code[] => {
    if (word.operator === 'table') {
      return word.entries.flatMap((entry, index) =>
        entry.operator === 'constant'
          ? []
          : [storeTo(entry.size, storage.tableAt(word.place) + 8 * index, base(), use(entry))],
      )
    }
    const value = compute(word)
    const local = types.push(typeOf(word)) - 1
    locals.set(word, local)
    if (!schedule.shared.has(word)) return [setLocal(local, value)]
    const kept = teeLocal(local, value)
    return [storeTo(word.size, storage.sharedAt(schedule, word), base(), kept)]
  }

  const operand = (word: Word | undefined): Code => {
    if (word === undefined) throw new Error('a word lacks an operand')
    return use(word)
  }

  const compute = (word: Word): Code => {
    const { operator, size, a, b, c } = word
    const own = size === 32 ? i32 : i64
    switch (operator) {
      case 'constant':
        return constant(size, word.value)
      case 'load':
        return loadFrom(size, storage.placeAt(word.place, word.index), base())
      case 'fetch':
        return loadFrom(size, storage.memoryAt(word.place) + 8 * word.index, operand(a))
      case 'peek':
        return peek(word)
      case 'add':
      case 'sub':
      case 'mul':
      case 'and':
      case 'or':
      case 'xor':
        return own[operator](operand(a), operand(b))
      case 'shl':
        return own.shl(operand(a), constant(size, BigInt(word.index)))
      case 'shr':
        return own.shr(operand(a), constant(size, BigInt(word.index)))
      case 'shlBy':
        return own.shl(operand(a), operand(b))
      case 'shrBy':
        return own.shr(operand(a), operand(b))
      case 'sarBy':
        return own.sar(operand(a), operand(b))
      case 'eq':
      case 'ne':
      case 'lt':
      case 'le':
      case 'ltSigned':
      case 'leSigned':
        return comparison(word)
      case 'select':
        return select(operand(c), operand(a), operand(b))
      case 'extend':
        return extend(operand(a))
      case 'wrap':
        return wrap(operand(a))
      case 'popcnt':
        return own.popcnt(operand(a))
      case 'table':
        throw new Error('a table is no value')
    }
  }

  const peek = ({ size, place, b }: Word): Code => {
    const at = storage.tableAt(place)
    if (b?.operator === 'add' && b.b?.operator === 'constant' && schedule.blockOf(b) === undefined)
      return loadFrom(size, at + Number(b.b.value), operand(b.a))
    return loadFrom(size, at, operand(b))
  }

  const comparison = ({ operator, a, b }: Word): Code => {
    const own = a?.size === 64 ? i64 : i32
    if (operator === 'eq' && b?.operator === 'constant' && b.value === 0n) return own.eqz(operand(a))
    const [left, right] = [operand(a), operand(b)]
    switch (operator) {
      case 'eq':
        return own.eq(left, right)
      case 'ne':
        return own.ne(left, right)
      case 'lt':
        return own.lt(left, right)
      case 'le':
        return own.le(left, right)
      case 'ltSigned':
        return own.ltSigned(left, right)
      default:
        return own.leSigned(left, right)
    }
  }

  /** Words that are computed in another chunk come through memory; `chunk` only names this one in faults. */
  const checkedUse = (word: Word): Code => {
    const block = schedule.blockOf(word)
    if (block !== undefined && block.chunk === chunk && !locals.has(word) && word.operator !== 'table')
      throw new Error(`word ${word.id} is used before it is computed in chunk ${chunk}`)
    return use(word)
  }

  return { use: checkedUse, define, variables: () => types }
}
