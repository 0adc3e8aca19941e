// What the probes saw: written by the shim into JavaScript's memory, taken out in order.

import { type ProbeDescription, wordsOf } from '#sim/build'

/** Records of probes, ordered by cycle and then by the order of the probes in the source. */
export interface Records {
  readonly length: number
  /** The cycle of each record. */
  readonly cycles: Float64Array
  /** The index in `source.probes` of each record. */
  readonly probes: Uint32Array
  /** Where each record's words end in `words`; a record begins where the one before ends. */
  readonly ends: Uint32Array
  /** The records' bits in 32-bit words, lowest first. */
  readonly words: Uint32Array
  /** The bits of record `index` as one number, without the valid bit. */
  value(index: number): bigint
  /** The words of record `index`, without the valid bit. */
  wordsOf(index: number): Uint32Array
}

/** The memory that the shim writes records to. */
export class RecordBuffer {
  readonly cycles: Float64Array<ArrayBuffer>
  readonly probes: Uint32Array<ArrayBuffer>
  readonly ends: Uint32Array<ArrayBuffer>
  readonly words: Uint32Array<ArrayBuffer>
  readonly capacity: number
  readonly wordCapacity: number
  readonly #taken: Records[] = []

  /** Holds `capacity` records, and at least those of one cycle in which every probe has one. */
  constructor(probes: readonly ProbeDescription[], capacity: number) {
    const worstWords = probes.reduce((sum, { bits }) => sum + wordsOf(bits - 1), 0)
    const cycles = probes.length === 0 ? 0 : Math.max(1, Math.ceil(capacity / probes.length))
    this.capacity = cycles * probes.length
    this.wordCapacity = cycles * worstWords
    this.cycles = new Float64Array(new ArrayBuffer(Math.max(1, this.capacity) * 8))
    this.probes = new Uint32Array(new ArrayBuffer(Math.max(1, this.capacity) * 4))
    this.ends = new Uint32Array(new ArrayBuffer(Math.max(1, this.capacity) * 4))
    this.words = new Uint32Array(new ArrayBuffer(Math.max(1, this.wordCapacity) * 4))
  }

  /** Copies the first `count` records out of the buffer and keeps them for `take`. */
  save(count: number, words: number): void {
    if (count === 0) return
    const { cycles, probes, ends } = this
    this.#taken.push(
      new RecordBatch(cycles.slice(0, count), probes.slice(0, count), ends.slice(0, count), this.words.slice(0, words)),
    )
  }

  /** All saved records, once. */
  take(): Records {
    const taken = this.#taken.splice(0)
    return taken.length === 0 ? nothing : taken.length === 1 ? (taken[0] as Records) : join(taken)
  }
}

class RecordBatch implements Records {
  readonly cycles: Float64Array
  readonly probes: Uint32Array
  readonly ends: Uint32Array
  readonly words: Uint32Array

  constructor(cycles: Float64Array, probes: Uint32Array, ends: Uint32Array, words: Uint32Array) {
    this.cycles = cycles
    this.probes = probes
    this.ends = ends
    this.words = words
  }

  get length(): number {
    return this.cycles.length
  }

  wordsOf(index: number): Uint32Array {
    const end = this.ends[index]
    if (end === undefined) throw new RangeError(`there is no record ${index}, there are ${this.length}`)
    return this.words.subarray(index === 0 ? 0 : this.ends[index - 1], end)
  }

  value(index: number): bigint {
    // Two words at a time: every record of a lockstep run passes through here.
    const words = this.wordsOf(index)
    let at = words.length - 1
    let value = words.length % 2 === 1 ? BigInt(words[at--] as number) : 0n
    for (; at > 0; at -= 2)
      value = (value << 64n) | (BigInt(words[at] as number) << 32n) | BigInt(words[at - 1] as number)
    return value
  }
}

const nothing: Records = new RecordBatch(
  new Float64Array(0),
  new Uint32Array(0),
  new Uint32Array(0),
  new Uint32Array(0),
)

function join(batches: readonly Records[]): Records {
  const count = batches.reduce((sum, batch) => sum + batch.length, 0)
  const wordCount = batches.reduce((sum, batch) => sum + batch.words.length, 0)
  const cycles = new Float64Array(count)
  const probes = new Uint32Array(count)
  const ends = new Uint32Array(count)
  const words = new Uint32Array(wordCount)
  let record = 0
  let word = 0
  for (const batch of batches) {
    cycles.set(batch.cycles, record)
    probes.set(batch.probes, record)
    words.set(batch.words, word)
    for (let index = 0; index < batch.length; index++) ends[record + index] = (batch.ends[index] as number) + word
    record += batch.length
    word += batch.words.length
  }
  return new RecordBatch(cycles, probes, ends, words)
}
