// Simulates designs in Verilator.

import { type ModuleDefinition, type PortRecord, elaborate } from '#edsl'
import { type SimulationSignal, simulationSource } from '#emit'
import type { Engine, Slot } from '#engine'
import type { Design } from '#ir'
import { type EngineDescription, openEngine } from '#sim/bridge'
import { type SimulationSource, build } from '#sim/build'
import { OpenSimulator } from './open-simulator.ts'
import { handOut } from './opened.ts'
import { probeLabel } from './records.ts'
import { checkedSeed } from './seed.ts'
import type { SimulateOptions, Simulator } from './simulator.ts'
import { openWaveFile } from './wave-file.ts'
import { readForeign } from './foreign.ts'

/** Builds the simulator of a design, or takes it from the cache; what comes back opens it, any number of times. */
export const buildEngine = async <P extends PortRecord>(
  definition: ModuleDefinition<P>,
): Promise<(seed: number) => Engine> => {
  const { source, about } = describe(elaborate(definition), 'ports')
  const built = await build(source)
  return (seed) => openEngine(built, about, { seed: checkedSeed(seed) })
}

/** Builds the simulator of a design, or takes it from the cache, and opens it. */
export const simulateVerilator = async <P extends PortRecord>(
  definition: ModuleDefinition<P>,
  options: SimulateOptions,
): Promise<Simulator<P>> => {
  const seed = checkedSeed(options.seed)
  const design = elaborate(definition)
  const { source, about } = describe(design, options.watch === 'ports' ? 'ports' : 'named')
  const built = await build(source)
  const engine = openEngine(built, about, { seed })
  return handOut(new OpenSimulator({ ports: definition.ports, design, engine, options, openWave: openWaveFile }))
}

/** What Verilator gets, and what its names stand for. */
const describe = (
  design: Design,
  watch: 'ports' | 'named',
): { readonly source: SimulationSource; readonly about: EngineDescription } => {
  const emitted = simulationSource(design)
  const { top, domains, counters, properties } = emitted
  const signals = emitted.signals.filter(({ signal }) => watch === 'named' || signal.role === 'register')
  const resets = domains.flatMap(({ reset }) => (reset === undefined ? [] : [reset]))
  const resetSlot = (name: string): Omit<Slot, 'offset'> => {
    return { path: [name], label: name, bits: 1, signed: false, cases: undefined, role: 'reset' }
  }
  const memories = [...emitted.memories, ...counters]
  const probes = emitted.probes.map((probe) => {
    const path = probe.path === '' ? [] : probe.path.split('.')
    const label = probeLabel(probe.name.split('.').at(-1) ?? '')
    const slot = {
      path: [...path, label],
      label,
      bits: probe.bits,
      signed: false,
      cases: undefined,
      role: 'wire' as const,
    }
    return { slot, watched: { path: probe.path, module: probe.module, variable: probe.wire, bits: probe.bits } }
  })
  const source: SimulationSource = {
    top,
    files: [...emitted.files, ...readForeign(emitted.foreign)],
    ports: [...emitted.ports, ...resets.map((name) => ({ name, direction: 'input' as const, bits: 1 }))],
    probes: [],
    memories,
    clocks: domains.map(({ clock }) => clock),
    watched: [
      ...signals.map(({ path, module, variable, signal }) => ({ path, module, variable, bits: signal.bits })),
      ...probes.map(({ watched }) => watched),
    ],
  }
  const about: EngineDescription = {
    domains: domains.map(({ name }) => name),
    ports: [...design.top.ports.map((port) => ({ ...slotAbout(port), path: [port.name] })), ...resets.map(resetSlot)],
    resets: domains.map(({ reset }) =>
      reset === undefined ? undefined : emitted.ports.length + resets.indexOf(reset),
    ),
    watched: [
      ...signals.map(({ signal, instances }) => ({ ...slotAbout(signal), path: [...instances, signal.name] })),
      ...probes.map(({ slot }) => slot),
    ],
    memories: emitted.memories.map(({ name }) => ({ path: name.split('.') })),
    properties: properties.map(({ check, path, module, sentence, message, count }) => {
      const memory = memories.findIndex(
        (one, index) =>
          index >= emitted.memories.length &&
          one.path === path &&
          one.module === module &&
          one.variable === count?.variable,
      )
      return {
        check,
        path: path === '' ? [] : path.split('.'),
        sentence,
        message,
        instance: [top, ...(path === '' ? [] : [path])].join('.'),
        count: count === undefined ? undefined : { memory, word: count.index },
      }
    }),
  }
  return { source, about }
}

const slotAbout = ({ label, bits, signed, cases, role }: SimulationSignal['signal']): Omit<Slot, 'offset' | 'path'> => {
  // In the parent, what an instance sets is called by the instance's name as well.
  return { label, bits, signed, cases, role }
}
