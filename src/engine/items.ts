/** What a program of the engine does besides computing: stores, writes, reports, under conditions. */
import type { Word } from './word.ts'

/** A limb of a state or of a watched value. `next`: seen from the end of the edge on. */
export interface StoreItem {
  readonly kind: 'store'
  readonly place: number
  readonly limb: number
  readonly value: Word
}

export interface IfItem {
  readonly kind: 'if'
  readonly condition: Word
  readonly then: readonly Item[]
  readonly otherwise: readonly Item[]
}

/** A write of a word of a memory; with `keep`, bits that are 1 there stay as they are, and are 0 in the data. */
export interface WriteItem {
  readonly kind: 'write'
  /** Index in `Model.writes`. */
  readonly write: number
  readonly memory: number
  /** In bytes from the beginning of the memory. */
  readonly address: Word
  readonly data: readonly Word[]
  readonly keep: readonly Word[] | undefined
}

/** A read that sees the writes of its edge. */
export interface LateReadItem {
  readonly kind: 'lateRead'
  /** Index in `Model.lateReads`. */
  readonly read: number
  readonly address: Word
}

/** A property was violated or happened. */
export interface HitItem {
  readonly kind: 'hit'
  readonly property: number
}

export interface RecordItem {
  readonly kind: 'record'
  readonly probe: number
  readonly words: readonly Word[]
}

export type Item = StoreItem | IfItem | WriteItem | LateReadItem | HitItem | RecordItem

/** The words that an item itself needs, as often as it needs them; those of its branches are not among them. */
export const usesOf = (item: Item): readonly Word[] => {
  switch (item.kind) {
    case 'store':
      return [item.value]
    case 'if':
      return [item.condition]
    case 'write':
      return [
        ...item.data.map(() => item.address),
        ...item.data,
        ...(item.keep ?? []),
        ...(item.keep ?? []).map(() => item.address),
      ]
    case 'lateRead':
      return [item.address]
    case 'hit':
      return []
    case 'record':
      return item.words
  }
}

/** An `if`, unless nothing depends on it. */
export const ifItem = (condition: Word, then: readonly Item[], otherwise: readonly Item[]): readonly Item[] => {
  if (condition.operator === 'constant') return condition.value === 0n ? otherwise : then
  return then.length === 0 && otherwise.length === 0 ? [] : [{ kind: 'if', condition, then, otherwise }]
}
