// Verilator behind the interface that all engines have.

import type { Engine, MemorySlot, PropertyEvent, Slot } from '#engine'
import { type BuiltSimulation, SimulationError, blockLayout, header, status } from '#sim/build'
import { type NativeLibrary, loadLibrary, viewMemory } from './library.ts'
import { explainOpen } from './open-error.ts'
import { RecordBuffer } from './records.ts'
import { stopReason } from './stopped.ts'

/** What the source of a built simulator is about, in the designer's words. Its source must have `clocks`. */
export interface EngineDescription {
  /** Names of the domains, in the order of the source's clocks. */
  readonly domains: readonly string[]
  /** The signals behind the source's ports, in their order; resets have the role `reset`. */
  readonly ports: readonly Omit<Slot, 'offset'>[]
  /** Index of the port that is the reset of each domain. */
  readonly resets: readonly (number | undefined)[]
  /** The signals behind the source's watched ones, in their order. */
  readonly watched: readonly Omit<Slot, 'offset'>[]
  /** The memories behind those of the source, in their order; the ones behind that count covers. */
  readonly memories: readonly { readonly path: readonly string[] }[]
  readonly properties: readonly EngineProperty[]
}

/** A property of an instance. */
export interface EngineProperty {
  readonly check: PropertyEvent['check']
  readonly path: readonly string[]
  readonly sentence: string
  /** What the Verilog says when it stops because of it, and in which instance: Verilog names joined by dots. */
  readonly message: string | undefined
  readonly instance: string
  /** Where a cover is counted: index of a memory of the source, and the word. */
  readonly count: { readonly memory: number; readonly word: number } | undefined
}

/** How to open an engine. */
export interface EngineOptions {
  /** Decides the first values of registers without reset, 0 to 2147483646. @defaultValue 1 */
  readonly seed?: number
  /** Gets what the Verilog prints besides violations. @defaultValue writes it to the standard output */
  readonly onOutput?: (text: string) => void
}

/** Opens a built simulator as an engine. */
export const openEngine = (built: BuiltSimulation, about: EngineDescription, options: EngineOptions = {}): Engine =>
  new VerilatorEngine(built, about, options)

class VerilatorEngine implements Engine {
  readonly name = 'verilator'
  readonly memory: ArrayBuffer
  readonly domains: readonly string[]
  readonly inputs: readonly Slot[]
  readonly outputs: readonly Slot[]
  readonly resets: readonly (Slot | undefined)[]
  readonly signals: readonly Slot[]
  readonly memories: readonly MemorySlot[]
  readonly #built: BuiltSimulation
  readonly #about: EngineDescription
  readonly #native: NativeLibrary
  readonly #id: number
  readonly #words: Uint32Array
  readonly #edge: Float64Array
  /** Memory that the shim writes to, so it must not go before the simulation does. */
  readonly #records: RecordBuffer
  readonly #onOutput: (text: string) => void
  readonly #counted: number[]
  #events: PropertyEvent[] = []
  #open = true

  constructor(built: BuiltSimulation, about: EngineDescription, options: EngineOptions) {
    const { source } = built
    const layout = blockLayout(source)
    const places = memoryPlaces(built, about, layout.totalWords)
    this.memory = new ArrayBuffer(places.totalWords * 4)
    this.#built = built
    this.#about = about
    this.#words = new Uint32Array(this.memory)
    this.#edge = new Float64Array(this.memory, header.cycle * 4, 1)
    this.#records = new RecordBuffer(source.probes, 1)
    this.#onOutput = options.onOutput ?? ((text) => void process.stdout.write(text))
    this.#native = loadLibrary(built.library)
    const { cycles, probes, ends, words, capacity, wordCapacity } = this.#records
    const buffers = [cycles.buffer, probes.buffer, ends.buffer, words.buffer] as const
    // Verilator takes seed 0 for "a different one every time".
    this.#id = this.#native.open(this.memory, ...buffers, capacity, wordCapacity, (options.seed ?? 1) + 1)
    if (this.#id < 0) throw explainOpen(this.#native.openText(), source)
    open.add(this)
    if (open.size === 1) process.on('exit', endAll)

    const ports = about.ports.map((slot, index): Slot => {
      return { ...slot, offset: (layout.ports[index]?.firstWord ?? 0) * 4 }
    })
    const watched = about.watched.flatMap((slot, index): Slot[] =>
      this.#native.watched(this.#id, index) === 0 ? [] : [{ ...slot, offset: (layout.watched[index] ?? 0) * 4 }],
    )
    this.domains = about.domains
    this.inputs = ports.filter(({ role }) => role === 'input')
    this.outputs = ports.filter(({ role }) => role === 'output')
    this.resets = about.resets.map((index) => (index === undefined ? undefined : ports[index]))
    this.signals = [...this.inputs, ...this.outputs, ...watched]
    this.memories = places.memories
    this.#counted = about.properties.map(() => 0)
    this.#finish(0)
  }

  get edge(): number {
    return this.#edge[0] as number
  }

  settle(): void {
    this.step(0, 0)
  }

  step(clockMask: number, edges: number): number {
    const result = this.#native.edges(this.#id, clockMask, edges)
    if (result !== 0) this.#finish(result)
    return this.#words[header.ranCycles] as number
  }

  events(): readonly PropertyEvent[] {
    const events = this.#events
    this.#events = []
    this.#about.properties.forEach(({ check, path, sentence, count }, property) => {
      if (count === undefined) return
      const now = Number(this.#elements(count.memory)[count.word])
      const times = now - (this.#counted[property] as number)
      this.#counted[property] = now
      if (times > 0) events.push({ check, path, sentence, property, edge: this.edge, times })
    })
    return events
  }

  loadWords(index: number, first: number, count: number): void {
    const { offset, stride } = this.#slot(index)
    const elements = this.#elements(index)
    const per = elements.length / (this.#built.source.memories[index]?.depth ?? 1)
    for (let word = first; word < first + count; word++) {
      const to = (offset + word * stride) / 4
      for (let part = 0; part < per; part++) this.#words[to + part] = elements[word * per + part] as number
    }
  }

  storeWords(index: number, first: number, count: number): void {
    const { offset, stride } = this.#slot(index)
    const elements = this.#elements(index)
    const per = elements.length / (this.#built.source.memories[index]?.depth ?? 1)
    for (let word = first; word < first + count; word++) {
      const from = (offset + word * stride) / 4
      for (let part = 0; part < per; part++) elements[word * per + part] = this.#words[from + part] as number
    }
  }

  close(): void {
    if (!this.#open) return
    this.#open = false
    this.#native.end(this.#id)
    this.#native.free(this.#id)
    open.delete(this)
    if (open.size === 0) process.removeListener('exit', endAll)
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #slot(index: number): MemorySlot {
    const slot = this.memories[index]
    if (slot === undefined) throw new RangeError(`there is no memory ${index}`)
    return slot
  }

  /** The native elements of a memory: bytes, or words of 16 or 32 bits, one or more for each. */
  #elements(index: number): Uint8Array | Uint16Array | Uint32Array {
    const { bits = 1, depth = 1 } = this.#built.source.memories[index] ?? {}
    const address = this.#native.memory(this.#id, index)
    if (address === null) throw new Error(`memory ${index} of an open engine has no address`)
    if (bits <= 8) return new Uint8Array(viewMemory(address, depth))
    if (bits <= 16) return new Uint16Array(viewMemory(address, depth * 2))
    return new Uint32Array(viewMemory(address, depth * Math.ceil(bits / 32) * 4))
  }

  // What a native call returns for: printed text, a stop.
  #finish(result: number): void {
    if ((result & status.closed) !== 0) {
      throw new SimulationError({ code: 'SIM-0202', title: `the engine of \`${this.#built.source.top}\` is closed` })
    }
    const printed = (this.#words[header.text] as number) === 0 ? '' : this.#native.text(this.#id, 0)
    if ((this.#words[header.stopKind] as number) === 0) {
      if (printed !== '') this.#onOutput(printed)
      return
    }
    const stop = stopReason({
      kind: this.#words[header.stopKind] as number,
      cycle: this.edge,
      file: this.#native.text(this.#id, 1),
      line: this.#words[header.stopLine] as number,
      text: this.#native.text(this.#id, 2),
      printed,
    })
    const property = this.#about.properties.findIndex(
      ({ message, instance }) => message === stop.text && instance === stop.instance,
    )
    const found = this.#about.properties[property]
    if (found === undefined) {
      this.#onOutput(printed)
      const title = `the Verilog stopped the simulation at edge ${stop.cycle}: ${stop.text}`
      throw new SimulationError({ code: 'SIM-0206', title })
    }
    const { check, path, sentence } = found
    this.#events.push({ check, path, sentence, property, edge: this.edge })
  }
}

const open = new Set<VerilatorEngine>()

// A process that ends without closing its engines still runs the Verilog's final blocks.
const endAll = (): void => {
  for (const engine of open) engine.close()
}

/** Slots behind the shared block for the words of memories that the designer knows. */
const memoryPlaces = (
  { source }: BuiltSimulation,
  { memories }: EngineDescription,
  firstWord: number,
): { readonly memories: readonly MemorySlot[]; readonly totalWords: number } => {
  let next = firstWord
  const slots = memories.map(({ path }, index): MemorySlot => {
    const { bits = 1, depth = 1 } = source.memories[index] ?? {}
    const stride = Math.ceil(bits / 64) * 8
    const slot = { path, bits, depth, offset: next * 4, stride }
    next += (stride / 4) * depth
    return slot
  })
  return { memories: slots, totalWords: next }
}
