// What a running design did: one sample per clock edge, of all signals that are recorded.

import type { Engine, Slot } from '#engine'

/** A signal by the names of the instances above it and its own. */
export interface WaveSignal {
  readonly path: readonly string[]
  /** Instances and the designer's spelling of the signal, joined by dots: `queue.from.valid`. */
  readonly name: string
  readonly bits: number
  readonly signed: boolean
  readonly cases: Readonly<Record<string, number>> | undefined
}

/** How to record. */
export interface RecordOptions {
  /** Signals to record. @defaultValue the ports */
  readonly signals?: readonly Slot[]
  /** Samples that are kept; older ones go. @defaultValue all */
  readonly limit?: number
  /** When the first sample begins, in nanoseconds. @defaultValue 0 */
  readonly begin?: number
}

/**
 * Samples of signals. Sample i has the values just before its edge: what every register saw when it took its next value.
 * `clocks(i)` says whose edge that was.
 */
export class Recording {
  readonly signals: readonly WaveSignal[]
  /** Domains of the design: bit i of a clock mask is domain i. */
  readonly domains: readonly string[]
  readonly #slots: readonly Slot[]
  readonly #starts: readonly number[]
  /** 32-bit words throughout: JavaScript copies them without making a bigint. */
  readonly #source: Uint32Array
  /** Words of the engine's memory, in the order of a row. */
  readonly #from: Uint32Array
  readonly #rowWords: number
  readonly #limit: number
  #rows: Uint32Array
  #times: Float64Array
  #clocks: Uint32Array
  /** Samples that were ever taken. */
  #taken = 0
  /** When the oldest sample that is kept began. */
  #begin: number

  constructor(engine: Engine, options: RecordOptions = {}) {
    this.#slots = options.signals ?? [...engine.inputs, ...engine.outputs]
    this.signals = this.#slots.map(({ path, label, bits, signed, cases }) => {
      return { path, name: nameOf({ path, label }), bits, signed, cases }
    })
    this.domains = engine.domains
    let words = 0
    this.#starts = this.#slots.map(({ bits }) => {
      const start = words
      words += wordsOf(bits)
      return start
    })
    this.#from = Uint32Array.from(
      this.#slots.flatMap(({ offset, bits }) =>
        Array.from({ length: wordsOf(bits) }, (_, word) => (offset >>> 2) + word),
      ),
    )
    this.#source = new Uint32Array(engine.memory)
    this.#rowWords = words
    this.#limit = options.limit ?? Number.POSITIVE_INFINITY
    const capacity = Math.min(this.#limit, 16)
    this.#rows = new Uint32Array(capacity * words)
    this.#times = new Float64Array(capacity)
    this.#clocks = new Uint32Array(capacity)
    this.#begin = options.begin ?? 0
  }

  /** Samples that are kept. */
  get length(): number {
    return Math.min(this.#taken, this.#limit)
  }

  /** Number of the oldest sample that is kept, counted from the beginning of the recording. */
  get first(): number {
    return this.#taken - this.length
  }

  /** Takes a sample of the settled design; `clocks` are about to rise at `time`. */
  sample(time: number, clocks: number): void {
    const capacity = this.#times.length
    if (this.#taken === capacity && capacity < this.#limit) this.#grow(Math.min(this.#limit, capacity * 2))
    const row = this.#taken % this.#times.length
    if (this.#taken >= this.#times.length) this.#begin = this.#times[row] as number
    this.#times[row] = time
    this.#clocks[row] = clocks
    const [rows, source, from] = [this.#rows, this.#source, this.#from]
    const to = row * this.#rowWords
    for (let word = 0; word < from.length; word++) rows[to + word] = source[from[word] as number] as number
    this.#taken++
  }

  /** Value of signal `signal` (its index) in sample `index`, 0 the oldest that is kept; bits, not a signed number. */
  bitsAt(signal: number, index: number): bigint {
    const at = this.#row(index) * this.#rowWords + (this.#starts[signal] as number)
    let value = 0n
    for (let word = wordsOf(this.signals[signal]?.bits ?? 1) - 1; word >= 0; word--) {
      value = (value << 32n) | BigInt(this.#rows[at + word] as number)
    }
    return value
  }

  /** The time of the edge that begins sample `index`, or of the beginning, in nanoseconds. */
  begin(index: number): number {
    return index === 0 ? this.#begin : this.end(index - 1)
  }

  /** The time of the edge that ends sample `index`, in nanoseconds. */
  end(index: number): number {
    return this.#times[this.#row(index)] as number
  }

  /** The clocks that rise at the end of sample `index`. */
  clocks(index: number): number {
    return this.#clocks[this.#row(index)] as number
  }

  #row(index: number): number {
    if (!(index >= 0 && index < this.length))
      throw new RangeError(`there is no sample ${index}, there are ${this.length}`)
    return (this.first + index) % this.#times.length
  }

  #grow(capacity: number): void {
    const grown = <T extends Float64Array | Uint32Array>(from: T, to: T): T => {
      to.set(from)
      return to
    }
    this.#rows = grown(this.#rows, new Uint32Array(capacity * this.#rowWords))
    this.#times = grown(this.#times, new Float64Array(capacity))
    this.#clocks = grown(this.#clocks, new Uint32Array(capacity))
  }
}

/** Instances and label, joined by dots. */
export const nameOf = ({ path, label }: Pick<Slot, 'path' | 'label'>): string => [...path.slice(0, -1), label].join('.')

const wordsOf = (bits: number): number => (bits + 31) >>> 5
