/** Random designs in the WebAssembly engine. */
import { type CompiledDesign, compileWasm, openWasm, type WasmEngine } from '#engine'
import { Recording, vcdText } from '#sim/wave'
import type { Written } from './write-design.ts'
import { countEvents, readSlot, type Run, writeSlot } from './runs.ts'
import { type Cycle, digitsOf, inputPorts, inputsOf, outputPorts } from './stimulus.ts'

/** What a register, or a word of a memory, starts with that nothing says. */
export interface FirstValue {
  /** Instances and the name, joined by dots. */
  readonly name: string
  readonly bits: number
  readonly words: readonly bigint[]
}

export interface WasmRun extends Run {
  readonly first: readonly FirstValue[]
}

export const runWasm = (written: Written, cycles: readonly Cycle[]): WasmRun =>
  runIn(compileWasm(written.design), written, cycles)

const nanosecondsPerCycle = 10

/** The same run as the text of a VCD file, with everything that has a name. */
export const waveOfRun = (written: Written, cycles: readonly Cycle[]): string => {
  let recording: Recording | undefined
  runIn(compileWasm(written.design, { watch: 'named' }), written, cycles, (engine, edges, cycle) => {
    recording ??= new Recording(engine, { signals: engine.signals })
    recording.sample(cycle * nanosecondsPerCycle, edges)
  })
  return recording === undefined ? '' : vcdText(recording, written.name)
}

const runIn = (
  compiled: CompiledDesign,
  { design, recipe }: Written,
  cycles: readonly Cycle[],
  onCycle?: (engine: WasmEngine, edges: number, cycle: number) => void,
): WasmRun => {
  const engine = openWasm(compiled, { seed: recipe.stimulus })
  const memory = new BigUint64Array(engine.memory)
  const first = compiled.start.random.map(({ name, offset, bits, count }): FirstValue => {
    const stride = 8 * Math.ceil(bits / 64)
    const words = Array.from({ length: count }, (_, index) =>
      readSlot(memory, { offset: offset + index * stride, bits }),
    )
    return { name, bits, words }
  })
  const inputs = inputsOf(inputPorts(design), recipe.stimulus, cycles.length)
  const ports = outputPorts(design)
  const domain = (name: string): number => (name === 'main' ? 1 : 2)
  const outputs = cycles.map(({ clocks, resets }, cycle) => {
    engine.inputs.forEach((slot, index) => writeSlot(memory, slot, inputs[cycle]?.[index] ?? 0n))
    let edges = 0
    engine.domains.forEach((name, index) => {
      const slot = engine.resets[index]
      if (slot) writeSlot(memory, slot, (resets & domain(name)) === 0 ? 0n : 1n)
      if ((clocks & domain(name)) !== 0) edges |= 1 << index
    })
    engine.settle()
    const now = digitsOf(
      ports,
      engine.outputs.map((slot) => readSlot(memory, slot)),
    )
    onCycle?.(engine, edges, cycle + 1)
    if (edges !== 0) engine.step(edges, 1)
    return now
  })
  return { outputs, first, properties: countEvents(engine.events()) }
}
