// The simulator over any engine.

import type { PortRecord } from '#edsl'
import type { Engine, Slot } from '#engine'
import type { Design } from '#ir'
import type { Shape } from '#layout'
import { Recording, type Wave, nameOf, waveOf } from '#sim/wave'
import { Clocks, type Edge, type ClockTimes, picoseconds } from './clocks.ts'
import { AssertionFailed, SimulateError } from './error.ts'
import type { AnyHandle, Handles } from './handle-types.ts'
import { type MemoryWords, memoryWords } from './memory-words.ts'
import { findMemory, findSignal, named } from './names.ts'
import { peekValue } from './peek.ts'
import { portHandles } from './port-handles.ts'
import { placesOf, propertiesOf } from './properties.ts'
import { type ProbeRecord, ProbeRecorder } from './records.ts'
import type { Agent, ClockEdge, RecordedSignals, SimulateOptions, Simulator, UntilOptions } from './simulator.ts'
import { whereOf } from './where.ts'

/** Receives a sample of the settled design before each edge. */
export interface Watcher {
  sample(time: number, clocks: number, cycle: number): void
  close(): void
}

/** What a simulator is made of. */
export interface SimulatorParts<P extends PortRecord> {
  readonly ports: P
  readonly design: Design
  readonly engine: Engine
  readonly options: SimulateOptions
  /** Opens the option `wave`; engines in a browser have no files. */
  readonly openWave?: (file: string, engine: Engine, signals: readonly Slot[], top: string) => Watcher
}

const mostEdgesPerCall = 0x7fff_ffff

export class OpenSimulator<P extends PortRecord> implements Simulator<P> {
  readonly ports: P
  readonly io: Handles<P>
  readonly #design: Design
  readonly #engine: Engine
  readonly #clocks: Clocks
  readonly #edges: number[]
  readonly #watchers = new Set<Watcher>()
  readonly #agents = new Set<Agent>()
  readonly #covered = new Map<string, number>()
  #probes: ProbeRecorder | undefined
  #recording: { readonly wave: Wave; readonly watcher: Watcher } | undefined
  #stopped: AssertionFailed | undefined
  #pending = true
  #open = true
  /** Edges of the engine before the simulator was handed out. */
  #firstEdge = 0

  constructor({ ports, design, engine, options, openWave }: SimulatorParts<P>) {
    this.ports = ports
    this.#design = design
    this.#engine = engine
    this.#clocks = new Clocks(engine.domains)
    this.#edges = engine.domains.map(() => 0)
    const host = { memory: engine.memory, follow: () => this.#follow(), changed: () => this.#changed() }
    this.io = portHandles(ports, [...engine.inputs, ...engine.outputs], host) as Handles<P>
    for (const { property } of propertiesOf(design)) {
      if (property.check === 'cover') this.#covered.set(property.sentence, 0)
    }
    try {
      const resetCycles = options.resetCycles ?? 2
      if (resetCycles > 0) this.reset(resetCycles)
      this.#firstEdge = engine.edge
      this.#edges.fill(0)
      this.#clocks.rest(0)
      if (options.clocks !== undefined) this.clocks(options.clocks)
      else if (engine.domains.length === 1) this.clocks({ [engine.domains[0] as string]: { period: 10 } })
      if (options.record !== undefined) this.record(options.record)
      if (options.probes !== undefined) this.#probes = new ProbeRecorder(engine, options.probes, this.name)
      if (options.wave !== undefined && openWave !== undefined) {
        this.watch(openWave(options.wave, engine, named(engine), this.name))
      }
    } catch (error) {
      this.close()
      throw error
    }
  }

  get name(): string {
    return this.#design.top.name
  }

  get engine(): 'wasm' | 'verilator' {
    return this.#engine.name
  }

  get cycle(): number {
    return this.#edges[this.#clocks.main] as number
  }

  get time(): number {
    return this.#clocks.time
  }

  get domains(): readonly string[] {
    return this.#engine.domains
  }

  get signals(): readonly string[] {
    return named(this.#engine).map(nameOf)
  }

  get covered(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#covered)
  }

  get wave(): Wave {
    if (this.#recording !== undefined) return this.#recording.wave
    throw new SimulateError({
      code: 'SIM-0309',
      title: `nothing of \`${this.name}\` was recorded`,
      help: "simulate(definition, { record: 'ports' }), or sim.record(['name']) before the cycles that matter",
    })
  }

  cycles(clock: string): number {
    return this.#edges[this.#clocks.indexOf(clock)] as number
  }

  step(count: number | Readonly<Record<string, number>> = 1): void {
    this.#checkRunning()
    const wanted = this.#wanted(count)
    if (this.#clocks.timed) this.#stepInTime(wanted)
    else this.#stepInOrder(wanted)
  }

  clocks(times: Readonly<Record<string, ClockTimes>>): void {
    this.#checkOpen()
    this.#clocks.set(times)
  }

  advance(nanoseconds: number): void {
    this.#checkInTime()
    const end = (picoseconds(nanoseconds, 'a time to pass', 0) + Math.round(this.time * 1000)) / 1000
    for (let edge = this.#clocks.next(); edge.time <= end; edge = this.#clocks.next()) this.#pass(edge)
    this.#clocks.rest(end)
  }

  pass(latest = Number.POSITIVE_INFINITY): boolean {
    this.#checkInTime()
    const edge = this.#clocks.next()
    if (edge.time > latest) return false
    this.#pass(edge)
    return true
  }

  until(condition: (() => boolean) | AnyHandle, { limit = 1000, clock }: UntilOptions = {}): number {
    this.#checkRunning()
    const holds = typeof condition === 'function' ? condition : (): boolean => condition.bits !== 0n
    const step = { [clock ?? this.#clocks.mainName]: 1 }
    for (let count = 0; count < limit; count++) {
      if (holds()) return count
      this.step(step)
    }
    if (holds()) return limit
    const what = typeof condition === 'function' ? 'the condition' : `\`${condition.name}\``
    const outputs = this.#engine.outputs.map((slot) => `${nameOf(slot)} ${String(peekValue(this.#engine, { slot }))}`)
    throw new SimulateError({
      code: 'SIM-0308',
      title: `${what} ${typeof condition === 'function' ? 'did not hold' : 'stayed 0'} for ${limit} cycles, until cycle ${this.cycle}${whereOf(condition)}`,
      help: `the outputs are: ${outputs.length === 0 ? 'none' : outputs.join(', ')}; a longer limit: sim.until(..., { limit: ${limit * 10} })`,
    })
  }

  reset(cycles = 2): void {
    this.#checkRunning()
    const { resets, domains, memory } = this.#engine
    const words = new BigUint64Array(memory)
    const hold = (value: bigint): void => {
      for (const slot of resets) if (slot !== undefined) words[slot.offset >>> 3] = value
      this.#changed()
    }
    hold(1n)
    try {
      this.step(Object.fromEntries(domains.map((name) => [name, cycles])))
    } finally {
      hold(0n)
    }
  }

  peek(name: string): unknown {
    this.#follow()
    return peekValue(this.#engine, findSignal(named(this.#engine), name, this.name))
  }

  memory<const S extends Shape>(name: string, shape: S): MemoryWords<S>
  memory(name: string): MemoryWords
  memory(name: string, shape?: Shape): MemoryWords {
    this.#checkOpen()
    const index = findMemory(this.#engine.memories, name, this.name)
    const bits = this.#engine.memories[index]?.bits ?? 1
    const host = { engine: this.#engine, follow: () => this.#follow(), changed: () => this.#changed() }
    return memoryWords(host, index, name, shape ?? { kind: 'uint', bits })
  }

  records<const S extends Shape>(probe: string, shape: S): readonly ProbeRecord<S>[]
  records(probe: string): readonly ProbeRecord[]
  records(probe: string, shape?: Shape): readonly ProbeRecord[] {
    if (this.#probes !== undefined) return this.#probes.take(probe, shape, this.name)
    throw new SimulateError({
      code: 'SIM-0309',
      title: 'records of probes were not kept',
      help: `simulate(definition, { probes: ['${probe}'] })`,
    })
  }

  record(signals: RecordedSignals = 'ports'): Wave {
    this.#checkOpen()
    if (this.#recording !== undefined) this.#watchers.delete(this.#recording.watcher)
    const recording = new Recording(this.#engine, { signals: this.#recorded(signals), begin: this.time })
    const watcher = { sample: recording.sample.bind(recording), close: () => undefined }
    this.#recording = { wave: waveOf(recording, this.name), watcher }
    this.watch(watcher)
    return this.#recording.wave
  }

  attach(agent: Agent): () => void {
    this.#checkOpen()
    this.#agents.add(agent)
    return () => void this.#agents.delete(agent)
  }

  /** Has `watcher` see the design before each edge from now on, until the simulator is closed. */
  watch(watcher: Watcher): void {
    this.#watchers.add(watcher)
  }

  /** Everything with a name, as a recorder of the last `limit` edges. */
  recordLast(limit: number): Recording {
    const recording = new Recording(this.#engine, { signals: named(this.#engine), begin: this.time, limit })
    this.watch({ sample: recording.sample.bind(recording), close: () => undefined })
    return recording
  }

  close(): void {
    if (!this.#open) return
    this.#open = false
    for (const watcher of this.#watchers) watcher.close()
    this.#engine.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #follow(): void {
    this.#checkOpen()
    if (!this.#pending) return
    this.#engine.settle()
    this.#pending = false
  }

  #changed(): void {
    this.#checkOpen()
    this.#pending = true
  }

  /** Cycles per domain. */
  #wanted(count: number | Readonly<Record<string, number>>): number[] {
    const wanted = this.domains.map(() => 0)
    const named = typeof count === 'number' ? { [this.#clocks.mainName]: count } : count
    for (const [name, cycles] of Object.entries(named)) {
      if (!Number.isSafeInteger(cycles) || cycles < 0) {
        throw new SimulateError({ code: 'SIM-0305', title: `${cycles} is not a number of cycles` })
      }
      wanted[this.#clocks.indexOf(name)] = cycles
    }
    return wanted
  }

  /** Whether somebody looks at every edge. */
  get #watched(): boolean {
    return this.#watchers.size > 0 || this.#agents.size > 0 || this.#probes !== undefined
  }

  #stepInTime(wanted: number[]): void {
    if (this.domains.length === 1 && !this.#watched) {
      for (let left = wanted[0] as number; left > 0;) {
        const many = Math.min(left, mostEdgesPerCall)
        this.#run(1, many)
        this.#clocks.jump(many)
        left -= many
      }
      return
    }
    for (let left = [...wanted]; left.some((count) => count > 0);) {
      if (left.some((count, index) => count > 0 && !this.#clocks.runs(index))) throw this.#resting(left)
      const edge = this.#clocks.next()
      this.#pass(edge)
      left = left.map((count, index) => count - ((edge.mask >>> index) & 1))
    }
  }

  #stepInOrder(wanted: number[]): void {
    for (let left = wanted; left.some((count) => count > 0);) {
      const mask = left.reduce((all, count, index) => (count > 0 ? all | (1 << index) : all), 0)
      const many = this.#watched ? 1 : Math.min(...left.filter((count) => count > 0), mostEdgesPerCall)
      if (this.#watched) this.#pass({ mask, time: this.#clocks.untimedNext })
      else {
        this.#run(mask, many)
        this.#clocks.passUntimed(many)
      }
      left = left.map((count) => Math.max(0, count - many))
    }
  }

  /** One edge that everybody sees. */
  #pass({ mask, time }: Edge): void {
    const edge = this.#agents.size === 0 ? undefined : this.#edgeAt(time, mask)
    if (this.#watched) {
      this.#follow()
      if (edge !== undefined) for (const agent of this.#agents) agent.before?.(edge)
      this.#follow()
      for (const watcher of this.#watchers) watcher.sample(time, mask, this.cycle)
      this.#probes?.sample(this.cycle)
    }
    this.#run(mask, 1)
    this.#clocks.pass({ mask, time })
    if (edge !== undefined) for (const agent of this.#agents) agent.after?.(edge)
  }

  #edgeAt(time: number, mask: number): ClockEdge {
    return { time, has: (clock) => ((mask >>> this.#clocks.indexOf(clock)) & 1) === 1 }
  }

  #run(mask: number, edges: number): void {
    const ran = this.#engine.step(mask, edges)
    this.#pending = false
    this.#edges.forEach((count, index) => {
      if ((mask >>> index) & 1) this.#edges[index] = count + ran
    })
    for (const event of this.#engine.events()) {
      const { check, sentence, path } = event
      if (check === 'cover') {
        this.#covered.set(sentence, (this.#covered.get(sentence) ?? 0) + (event.times ?? 1))
        continue
      }
      const places = placesOf(this.#design, path, sentence)
      const cycle = event.edge - this.#firstEdge
      this.#stopped ??= new AssertionFailed({ check, sentence, path, places, top: this.name, cycle })
    }
    if (this.#stopped !== undefined) throw this.#stopped
  }

  #recorded(signals: RecordedSignals): readonly Slot[] {
    const { inputs, outputs } = this.#engine
    if (signals === 'ports') return [...inputs, ...outputs]
    const all = named(this.#engine)
    if (signals === 'all') return all
    return signals.flatMap((name) => {
      const found = findSignal(all, name, this.name)
      return 'slot' in found ? [found.slot] : found.parts.map(([, slot]) => slot)
    })
  }

  #resting(left: readonly number[]): SimulateError {
    const name = this.domains[left.findIndex((count, index) => count > 0 && !this.#clocks.runs(index))]
    return new SimulateError({
      code: 'SIM-0305',
      title: `clock \`${name}\` has no period, the others have`,
      help: `sim.clocks({ ..., ${name}: { period: 10 } })`,
    })
  }

  #checkInTime(): void {
    this.#checkRunning()
    if (this.#clocks.timed) return
    throw new SimulateError({
      code: 'SIM-0305',
      title: `the clocks of \`${this.name}\` have no periods, so time cannot pass`,
      help: `sim.clocks({ ${this.domains.map((name) => `${name}: { period: 10 }`).join(', ')} })`,
    })
  }

  #checkRunning(): void {
    this.#checkOpen()
    if (this.#stopped !== undefined) throw this.#stopped
  }

  #checkOpen(): void {
    if (this.#open) return
    throw new SimulateError({ code: 'SIM-0310', title: `the simulator of \`${this.name}\` is closed` })
  }
}
