/** A system in the WebAssembly engine, as hardware that a platform runs on. */
import { closeSync, openSync, writeSync } from 'node:fs'
import { openWasm, type Slot, type WasmEngine } from '#engine'
import type { BigIntPort, NumberPort, RunResult, TriggerDescription } from '#sim/bridge'
import { Recording, VcdWriter } from '#sim/wave'
import type { CompiledSystem } from './compiled-system.ts'
import type { TriggerArms } from './core-agent.ts'
import type { Hardware, HardwareRecords } from './hardware.ts'

/** The clock of a system. */
const mainClock = 1
/** Nanoseconds of a cycle in waveforms. */
const period = 10

/** Opens a compiled system; `waves` compiles it once more such that everything with a name can be recorded. */
export const openWasmHardware = (
  system: CompiledSystem,
  { seed, waves }: { readonly seed: number; readonly waves: boolean },
): Hardware<WasmTriggers> => new WasmHardware(system, openWasm(waves ? system.named() : system.compiled, { seed }))

class WasmHardware implements Hardware<WasmTriggers> {
  readonly #system: CompiledSystem
  readonly #engine: WasmEngine
  readonly #ports = new Map<string, InputPort | OutputPort>()
  readonly #outputs: readonly OutputPort[]
  /** Index of the owner of each probe of the engine; below 0 for probes of nobody. */
  readonly #owners: Int32Array
  #changed = true
  #cycle = 0
  #trace: { readonly sample: () => void; readonly close: () => void } | undefined

  constructor(system: CompiledSystem, engine: WasmEngine) {
    this.#system = system
    this.#engine = engine
    const changed = (): void => void (this.#changed = true)
    for (const slot of engine.inputs) this.#ports.set(nameOf(slot), new InputPort(slot, engine.memory, changed))
    for (const slot of engine.outputs) this.#ports.set(nameOf(slot), new OutputPort(slot, engine.memory))
    this.#outputs = [...this.#ports.values()].filter((port) => port instanceof OutputPort)
    this.#owners = Int32Array.from(engine.compiled.probes, (probe) => system.ownerOf(probe))
  }

  get cycle(): number {
    return this.#cycle
  }

  port(name: string): BigIntPort | NumberPort {
    return this.#find(name) as unknown as BigIntPort | NumberPort
  }

  step(cycles = 1): void {
    if (cycles === 0) return
    this.#pass(cycles - 1)
    this.#settle()
    this.#look()
    this.#pass(1)
  }

  reset(cycles = 2): void {
    const words = new BigUint64Array(this.#engine.memory)
    const hold = (value: bigint): void => {
      for (const slot of this.#engine.resets) if (slot !== undefined) words[slot.offset / 8] = value
      this.#changed = true
    }
    hold(1n)
    this.step(cycles)
    hold(0n)
  }

  prepare(triggers: readonly TriggerDescription[]): WasmTriggers {
    return new WasmTriggers(
      triggers.map(({ port, kind, mask, value }) => {
        const found = this.#find(port)
        if (!(found instanceof OutputPort) || kind !== 'level' || mask !== undefined || value !== undefined)
          throw new RangeError(
            `the WebAssembly engine watches levels of outputs; ${port} is watched for something else`,
          )
        return found
      }),
    )
  }

  runUntil(triggers: WasmTriggers, limitCycles: number): RunResult {
    for (let left = limitCycles; left > 0; left--) {
      this.#settle()
      const fired = triggers.any
      if (fired || left === 1) this.#look()
      this.#pass(1)
      if (fired) return { reason: 'trigger', cycle: this.#cycle - 1, fired: triggers.fired() }
    }
    return { reason: 'limit', cycle: this.#cycle - 1, fired: [] }
  }

  memory(name: string): Uint8Array {
    const found = this.#engine.memories.find(({ path }) => path.join('.') === name)
    if (found === undefined) throw new RangeError(`${this.#system.system.name} has no memory ${name}`)
    if (found.bits % 64 !== 0) throw new RangeError(`the words of ${name}, ${found.bits} bits, leave gaps between them`)
    return new Uint8Array(this.#engine.memory, found.offset, found.depth * found.stride)
  }

  memoryWritten(): void {
    this.#engine.touch()
    this.#changed = true
  }

  records(): HardwareRecords {
    const taken = this.#engine
      .records()
      .map(({ probe, edge, value }) => ({ owner: this.#owners[probe] ?? -1, cycle: edge, value }))
      .filter(({ owner }) => owner >= 0)
      .sort((a, b) => a.cycle - b.cycle || a.owner - b.owner)
    return {
      length: taken.length,
      cycles: taken.map(({ cycle }) => cycle),
      probes: taken.map(({ owner }) => owner),
      value: (index) => taken[index]!.value,
    }
  }

  startTrace(file: string): void {
    const recording = new Recording(this.#engine, { signals: this.#engine.signals, limit: 1 })
    const target = openSync(file, 'w')
    const writer = new VcdWriter(recording, this.#system.system.name, (text) => void writeSync(target, text))
    this.#trace = {
      sample: () => {
        recording.sample(this.#cycle * period, mainClock)
        writer.sample(recording, 0)
      },
      close: () => {
        writer.end()
        closeSync(target)
      },
    }
  }

  stopTrace(): void {
    this.#trace?.close()
    this.#trace = undefined
  }

  close(): void {
    this.stopTrace()
    this.#engine.close()
  }

  #find(name: string): InputPort | OutputPort {
    const port = this.#ports.get(name)
    if (port === undefined) throw new RangeError(`${this.#system.system.name} has no port ${name}`)
    return port
  }

  #settle(): void {
    if (!this.#changed) return
    this.#engine.settle()
    this.#changed = false
  }

  /** Keeps what the outputs are now, before the edge. */
  #look(): void {
    for (const output of this.#outputs) output.look()
  }

  #pass(cycles: number): void {
    if (this.#trace === undefined) return this.#run(cycles)
    for (let count = 0; count < cycles; count++) {
      this.#settle()
      this.#trace.sample()
      this.#run(1)
    }
  }

  #run(cycles: number): void {
    const ran = this.#engine.step(mainClock, cycles)
    this.#cycle += ran
    this.#changed = false
    if (ran === cycles) return
    const said = this.#engine.events().find(({ check }) => check !== 'cover')
    throw new Error(
      `${[this.#system.system.name, ...(said?.path ?? [])].join('.')}: ${said?.sentence ?? 'a property'} ` +
        `is violated in cycle ${this.#cycle}`,
    )
  }
}

const nameOf = ({ path }: Slot): string => path.join('_')

/** Watched outputs. */
export class WasmTriggers implements TriggerArms {
  readonly #ports: readonly OutputPort[]
  readonly #armed: boolean[]

  constructor(ports: readonly OutputPort[]) {
    this.#ports = ports
    this.#armed = ports.map(() => true)
  }

  enable(index: number): void {
    this.#armed[index] = true
  }

  disable(index: number): void {
    this.#armed[index] = false
  }

  /** Whether a watched output is not 0 now. */
  get any(): boolean {
    for (let index = 0; index < this.#ports.length; index++)
      if (this.#armed[index] && this.#ports[index]!.high) return true
    return false
  }

  /** Those that were not 0 in the last cycle. */
  fired(): readonly number[] {
    return this.#ports.flatMap((port, index) => (this.#armed[index] && Number(port.value) !== 0 ? [index] : []))
  }
}

/** An output, with the value of the last cycle. */
class OutputPort {
  readonly direction = 'output'
  readonly name: string
  readonly bits: number
  readonly kind: 'number' | 'bigint'
  readonly words: Uint32Array
  readonly #now: Uint32Array

  constructor(slot: Slot, memory: ArrayBuffer) {
    this.name = nameOf(slot)
    this.bits = slot.bits
    this.kind = slot.bits <= 32 ? 'number' : 'bigint'
    this.#now = new Uint32Array(memory, slot.offset, 2 * Math.ceil(slot.bits / 64))
    this.words = new Uint32Array(this.#now.length)
  }

  look(): void {
    for (let index = 0; index < this.words.length; index++) this.words[index] = this.#now[index]!
  }

  get high(): boolean {
    return this.#now[0] !== 0
  }

  get value(): number | bigint {
    return this.kind === 'number' ? this.words[0]! : joined(this.words)
  }

  set value(value: number | bigint) {
    throw new TypeError(`${this.name} is an output and cannot be set to ${value}`)
  }
}

/** An input, applied from the next cycle on. */
class InputPort {
  readonly direction = 'input'
  readonly name: string
  readonly bits: number
  readonly kind: 'number' | 'bigint'
  readonly words: Uint32Array
  readonly #changed: () => void

  constructor(slot: Slot, memory: ArrayBuffer, changed: () => void) {
    this.name = nameOf(slot)
    this.bits = slot.bits
    this.kind = slot.bits <= 32 ? 'number' : 'bigint'
    this.words = new Uint32Array(memory, slot.offset, 2 * Math.ceil(slot.bits / 64))
    this.#changed = changed
  }

  get value(): number | bigint {
    return this.kind === 'number' ? this.words[0]! : joined(this.words)
  }

  set value(value: number | bigint) {
    const bits = BigInt(value)
    if (BigInt.asUintN(this.bits, bits) !== bits)
      throw new RangeError(`${value} is not a value of ${this.name}, which has ${this.bits} bits`)
    if (this.kind === 'number') this.words[0] = Number(value)
    else
      for (let index = 0; index < this.words.length; index++)
        this.words[index] = Number((bits >> BigInt(32 * index)) & 0xffff_ffffn)
    this.#changed()
  }
}

const joined = (words: Uint32Array): bigint => {
  let value = 0n
  for (let index = words.length - 1; index >= 0; index--) value = (value << 32n) | BigInt(words[index]!)
  return value
}
