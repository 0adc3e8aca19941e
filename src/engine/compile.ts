/** A design as a WebAssembly module, with everything one has to know to run it. */
import type { Design, Signal } from '#ir'
import { generate } from './codegen.ts'
import type { MemorySlot, Slot } from './engine.ts'
import { flatten, type Scope } from './flatten.ts'
import { findHazards } from './hazards.ts'
import type { Item } from './items.ts'
import { createModel, type Model } from './model.ts'
import { schedule } from './schedule.ts'
import { startOf, type Start } from './start.ts'
import { createStorage, type Storage } from './storage.ts'
import { webAssembly, type WasmModule } from './web-assembly.ts'
import { slotAbout, watchedOf, type Watch, type Watched } from './watch.ts'

export interface CompileOptions {
  /**
   * What `Engine.signals` has besides the ports of the top and all registers: `ports` nothing more, `named` every wire,
   * port and probe of every instance, or those with these names (`router.fifo.head`, `router.probe:sent`). Costs time at
   * every settle. Default `ports`.
   */
  readonly watch?: Watch
  /** Whether probes are recorded: `WasmEngine.records`. Default: no. */
  readonly records?: boolean
}

/** A property of an instance. */
export interface PropertyInfo {
  readonly check: 'assert' | 'assume' | 'cover'
  /** Instances from below the top. */
  readonly path: readonly string[]
  readonly sentence: string
}

/** What a probe records. */
export interface ProbeInfo {
  /** Instances from below the top. */
  readonly path: readonly string[]
  readonly name: string
  readonly bits: number
}

/** A compiled design; any number of engines can run it. */
export interface CompiledDesign {
  readonly module: WasmModule
  /** The same as it is written. */
  readonly binary: Uint8Array
  readonly domains: readonly string[]
  readonly inputs: readonly Slot[]
  readonly outputs: readonly Slot[]
  readonly resets: readonly (Slot | undefined)[]
  readonly signals: readonly Slot[]
  readonly memories: readonly MemorySlot[]
  readonly properties: readonly PropertyInfo[]
  readonly probes: readonly ProbeInfo[]
  /** What the memory holds at first. */
  readonly start: Start
  /** Where the hits of each property are counted, in bytes. */
  readonly hits: readonly number[]
  /** Where records are put, in bytes. */
  readonly records: { readonly from: number; readonly to: number }
}

/**
 * Compiles a checked design.
 *
 * Rejects: EngineError when a module is foreign Verilog; RangeError when there is no signal of a name in `watch`.
 */
export const compileWasm = (
  design: Design,
  { watch = 'ports', records = false }: CompileOptions = {},
): CompiledDesign => {
  const flat = flatten(design)
  const model = createModel(flat, records)
  const items: Item[] = []
  const slotOf = ({ scope, thing }: Watched): (() => Slot) => {
    const { place, value } = model.watch(scope, thing)
    value?.words.forEach((word, limb) => items.push({ kind: 'store', place, limb, value: word }))
    const about = slotAbout(scope, thing)
    return () => Object.freeze({ ...about, offset: storage.placeAt(place, 0) })
  }
  const { ports } = flat.top.module
  const portSlots = (wanted: Signal['role']): readonly (() => Slot)[] =>
    ports.filter(({ role }) => role === wanted).map((thing) => slotOf({ scope: flat.top, thing }))
  const [inputs, outputs] = [portSlots('input'), portSlots('output')]
  const signals = watchedOf(flat, watch).map(slotOf)

  const programs = {
    edges: model.edges.map((edge) => schedule(edge)),
    settle: schedule(items),
    clocks: schedule(model.clockItems),
  }
  const hazards = findHazards(model, programs.edges)
  const storage = createStorage(model, [...programs.edges, programs.settle, programs.clocks], hazards)
  const binary = generate(model, programs, hazards, storage)

  return Object.freeze({
    module: webAssembly.compile(binary),
    binary,
    domains: design.top.domains.map(({ name }) => name),
    inputs: inputs.map((slot) => slot()),
    outputs: outputs.map((slot) => slot()),
    resets: design.top.domains.map((_, index) => resetSlot(model, storage, index)),
    signals: signals.map((slot) => slot()),
    memories: model.memories.map(({ scope, memory }, index) => memorySlot(scope, memory, storage.memoryAt(index))),
    properties: model.properties.map(({ scope, check, sentence }) =>
      Object.freeze({ check, path: scope.path, sentence }),
    ),
    probes: model.probes.map(({ scope, probe }) =>
      Object.freeze({ path: scope.path, name: probe.name, bits: probe.record.bits }),
    ),
    start: startOf(model, storage),
    hits: model.properties.map((_, index) => storage.hitAt(index)),
    records: storage.records,
  })
}

const resetSlot = (model: Model, storage: Storage, domain: number): Slot | undefined => {
  const place = model.resets[domain]
  const flat = model.flat.domains[domain]
  if (place === undefined || flat === undefined) return undefined
  const name = flat.domain.name === 'main' ? 'rst' : `${flat.domain.name}_rst`
  const offset = storage.placeAt(place, 0)
  return Object.freeze({ path: [name], label: name, bits: 1, signed: false, cases: undefined, role: 'reset', offset })
}

const memorySlot = (
  scope: Scope,
  { name, bits, depth }: Model['memories'][number]['memory'],
  offset: number,
): MemorySlot => Object.freeze({ path: [...scope.path, name], bits, depth, offset, stride: 8 * Math.ceil(bits / 64) })
