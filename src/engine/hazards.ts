/**
 * Which states an edge may change at once, because nothing that runs later in the edge still needs their old value. All
 * others are changed in a second place first, and copied when everything has been computed.
 */
import type { Item } from './items.ts'
import { usesOf } from './items.ts'
import type { Model } from './model.ts'
import type { Block, Schedule } from './schedule.ts'
import { operandsOf, type Word } from './word.ts'

export interface Hazards {
  /** Registers, by place: changed at once. */
  readonly direct: ReadonlySet<number>
  /** Memories that are written at once. */
  readonly directMemories: ReadonlySet<number>
}

interface Times {
  /** When a limb of a place, or a memory, is read last and set first. */
  readonly read: Map<string, number>
  readonly set: Map<string, number>
}

const limbKey = (place: number, limb: number): string => `${place}.${limb}`
const memoryKey = (memory: number): string => `m${memory}`

/** `schedules`: those of the edges, by domain. */
export const findHazards = (model: Model, schedules: readonly Schedule[]): Hazards => {
  const times = schedules.map(timesOf)
  const isSafe = (key: string): boolean => {
    const setters = times.filter(({ set }) => set.has(key))
    const readers = times.filter(({ read }) => read.has(key))
    const [first] = setters
    if (first === undefined) return true
    if (setters.length > 1 || readers.some((reader) => reader !== first)) return false
    return (first.read.get(key) ?? 0) <= (first.set.get(key) ?? 0)
  }
  const direct = new Set<number>()
  model.places.forEach(({ kind, bits }, place) => {
    const limbs = Array.from({ length: Math.max(1, Math.ceil(bits / 64)) }, (_, limb) => limbKey(place, limb))
    if (kind === 'register' && limbs.every(isSafe)) direct.add(place)
  })
  const late = new Set(model.lateReads.map(({ place }) => place))
  for (const place of late) direct.add(place)
  const directMemories = new Set([...model.memories.keys()].filter((memory) => isSafe(memoryKey(memory))))
  return { direct, directMemories }
}

const timesOf = ({ chunks, blockOf }: Schedule): Times => {
  const read = new Map<string, number>()
  const set = new Map<string, number>()
  let now = 0

  /** The word itself and whatever is computed together with it. */
  const readBy = (root: Word): void => {
    const stack = [root]
    for (let word = stack.pop(); word !== undefined; word = stack.pop()) {
      if (word.operator === 'load') read.set(limbKey(word.place, word.index), now)
      if (word.operator === 'fetch') read.set(memoryKey(word.place), now)
      for (const operand of operandsOf(word)) if (blockOf(operand) === undefined) stack.push(operand)
    }
  }
  const setBy = (item: Item): void => {
    const key =
      item.kind === 'store' ? limbKey(item.place, item.limb) : item.kind === 'write' ? memoryKey(item.memory) : ''
    if (key !== '' && !set.has(key)) set.set(key, now)
  }
  const walk = (block: Block): void => {
    block.items.forEach((item, index) => {
      for (const word of block.words[index] ?? []) {
        now += 1
        readBy(word)
      }
      now += 1
      for (const word of usesOf(item)) if (blockOf(word) === undefined) readBy(word)
      setBy(item)
      for (const branch of block.branches[index] ?? []) walk(branch)
    })
  }
  chunks.forEach(walk)
  return { read, set }
}
