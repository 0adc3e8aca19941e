/** A design as one flat set of scopes: one for each use of a module. */
import type { Design, Domain, Instance, Module, Signal } from '#ir'
import { EngineError } from './engine-error.ts'

/** A clock of the flat design. Those of the top come first, then those that are made inside. */
export interface FlatDomain {
  readonly index: number
  /** As the module that has it calls it. */
  readonly domain: Domain
  /** Where its clock and its reset are made; undefined: they are inputs of the design. */
  readonly madeBy: { readonly scope: Scope; readonly clock: Signal; readonly reset: Signal | undefined } | undefined
}

/** One use of a module. */
export interface Scope {
  readonly index: number
  /** Instances from below the top. */
  readonly path: readonly string[]
  readonly module: Module
  readonly parent: Scope | undefined
  /** The parent's signals at the ports. */
  readonly connections: Readonly<Record<string, Signal>>
  /** Who makes each instance output: the port of the scope below. */
  readonly sources: ReadonlyMap<Signal, { readonly scope: Scope; readonly port: Signal }>
  readonly domains: ReadonlyMap<string, FlatDomain>
}

export interface FlatDesign {
  readonly top: Scope
  readonly scopes: readonly Scope[]
  readonly domains: readonly FlatDomain[]
}

/** Rejects: EngineError when a module is foreign Verilog. */
export const flatten = (design: Design): FlatDesign => {
  const scopes: Scope[] = []
  const domains: FlatDomain[] = design.top.domains.map((domain, index) => ({ index, domain, madeBy: undefined }))

  const visit = (
    module: Module,
    path: readonly string[],
    parent: Scope | undefined,
    instance: Instance | undefined,
    outer: ReadonlyMap<string, FlatDomain>,
  ): Scope => {
    if (module.external !== undefined) throw foreign(design, module, path)
    const sources = new Map<Signal, { scope: Scope; port: Signal }>()
    const own = new Map(outer)
    const connections = instance?.connections ?? {}
    const scope: Scope = { index: scopes.length, path, module, parent, connections, sources, domains: own }
    scopes.push(scope)
    for (const { domain, clock, reset } of module.provided) {
      const made: FlatDomain = { index: domains.length, domain, madeBy: { scope, clock, reset } }
      domains.push(made)
      own.set(domain.name, made)
    }
    for (const child of module.instances) {
      const inner = new Map<string, FlatDomain>()
      for (const { name } of child.module.domains) {
        const flat = own.get(child.domains[name]?.name ?? name)
        if (flat === undefined) throw new Error(`${[...path, child.name].join('.')} has no clock for ${name}`)
        inner.set(name, flat)
      }
      const below = visit(child.module, [...path, child.name], scope, child, inner)
      for (const port of child.module.ports) {
        const signal = child.connections[port.name]
        if (port.role === 'output' && signal !== undefined) sources.set(signal, { scope: below, port })
      }
    }
    return scope
  }

  const outer = new Map(domains.map((flat) => [flat.domain.name, flat]))
  const top = visit(design.top, [], undefined, undefined, outer)
  return { top, scopes, domains }
}

/** The flat domain of a domain as the module of the scope knows it. */
export const domainIn = (scope: Scope, domain: Domain): FlatDomain => {
  const flat = scope.domains.get(domain.name)
  if (flat === undefined) throw new Error(`${scope.module.name} has no clock for ${domain.name}`)
  return flat
}

const foreign = (design: Design, module: Module, path: readonly string[]): EngineError =>
  new EngineError({
    code: 'SIM-0401',
    title: `\`${path.at(-1) ?? module.name}\` is Verilog of others, which the wasm engine cannot run`,
    at: { origin: module.origin, note: `stands for the Verilog module \`${module.external?.verilogName}\`` },
    also: [],
    path: [design.top.name, ...path],
    help: [
      `run the design in Verilator: simulate(..., { engine: 'verilator' })`,
      `or leave the instance out of what the wasm engine tests`,
    ],
  })
