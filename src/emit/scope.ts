/** The Verilog names of a design's modules and of everything that has a name in them. */
import type { Design, Instance, Memory, Module, Signal } from '#ir'
import { createNames, type Names } from './names.ts'

/** Names of one module. */
export interface Scope {
  readonly module: string
  readonly signals: ReadonlyMap<Signal, string>
  readonly memories: ReadonlyMap<Memory, string>
  readonly instances: ReadonlyMap<Instance, string>
  /** Whether the module has `clk` and `rst`: it or something below it has state or asserts something. */
  readonly clocked: boolean
  /** A fresh set of names in which everything above is taken, except the names of signals that do not appear. */
  readonly names: (absent: ReadonlySet<Signal>) => Names
}

export type Scopes = ReadonlyMap<Module, Scope>

/** The names of every module of the design. */
export const scopesOf = (design: Design): Scopes => {
  const moduleNames = createNames()
  const scopes = new Map<Module, Scope>()
  for (const module of design.modules) scopes.set(module, scopeOf(module, moduleNames.take(module.name), scopes))
  return scopes
}

/** The scope of a module of the design. */
export const scopeIn = (scopes: Scopes, module: Module): Scope => {
  const scope = scopes.get(module)
  if (scope === undefined) throw new Error(`module ${module.name} is used but is not one of the design's modules`)
  return scope
}

const scopeOf = (module: Module, name: string, scopes: Scopes): Scope => {
  const names = createNames(['clk', 'rst'])
  const named = <Thing extends { readonly name: string }>(things: readonly Thing[]): ReadonlyMap<Thing, string> =>
    new Map(things.map((thing) => [thing, names.take(thing.name)]))
  const signals = named([...module.ports, ...module.signals])
  const memories = named(module.memories)
  const instances = named(module.instances)
  const clocked =
    module.memories.length + module.properties.length > 0 ||
    module.signals.some(({ role }) => role === 'register' || role === 'memoryOutput') ||
    module.instances.some((instance) => scopeIn(scopes, instance.module).clocked)
  const freshNames = (absent: ReadonlySet<Signal>): Names => {
    const present = [...signals].flatMap(([signal, own]) => (absent.has(signal) ? [] : [own]))
    return createNames(['clk', 'rst', ...present, ...memories.values(), ...instances.values()])
  }
  return { module: name, signals, memories, instances, clocked, names: freshNames }
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
