/** What a simulation harness needs to know about a design. */
import type { Design, Domain, Module, Place, Property, Signal } from '#ir'
import { outerDomain } from './domains.ts'
import type { EmitModuleOptions } from './emit-module.ts'
import { clocksOfTop, emitModules, foreignFiles, toFile, type VerilogFile } from './emit-verilog.ts'
import { nameIn, scopeIn, scopesOf } from './scope.ts'

export interface SimulationPort {
  readonly name: string
  readonly direction: 'input' | 'output'
  readonly bits: number
}

/** A clock of the top, and the reset that belongs to it. */
export interface SimulationDomain {
  readonly name: string
  /** Input of the top. */
  readonly clock: string
  /** Input of the top, active high; undefined in a domain without reset. */
  readonly reset: string | undefined
  readonly kind: Domain['reset']
}

/** Something below the top. */
export interface SimulationPlace {
  /** Instance names below the top, separated by dots; empty for the top itself. */
  readonly path: string
  /** The Verilog module that declares it. */
  readonly module: string
}

/** A wire of 1 + record bits; its top bit says whether there is a record in this cycle. */
export interface SimulationProbe extends SimulationPlace {
  /** Instance path and name of the probe: `router.link.sent`. */
  readonly name: string
  readonly wire: string
  readonly bits: number
  /** The domain of the top by whose clock it is sampled; undefined when the clock is made inside of the design. */
  readonly domain: string | undefined
}

export interface SimulationMemory extends SimulationPlace {
  readonly name: string
  readonly variable: string
  readonly depth: number
  readonly bits: number
}

export interface SimulationProperty extends SimulationPlace {
  readonly check: Property['check']
  readonly sentence: string
  readonly at: Place | undefined
  /** The domain of the top; undefined when the clock is made inside of the design. */
  readonly domain: string | undefined
  /** What `$fatal` says when an `assert` or `assume` is violated: the sentence with its place. */
  readonly message: string | undefined
  /** The word of one of the `counters` in which a `cover` is counted. */
  readonly count: { readonly variable: string; readonly index: number } | undefined
}

/** A signal of the design that the Verilog has under its own name. */
export interface SimulationSignal extends SimulationPlace {
  readonly variable: string
  readonly signal: Signal
  /** The designer's names of the instances below the top. */
  readonly instances: readonly string[]
}

export interface EmittedSimulation {
  readonly top: string
  readonly files: readonly VerilogFile[]
  /** Verilog of others that the design needs, as the designer named it. */
  readonly foreign: readonly string[]
  /** Clocks of the top; it has an input for each, whether it listens or not. */
  readonly domains: readonly SimulationDomain[]
  /** Ports of the top module without clocks and resets. */
  readonly ports: readonly SimulationPort[]
  readonly probes: readonly SimulationProbe[]
  readonly memories: readonly SimulationMemory[]
  /** Memories in which `cover` properties count. They are not among `memories`: who wants the counts adds them. */
  readonly counters: readonly SimulationMemory[]
  readonly properties: readonly SimulationProperty[]
  /** Everything inside that has a name, ports of the top left out. */
  readonly signals: readonly SimulationSignal[]
}

export interface SimulationOptions {
  /** As in `EmitOptions`. */
  readonly lines?: EmitModuleOptions['lines']
}

/** The Verilog for simulation, and where its probes, memories and properties are in the hierarchy. */
export const simulationSource = (design: Design, options: SimulationOptions = {}): EmittedSimulation => {
  const scopes = scopesOf(design, clocksOfTop('simulation'))
  const emitted = emitModules(design, scopes, {
    variant: 'simulation',
    lines: options.lines ?? 'none',
    contents: 'inline',
  })
  const probes: SimulationProbe[] = []
  const memories: SimulationMemory[] = []
  const counters: SimulationMemory[] = []
  const properties: SimulationProperty[] = []
  const signals: SimulationSignal[] = []

  /** `outside`: the domain of the top that a domain of the module is. */
  const visit = (
    module: Module,
    path: readonly string[],
    instances: readonly string[],
    outside: ReadonlyMap<string, string>,
  ): void => {
    const scope = scopeIn(scopes, module)
    const own = emitted.get(module)
    const at: SimulationPlace = { path: path.join('.'), module: scope.module }
    const named = (name: string): string => [...path, name].join('.')
    module.probes.forEach(({ name, domain }, index) => {
      const { wire = '', bits = 0 } = own?.probes[index] ?? {}
      probes.push({ ...at, name: named(name), wire, bits, domain: outside.get(domain.name) })
    })
    for (const memory of module.memories) {
      const variable = nameIn(scope, scope.memories, memory)
      const { depth, bits } = memory
      memories.push({ ...at, name: named(memory.name), variable, depth, bits })
    }
    for (const signal of [...(module === design.top ? [] : module.ports), ...module.signals]) {
      const variable = scope.signals.get(signal)
      if (variable === undefined || own === undefined || own.absent.has(signal)) continue
      signals.push({ ...at, variable, signal, instances })
    }
    const counted = new Map<string, number>()
    for (const { check, sentence, domain, origin, message, count } of own?.properties ?? []) {
      const place = { at: origin.places[0], domain: outside.get(domain.name) }
      properties.push({ ...at, check, sentence, ...place, message, count })
      if (count !== undefined) counted.set(count.variable, count.depth)
    }
    for (const [variable, depth] of counted) counters.push({ ...at, name: named(variable), variable, depth, bits: 32 })
    for (const instance of module.instances) {
      const inner = scopeIn(scopes, instance.module).clocks.flatMap(({ domain }): readonly [string, string][] => {
        const outer = outside.get(outerDomain(instance, domain).name)
        return outer === undefined ? [] : [[domain.name, outer]]
      })
      visit(
        instance.module,
        [...path, nameIn(scope, scope.instances, instance)],
        [...instances, instance.name],
        new Map(inner),
      )
    }
  }
  visit(design.top, [], [], new Map(design.top.domains.map(({ name }) => [name, name])))

  const top = scopeIn(scopes, design.top)
  const ports = design.top.ports.map((port): SimulationPort => {
    const direction = port.role === 'input' ? 'input' : 'output'
    return { name: nameIn(top, top.signals, port), direction, bits: port.bits }
  })
  const domains = top.clocks.map(({ domain, clock, reset }): SimulationDomain => {
    return { name: domain.name, clock, reset, kind: domain.reset }
  })
  const files = [...emitted.values()].map(toFile)
  return {
    top: top.module,
    files,
    foreign: foreignFiles(design),
    domains,
    ports,
    probes,
    memories,
    counters,
    properties,
    signals,
  }
}
