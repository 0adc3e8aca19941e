/** Runs a compiled design. */
import type { CompiledDesign, PropertyInfo } from './compile.ts'
import type { Engine, PropertyEvent } from './engine.ts'
import { fillStart } from './start.ts'
import { control } from './storage.ts'
import { webAssembly } from './web-assembly.ts'

/** What a probe recorded at an edge. */
export interface EngineRecord {
  /** Index into `CompiledDesign.probes`. */
  readonly probe: number
  /** Edges that ran before. */
  readonly edge: number
  readonly value: bigint
}

/** The WebAssembly engine. */
export interface WasmEngine extends Engine {
  readonly name: 'wasm'
  readonly compiled: CompiledDesign
  readonly properties: readonly PropertyInfo[]
  /** At how many edges a property was violated, or happened, since the beginning. */
  hits(property: number): number
  /** Says that registers or memories were written in `memory`, so that the next `settle` looks at them. */
  touch(): void
  /** Records since the last call, in their order; none unless the design was compiled with `records`. */
  records(): readonly EngineRecord[]
}

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer }
  settle(): void
  start(): void
  step(clockMask: number, edges: number): number
}

/** `seed` decides what registers without reset and memories without first contents hold at first. */
export const openWasm = (compiled: CompiledDesign, { seed }: { readonly seed: number }): WasmEngine => {
  const exports = webAssembly.start(compiled.module) as unknown as Exports
  const memory = exports.memory.buffer
  const flags = new Uint32Array(memory, 0, control.size / 4)
  const words = new BigUint64Array(memory)
  const { records: ring } = compiled
  const taken: EngineRecord[] = []
  let edge = 0

  const drain = (): void => {
    const end = (flags[control.records / 4] ?? 0) / 8
    for (let at = ring.from / 8; at < end;) {
      const probe = Number(words[at])
      const limbs = Math.ceil((compiled.probes[probe]?.bits ?? 1) / 64)
      taken.push(Object.freeze({ probe, edge: Number(words[at + 1]), value: joined(words, at + 2, limbs) }))
      at += 2 + limbs
    }
    flags[control.records / 4] = ring.from
  }

  fillStart(compiled.start, memory, seed)
  flags[control.records / 4] = ring.from
  flags[control.dirty / 4] = 1
  exports.start()
  exports.settle()

  const touch = (): void => {
    flags[control.dirty / 4] = 1
  }
  const hits = (property: number): number => Number(words[(compiled.hits[property] ?? 0) / 8 + 2])
  return {
    name: 'wasm',
    compiled,
    memory,
    domains: compiled.domains,
    inputs: compiled.inputs,
    outputs: compiled.outputs,
    resets: compiled.resets,
    signals: compiled.signals,
    memories: compiled.memories,
    properties: compiled.properties,
    settle: () => exports.settle(),
    touch,
    storeWords: touch,
    step: (clockMask, edges) => {
      let ran = 0
      while (ran < edges) {
        ran += exports.step(clockMask, edges - ran)
        drain()
        if (flags[control.stop / 4] !== 0) break
      }
      flags[control.stop / 4] = 0
      edge += ran
      return ran
    },
    get edge() {
      return edge
    },
    hits,
    events: () =>
      compiled.properties
        .flatMap(({ check, path, sentence }, property): readonly PropertyEvent[] => {
          const at = (compiled.hits[property] ?? 0) / 8
          const times = Number(words[at + 1])
          if (times === 0) return []
          words[at + 1] = 0n
          return [{ check, path, sentence, property, edge: Number(words[at]), times }]
        })
        .sort((a, b) => a.edge - b.edge || a.property - b.property),
    records: () => taken.splice(0),
    close: () => {},
    [Symbol.dispose]: () => {},
  }
}

const joined = (words: BigUint64Array, at: number, limbs: number): bigint => {
  let value = 0n
  for (let index = limbs - 1; index >= 0; index--) value = (value << 64n) | (words[at + index] ?? 0n)
  return value
}
