/** Engines in the hands of tests: values by name, as numbers of any size. */
import type { Design, Expression, Module, Signal } from '#ir'
import { type CompileOptions, compileWasm, type MemorySlot, openWasm, type Slot, type WasmEngine } from '#engine'
import { design, module, signal } from '../support/nodes.ts'

export const ones = (bits: number): bigint => (1n << BigInt(bits)) - 1n

/** A running design. Setting and stepping leave settling to `get`. */
export interface Bench {
  readonly engine: WasmEngine
  readonly set: (name: string, value: bigint | number | boolean) => void
  /** An output, or any signal that is watched: `queue.head`. */
  readonly get: (name: string) => bigint
  /** One or more edges of the clocks in the mask, 1 for the first domain. */
  readonly step: (edges?: number, clockMask?: number) => number
  readonly words: (memory: string) => readonly bigint[]
}

const write = (memory: BigUint64Array, { offset, bits }: Pick<Slot, 'offset' | 'bits'>, value: bigint): void => {
  for (let limb = 0; limb < Math.ceil(bits / 64); limb++)
    memory[offset / 8 + limb] = BigInt.asUintN(64, value >> BigInt(64 * limb))
}

const read = (memory: BigUint64Array, { offset, bits }: Pick<Slot, 'offset' | 'bits'>): bigint => {
  let value = 0n
  for (let limb = Math.ceil(bits / 64) - 1; limb >= 0; limb--)
    value = (value << 64n) | (memory[offset / 8 + limb] ?? 0n)
  return value
}

const found = <Item extends Slot | MemorySlot>(items: readonly (Item | undefined)[], name: string): Item => {
  const slot = items.find((item) => item?.path.join('.') === name)
  if (slot === undefined) throw new Error(`there is nothing called ${name}`)
  return slot
}

export const bench = (of: Design | Module, options: CompileOptions & { readonly seed?: number } = {}): Bench => {
  const engine = openWasm(compileWasm(of.kind === 'design' ? of : design(of), options), { seed: options.seed ?? 1 })
  const memory = new BigUint64Array(engine.memory)
  const { inputs, outputs, resets, signals } = engine
  return {
    engine,
    set: (name, value) => write(memory, found([...inputs, ...resets], name), BigInt(value)),
    get: (name) => {
      engine.settle()
      return read(memory, found([...outputs, ...signals], name))
    },
    step: (edges = 1, clockMask = 1) => engine.step(clockMask, edges),
    words: (name) => {
      const slot = found(engine.memories, name)
      return Array.from({ length: slot.depth }, (_, index) =>
        read(memory, { offset: slot.offset + index * slot.stride, bits: slot.bits }),
      )
    },
  }
}

/** Gives all state that is random at first the value 0, as interpreters have it. */
export const clearRandomState = ({ engine }: Bench): void => {
  const bytes = new Uint8Array(engine.memory)
  for (const { offset, bits, count } of engine.compiled.start.random)
    bytes.fill(0, offset, offset + 8 * Math.ceil(bits / 64) * count)
  engine.touch()
}

/** A module whose output `result` is the expression, made of the inputs. */
export const computes = (inputs: readonly Signal[], expression: Expression): Module =>
  module('computes', {
    ports: [...inputs, signal('output', 'result', expression.bits, { fallback: expression })],
  })
