// An open simulation: one native call per step, everything else is memory that both sides see.

import { resolve } from 'node:path'
import {
  type BuiltSimulation,
  type PortSlot,
  SimulationError,
  blockLayout,
  didYouMean,
  header,
  status,
} from '#sim/build'
import { type NativeLibrary, loadLibrary, mostCyclesPerCall } from './library.ts'
import { type MemoryOwner, ownMemory } from './memory.ts'
import { explainOpen } from './open-error.ts'
import { type Port, portHandle } from './port.ts'
import { RecordBuffer, type Records } from './records.ts'
import { SimulationStopped, stopReason } from './stopped.ts'
import { type TriggerDescription, TriggerSet } from './trigger.ts'

/** How to open a simulation. */
export interface OpenOptions {
  /** Decides the first values of registers without reset, 0 to 2147483646. @defaultValue 1 */
  readonly seed?: number
  /** Records that fit before the bridge has to take them out in the middle of a run. @defaultValue 65536 */
  readonly recordCapacity?: number
  /** Gets what the Verilog prints. @defaultValue writes it to the standard output */
  readonly onOutput?: (text: string) => void
}

/** How a run ended. */
export interface RunResult {
  /** `trigger` when one fired, `limit` when none did within the limit. */
  readonly reason: 'trigger' | 'limit'
  /** The last cycle that ran: the one in which the triggers fired. */
  readonly cycle: number
  /** Indices of the triggers that fired, in order. */
  readonly fired: readonly number[]
}

/** A running simulator. `using simulation = openSimulation(built)` closes it at the end of the block. */
export interface Simulation extends Disposable {
  readonly built: BuiltSimulation
  /** Cycles that have run; the number of the next cycle. */
  readonly cycle: number
  /** Handles by name; `port` is the same with an error for a name that is not there. */
  readonly ports: Readonly<Record<string, Port>>
  port(name: string): Port
  /** Runs `cycles` cycles. @defaultValue 1 */
  step(cycles?: number): void
  /** Holds `rst` for `cycles` cycles. @defaultValue 2 */
  reset(cycles?: number): void
  /** Makes triggers known to the simulator, to be used for any number of runs. */
  prepare(triggers: readonly TriggerDescription[]): TriggerSet
  /** Runs until an enabled trigger of `triggers` fires, at most `limitCycles` cycles. */
  runUntil(triggers: TriggerSet | readonly TriggerDescription[], limitCycles: number): RunResult
  /** The bytes of a memory, lowest address first; reads and writes are those of the Verilog. */
  memory(name: string): Uint8Array
  /** Takes the records of all cycles since the last call. */
  records(): Records
  /** Begins to write a waveform to `file`, from this cycle on. The simulator must be built with a trace format. */
  startTrace(file: string): void
  stopTrace(): void
  close(): void
}

/** Opens a simulator. Many can be open at once, also of the same design. */
export function openSimulation(built: BuiltSimulation, options: OpenOptions = {}): Simulation {
  return new OpenSimulation(built, options)
}

class OpenSimulation implements Simulation {
  readonly built: BuiltSimulation
  readonly ports: Readonly<Record<string, Port>>
  readonly #native: NativeLibrary
  readonly #id: number
  readonly #slots: readonly PortSlot[]
  readonly #words: Uint32Array
  readonly #cycle: Float64Array
  readonly #records: RecordBuffer
  readonly #owner: MemoryOwner
  readonly #onOutput: (text: string) => void
  // The shim writes to this memory, so it must not go before the simulation does.
  readonly #sets: TriggerSet[] = []
  #stopped: SimulationStopped | undefined
  #open = true

  constructor(built: BuiltSimulation, options: OpenOptions) {
    const { source } = built
    const seed = options.seed ?? 1
    if (!Number.isInteger(seed) || seed < 0 || seed > 0x7fff_fffe) {
      throw new SimulationError({ code: 'SIM-0201', title: `a seed is an integer from 0 to 2147483646, not ${seed}` })
    }
    const layout = blockLayout(source)
    const block = new ArrayBuffer(layout.totalWords * 4)
    this.built = built
    this.#slots = layout.ports
    this.#words = new Uint32Array(block)
    this.#cycle = new Float64Array(block, header.cycle * 4, 1)
    this.#records = new RecordBuffer(source.probes, options.recordCapacity ?? 65_536)
    this.#onOutput = options.onOutput ?? ((text) => void process.stdout.write(text))
    this.ports = Object.fromEntries(layout.ports.map((slot) => [slot.name, portHandle(slot, block)]))
    this.#native = loadLibrary(built.library)
    const { cycles, probes, ends, words, capacity, wordCapacity } = this.#records
    const buffers = [cycles.buffer, probes.buffer, ends.buffer, words.buffer] as const
    // Verilator takes seed 0 for "a different one every time".
    this.#id = this.#native.open(block, ...buffers, capacity, wordCapacity, seed + 1)
    if (this.#id < 0) throw explainOpen(this.#native.openText(), source)
    this.#owner = ownMemory(this, this.#native, this.#id)
    if (this.#words[header.stopKind] !== 0) this.#settle(status.stopped)
    else if (this.#words[header.text] !== 0) this.#settle(status.text)
  }

  get cycle(): number {
    return this.#cycle[0] as number
  }

  port(name: string): Port {
    const port = Object.hasOwn(this.ports, name) ? this.ports[name] : undefined
    if (port !== undefined) return port
    throw this.#unknown('port', name, Object.keys(this.ports))
  }

  step(cycles = 1): void {
    if (cycles >>> 0 !== cycles) return this.#stepLong(cycles)
    const result = this.#native.step(this.#id, cycles)
    if (result !== 0) this.#finishStep(result, cycles)
  }

  reset(cycles = 2): void {
    this.#words[header.rst] = 1
    try {
      this.step(cycles)
    } finally {
      this.#words[header.rst] = 0
    }
  }

  prepare(triggers: readonly TriggerDescription[]): TriggerSet {
    this.#checkOpen()
    const register = (block: ArrayBuffer, count: number): number => this.#native.triggers(this.#id, block, count)
    const set = new TriggerSet(triggers, this.#slots, register)
    this.#sets.push(set)
    return set
  }

  runUntil(triggers: TriggerSet | readonly TriggerDescription[], limitCycles: number): RunResult {
    const set = triggers instanceof TriggerSet ? triggers : this.prepare(triggers)
    if (!(limitCycles > 0)) throw badCycles(limitCycles)
    let left = limitCycles
    for (;;) {
      const result = this.#native.run(this.#id, set.id, Math.min(left, mostCyclesPerCall))
      if (result !== status.fired && result !== status.limit) this.#settle(result)
      if ((result & status.fired) !== 0) {
        return { reason: 'trigger', cycle: this.cycle - 1, fired: set.firedIndices() }
      }
      left -= this.#words[header.ranCycles] as number
      if (left <= 0) return { reason: 'limit', cycle: this.cycle - 1, fired: [] }
    }
  }

  memory(name: string): Uint8Array {
    this.#checkOpen()
    const { memories } = this.built.source
    const index = memories.findIndex((memory) => memory.name === name)
    const memory = memories[index]
    if (memory === undefined)
      throw this.#unknown(
        'memory',
        name,
        memories.map((known) => known.name),
      )
    return this.#owner.view(index, memory)
  }

  records(): Records {
    this.#checkOpen()
    this.#saveRecords()
    return this.#records.take()
  }

  startTrace(file: string): void {
    this.#checkOpen()
    const { trace } = this.built
    if (trace === 'none') {
      throw new SimulationError({
        code: 'SIM-0207',
        title: 'this simulator was built without waveforms',
        help: "build(source, { trace: 'fst' }) or 'vcd'",
      })
    }
    if (this.#native.trace(this.#id, resolve(file)) === 0) {
      throw new SimulationError({ code: 'SIM-0207', title: `the waveform file \`${file}\` cannot be written` })
    }
  }

  stopTrace(): void {
    this.#checkOpen()
    this.#native.trace(this.#id, null)
  }

  close(): void {
    if (!this.#open) return
    this.#open = false
    this.#owner.close(() => void this.#printText())
  }

  [Symbol.dispose](): void {
    this.close()
  }

  // More cycles than one native call can count, or not a number of cycles at all.
  #stepLong(cycles: number): void {
    if (!Number.isSafeInteger(cycles) || cycles < 0) throw badCycles(cycles)
    for (let left = cycles; left > 0; left -= mostCyclesPerCall) this.step(Math.min(left, mostCyclesPerCall))
  }

  #finishStep(first: number, cycles: number): void {
    let left = cycles
    let result = first
    for (;;) {
      if (result !== 0) this.#settle(result)
      left -= this.#words[header.ranCycles] as number
      if (left === 0) return
      result = this.#native.step(this.#id, left)
    }
  }

  // Everything that a native call returns for apart from triggers and limits.
  #settle(result: number): void {
    if ((result & status.closed) !== 0) this.#checkOpen()
    const printed = (result & status.text) === 0 ? '' : this.#printText()
    if ((result & status.recordsFull) !== 0) this.#saveRecords()
    if ((result & status.stopped) === 0) return
    this.#stopped ??= new SimulationStopped(
      stopReason({
        kind: this.#words[header.stopKind] as number,
        cycle: this.cycle,
        file: this.#native.text(this.#id, 1),
        line: this.#words[header.stopLine] as number,
        text: this.#native.text(this.#id, 2),
        printed,
      }),
    )
    throw this.#stopped
  }

  #printText(): string {
    const text = this.#native.text(this.#id, 0)
    if (text !== '') this.#onOutput(text)
    return text
  }

  #saveRecords(): void {
    const count = this.#words[header.records] as number
    if (count === 0) return
    this.#records.save(count, this.#words[header.recordWords] as number)
    this.#native.drained(this.#id)
  }

  #checkOpen(): void {
    if (this.#open) return
    throw new SimulationError({ code: 'SIM-0202', title: `the simulation of \`${this.built.source.top}\` is closed` })
  }

  #unknown(what: string, name: string, names: readonly string[]): SimulationError {
    const title = `\`${this.built.source.top}\` has no ${what} \`${name}\``
    return new SimulationError({ code: 'SIM-0204', title, help: didYouMean(name, names) })
  }
}

function badCycles(cycles: number): SimulationError {
  return new SimulationError({ code: 'SIM-0201', title: `${cycles} is not a number of cycles` })
}
