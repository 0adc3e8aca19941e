/** Where everything is in the engine's memory. All offsets are in bytes. */
import type { Hazards } from './hazards.ts'
import type { Model } from './model.ts'
import type { Schedule } from './schedule.ts'
import { limbsOf } from './value.ts'
import type { Word } from './word.ts'

/** The first bytes, whatever the design is. */
export const control = Object.freeze({
  /** 64 bits: edges since the beginning. */
  edge: 0,
  /** Not 0: an assertion or assumption was violated. */
  stop: 8,
  /** 64 bits, not 0: state may have changed since the outputs were computed. */
  dirty: 24,
  /** Where the next record goes. */
  records: 16,
  size: 64,
})

/** Of each property: edge of its first hit since they were last asked for, hits since then, hits since the beginning. */
const hitBytes = 24

export interface Range {
  readonly from: number
  readonly to: number
  readonly bytes: number
}

export interface Storage {
  readonly placeAt: (place: number, limb: number) => number
  /** Where the value that a place has after the edge is put. */
  readonly nextAt: (place: number, limb: number) => number
  readonly sharedAt: (schedule: Schedule, word: Word) => number
  readonly tableAt: (table: number) => number
  readonly memoryAt: (memory: number) => number
  readonly hitAt: (property: number) => number
  /** A write that waits: whether, address, data, mask. */
  readonly writeAt: (write: number) => number
  readonly lateReadAt: (read: number) => number
  /** The last value of a clock that is made inside. */
  readonly lastClockAt: (clock: number) => number
  /** Of every domain: what is copied when the edge is over. */
  readonly commits: readonly Range[]
  /** Inputs and resets, and what they were when the outputs were computed. */
  readonly inputs: Range
  readonly records: { readonly from: number; readonly to: number }
  readonly total: number
}

/** Bytes that are kept free for the records of an edge, and how many there are at least. */
const recordBytes = 1 << 18

export const createStorage = (model: Model, schedules: readonly Schedule[], hazards: Hazards): Storage => {
  let end: number = control.size
  const take = (bytes: number): number => {
    const at = end
    end += Math.ceil(bytes / 8) * 8
    return at
  }
  const { places } = model
  const at = new Map<number, number>()
  const next = new Map<number, number>()
  const bytesOf = (place: number): number => 8 * limbsOf(places[place]?.bits ?? 1)
  const numbers = [...places.keys()]
  const put = (chosen: readonly number[]): number => {
    const from = end
    for (const place of chosen) at.set(place, take(bytesOf(place)))
    return from
  }

  const inputPlaces = numbers.filter((place) => places[place]?.kind === 'input' || places[place]?.kind === 'reset')
  const inputsFrom = put(inputPlaces)
  const inputBytes = end - inputsFrom
  const inputs = { from: inputsFrom, to: take(inputBytes), bytes: inputBytes }
  put(numbers.filter((place) => places[place]?.kind === 'watched' || places[place]?.kind === 'clock'))
  const registers = numbers.filter((place) => places[place]?.kind === 'register')
  put(registers.filter((place) => hazards.direct.has(place)))
  const commits = model.flat.domains.map((domain): Range => {
    const waiting = registers.filter((place) => places[place]?.domain === domain && !hazards.direct.has(place))
    const to = put(waiting)
    const bytes = end - to
    const from = take(bytes)
    for (const place of waiting) next.set(place, from + (at.get(place) ?? 0) - to)
    return { from, to, bytes }
  })
  const shared = schedules.map((schedule) => new Map([...schedule.shared].map((word) => [word, take(8)] as const)))
  const scheduleNumbers = new Map(schedules.map((schedule, index) => [schedule, index]))
  const tables = model.lowering.tables.map((entries) => take(8 * entries.length))
  const hits = model.properties.map(() => take(hitBytes))
  const memoryBits = (memory: number): number => model.memories[memory]?.memory.bits ?? 1
  const writes = model.writes.map(({ memory, masked }) => take(16 + 8 * limbsOf(memoryBits(memory)) * (masked ? 2 : 1)))
  const lateReads = model.lateReads.map(() => take(16))
  const lastClocks = model.clocks.map(() => take(8))
  const worst = model.probes.reduce((sum, { probe }) => sum + 16 + 8 * limbsOf(probe.record.bits), 0)
  const records = model.probes.length === 0 ? 0 : Math.max(recordBytes, 2 * worst)
  const recordsFrom = take(records)
  // behind the last word is one more: 0, for reads that are out of range
  const memories = model.memories.map(({ memory }) => take(8 * limbsOf(memory.bits) * (memory.depth + 1)))

  const known = (found: number | undefined): number => {
    if (found === undefined) throw new Error('something has no place in memory')
    return found
  }
  return {
    placeAt: (place, limb) => known(at.get(place)) + 8 * limb,
    nextAt: (place, limb) => known(next.get(place) ?? at.get(place)) + 8 * limb,
    sharedAt: (schedule, word) => known(shared[known(scheduleNumbers.get(schedule))]?.get(word)),
    tableAt: (table) => known(tables[table]),
    memoryAt: (memory) => known(memories[memory]),
    hitAt: (property) => known(hits[property]),
    writeAt: (write) => known(writes[write]),
    lateReadAt: (read) => known(lateReads[read]),
    lastClockAt: (clock) => known(lastClocks[clock]),
    commits,
    inputs,
    records: { from: recordsFrom, to: recordsFrom + records - worst },
    total: end,
  }
}
