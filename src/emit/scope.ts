/** The Verilog names of a design's modules and of everything that has a name in them. */
import type { Design, Domain, Instance, Memory, Module, Signal } from '#ir'
import { usedDomains } from './domains.ts'
import { createNames, type Names } from './names.ts'

/** What the clock and the reset of a domain are called in a module. */
export interface DomainPins {
  readonly domain: Domain
  readonly clock: string
  /** Undefined when the domain has none. */
  readonly reset: string | undefined
}

/** Names of one module. */
export interface Scope {
  readonly module: string
  readonly signals: ReadonlyMap<Signal, string>
  readonly memories: ReadonlyMap<Memory, string>
  readonly instances: ReadonlyMap<Instance, string>
  /** The domains whose clocks the module needs from outside; a module that is all logic has none. */
  readonly clocks: readonly DomainPins[]
  /** The pins of each domain, by its name; also of those whose clocks are made inside. */
  readonly pins: ReadonlyMap<string, DomainPins>
  /** A fresh set of names in which everything above is taken, except the names of signals that do not appear. */
  readonly names: (absent: ReadonlySet<Signal>) => Names
}

export type Scopes = ReadonlyMap<Module, Scope>

/** The names of every module of the design. `top`: whether its top has all its clocks, or only those that it needs. */
export const scopesOf = (design: Design, top: 'all clocks' | 'needed clocks'): Scopes => {
  const foreign = design.modules.flatMap(({ external }) => (external === undefined ? [] : [external.verilogName]))
  const moduleNames = createNames(foreign)
  const scopes = new Map<Module, Scope>()
  for (const module of design.modules) {
    const needed = new Set(usedDomains(module, (child) => scopeIn(scopes, child).clocks.map(({ domain }) => domain)))
    const clocks = module.domains.filter(
      ({ name }) => needed.has(name) || (top === 'all clocks' && module === design.top),
    )
    scopes.set(
      module,
      module.external === undefined
        ? scopeOf(module, moduleNames.take(module.name), clocks)
        : foreignScope(module, module.external),
    )
  }
  return scopes
}

/** The scope of a module of the design. */
export const scopeIn = (scopes: Scopes, module: Module): Scope => {
  const scope = scopes.get(module)
  if (scope === undefined) throw new Error(`module ${module.name} is used but is not one of the design's modules`)
  return scope
}

/** The pins of a domain in a module. */
export const pinsIn = (scope: Scope, domain: Domain): DomainPins => {
  const pins = scope.pins.get(domain.name)
  if (pins === undefined)
    throw new Error(`domain ${domain.name} is used in module ${scope.module}, which does not have it`)
  return pins
}

const pinsOf = (domain: Domain): DomainPins => {
  const before = domain.name === 'main' ? '' : `${domain.name}_`
  return { domain, clock: `${before}clk`, reset: domain.reset === 'none' ? undefined : `${before}rst` }
}

const scopeOf = (module: Module, name: string, clocks: readonly Domain[]): Scope => {
  const outside = clocks.map(pinsOf)
  // Verilator takes no signal that has the name of its module
  const reserved = [
    'clk',
    'rst',
    name,
    ...outside.flatMap(({ clock, reset }) => [clock, ...(reset === undefined ? [] : [reset])]),
  ]
  const names = createNames(reserved)
  const named = <Thing extends { readonly name: string }>(things: readonly Thing[]): ReadonlyMap<Thing, string> =>
    new Map(things.map((thing) => [thing, names.take(thing.name)]))
  const signals = named([...module.ports, ...module.signals])
  const memories = named(module.memories)
  const instances = named(module.instances)
  const inside = module.provided.map(({ domain, clock, reset }): DomainPins => {
    return { domain, clock: signals.get(clock) ?? clock.name, reset: reset && (signals.get(reset) ?? reset.name) }
  })
  const freshNames = (absent: ReadonlySet<Signal>): Names => {
    const present = [...signals].flatMap(([signal, own]) => (absent.has(signal) ? [] : [own]))
    return createNames([...reserved, ...present, ...memories.values(), ...instances.values()])
  }
  const pins = new Map([...outside, ...inside].map((own) => [own.domain.name, own]))
  return { module: name, signals, memories, instances, clocks: outside, pins, names: freshNames }
}

/** Foreign Verilog has the names that it has. */
const foreignScope = (module: Module, { verilogName, pins }: NonNullable<Module['external']>): Scope => {
  const clocks = module.domains.flatMap((domain): readonly DomainPins[] => {
    const own = pins[domain.name]
    return own === undefined ? [] : [{ domain, ...own }]
  })
  return {
    module: verilogName,
    signals: new Map(module.ports.map((port) => [port, port.name])),
    memories: new Map(),
    instances: new Map(),
    clocks,
    pins: new Map(clocks.map((own) => [own.domain.name, own])),
    names: () => createNames(),
  }
}

/** The Verilog name of a thing that belongs to the scope. */
export const nameIn = <Thing extends { readonly name: string }>(
  scope: Scope,
  names: ReadonlyMap<Thing, string>,
  thing: Thing,
): string => {
  const name = names.get(thing)
  if (name === undefined) throw new Error(`${thing.name} is used in module ${scope.module}, which does not have it`)
  return name
}
