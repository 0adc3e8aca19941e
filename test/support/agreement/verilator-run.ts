/** Random designs in Verilator, many in one simulator because building one takes seconds. */
import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { simulationSource } from '#emit'
import type { Slot } from '#engine'
import { type EngineDescription, openEngine } from '#sim/bridge'
import { build, type SimulationSource } from '#sim/build'
import { type Fault, filesOf, firstValues } from './emitted.ts'
import { countEvents, readSlot, type Run, writeSlot } from './runs.ts'
import { type Cycle, digitsOf, inputPorts, inputsOf, outputPorts } from './stimulus.ts'
import type { WasmRun } from './wasm-run.ts'
import type { Written } from './write-design.ts'

export interface VerilatorOptions {
  readonly fault?: Fault | undefined
  /** Whether the simulator stays in the cache, because the same designs will run again. */
  readonly keep?: boolean | undefined
}

const top = 'batch'
const clocks = ['clk', 'other_clk']
const resets = ['rst', 'other_rst']

/** Runs all designs in one simulation. They are the Verilog for simulation. */
export const runVerilator = async (
  designs: readonly Written[],
  runs: readonly WasmRun[],
  cycles: readonly Cycle[],
  { fault, keep = false }: VerilatorOptions = {},
): Promise<readonly Run[]> => {
  const { source, about } = describe(designs, runs, fault)
  const built = await build(source, { optimize: 'one run' })
  try {
    using engine = openEngine(built, about, { onOutput: () => {} })
    const memory = new BigUint64Array(engine.memory)
    const inputs = designs.map(({ design, recipe }) => inputsOf(inputPorts(design), recipe.stimulus, cycles.length))
    const slots = designs.map((_, index) => slotsOf(engine, `i${index}`))
    const outputs: string[][] = designs.map(() => [])
    cycles.forEach(({ clocks: edges, resets: active }, cycle) => {
      slots.forEach((own, index) => {
        own.inputs.forEach((slot, port) => writeSlot(memory, slot, inputs[index]?.[cycle]?.[port] ?? 0n))
      })
      engine.resets.forEach((slot, index) => slot && writeSlot(memory, slot, BigInt((active >> index) & 1)))
      engine.settle()
      designs.forEach(({ design }, index) => {
        const values = slots[index]?.outputs.map((slot) => readSlot(memory, slot)) ?? []
        outputs[index]?.push(digitsOf(outputPorts(design), values))
      })
      engine.step(edges, 1)
    })
    const events = engine.events()
    return outputs.map((own, index) => ({
      outputs: own,
      properties: countEvents(
        events.filter(({ path }) => path[0] === `i${index}`),
        1,
      ),
    }))
  } finally {
    if (!keep) rmSync(dirname(built.library), { recursive: true, force: true })
  }
}

const slotsOf = (
  { inputs, outputs }: { readonly inputs: readonly Slot[]; readonly outputs: readonly Slot[] },
  instance: string,
): { readonly inputs: readonly Slot[]; readonly outputs: readonly Slot[] } => {
  const own = (slots: readonly Slot[]): readonly Slot[] => slots.filter(({ path }) => path[0] === instance)
  return { inputs: own(inputs), outputs: own(outputs) }
}

const describe = (
  designs: readonly Written[],
  runs: readonly WasmRun[],
  fault: Fault | undefined,
): { readonly source: SimulationSource; readonly about: EngineDescription } => {
  const parts = designs.map((written, index) => ({
    written,
    instance: `i${index}`,
    emitted: simulationSource(written.design),
    files: filesOf(written, 'simulation', fault),
  }))
  const ports = parts.flatMap(({ instance, emitted }) =>
    emitted.ports.map((port) => ({ ...port, pin: port.name, instance, name: `${instance}_${port.name}` })),
  )
  const instances = parts.map(({ instance, emitted }) => {
    const pins = [
      ...emitted.domains
        .flatMap(({ clock, reset }) => (reset === undefined ? [clock] : [clock, reset]))
        .map((pin) => [pin, pin]),
      ...emitted.ports.map(({ name }) => [name, `${instance}_${name}`]),
    ]
    return `  ${emitted.top} ${instance} (${pins.map(([pin, wire]) => `.${pin}(${wire})`).join(', ')});`
  })
  const first = parts.flatMap(({ written, instance, files }, index) =>
    firstValues(written, instance, runs[index]?.first ?? [], files),
  )
  const text = [
    `module ${top} (`,
    [
      ...[...clocks, ...resets].map((name) => `  input wire ${name}`),
      ...ports.map(({ name, direction, bits }) => `  ${direction} wire [${bits - 1}:0] ${name}`),
    ].join(',\n'),
    ');',
    ...instances,
    '  initial begin',
    ...first.map((statement) => `    ${statement}`),
    '  end',
    'endmodule',
  ].join('\n')
  const within = (instance: string, path: string): string => (path === '' ? instance : `${instance}.${path}`)
  const counters = parts.flatMap(({ instance, emitted }) =>
    emitted.counters.map((counter) => ({
      ...counter,
      path: within(instance, counter.path),
      name: within(instance, counter.name),
    })),
  )
  const source: SimulationSource = {
    top,
    files: [{ name: `${top}.v`, text }, ...parts.flatMap(({ files }) => files)],
    ports: [
      ...ports.map(({ name, direction, bits }) => ({ name, direction, bits })),
      ...resets.map((name) => ({ name, direction: 'input' as const, bits: 1 })),
    ],
    probes: [],
    memories: counters,
    clocks,
  }
  const plain = { signed: false, cases: undefined }
  const about: EngineDescription = {
    domains: ['main', 'other'],
    ports: [
      ...ports.map(({ instance, pin, direction, bits }) => ({
        ...plain,
        path: [instance, pin],
        label: pin,
        bits,
        role: direction,
      })),
      ...resets.map((name) => ({ ...plain, path: [name], label: name, bits: 1, role: 'reset' as const })),
    ],
    resets: resets.map((_, index) => ports.length + index),
    watched: [],
    memories: [],
    properties: parts.flatMap(({ instance, emitted }) =>
      emitted.properties.map(({ check, path, module, sentence, message, count }) => ({
        check,
        path: within(instance, path).split('.'),
        sentence,
        message,
        instance: [top, within(instance, path)].join('.'),
        count:
          count === undefined
            ? undefined
            : {
                memory: counters.findIndex(
                  (one) =>
                    one.path === within(instance, path) && one.module === module && one.variable === count.variable,
                ),
                word: count.index,
              },
      })),
    ),
  }
  return { source, about }
}
