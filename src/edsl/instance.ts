/** Uses of modules inside others. */
import type { Domain, Instance, Module, Origin, Signal } from '#ir'
import { leafDetails } from './bundle.ts'
import { type Builder, builder, claimName, reportMistake } from './context.ts'
import { currentDomain, main, seeDomain } from './domain.ts'
import { elaborateModule, type ModuleDefinition } from './module.ts'
import { capture } from './origin.ts'
import type { PortRecord, Views } from './ports.ts'
import { newSignal } from './signal.ts'
import { viewPorts } from './view-ports.ts'

export interface InstanceOptions {
  readonly name?: string
  /**
   * Which domain here stands for which domain of the module, by the module's name of it: `{ write: pixel, read: main }`.
   * Of those not given, the module's `main` is the domain of the statement, and every other the one of the same name.
   */
  readonly domains?: Readonly<Record<string, Domain>>
}

/**
 * Uses a module inside the one whose body is running; returns its ports as the parent sees them.
 *
 * Rejects: HDL-0308 for a module inside itself; HDL-0502 for domains that the module does not have, or that have no reset
 * for one that needs it.
 */
export const instance = <P extends PortRecord>(
  definition: ModuleDefinition<P>,
  options: string | InstanceOptions = {},
): Views<P, 'outside'> => {
  const { name, domains = {} } = typeof options === 'string' ? { name: options } : options
  const owner = builder('instance()')
  const origin = capture(name)
  const child = elaborateModule(definition as unknown as ModuleDefinition)
  const instanceName = claimName(owner, name ?? origin.name ?? definition.name, origin)
  const signals: Signal[] = []
  const views = viewPorts(definition.ports, ({ name: portName, label, shape, outward }) => {
    const signal = newSignal(
      `${instanceName}_${portName}`,
      shape.bits,
      outward ? 'instanceOutput' : 'wire',
      origin,
      // Names the port as the parent reaches it: `queue.from.payload`.
      { label: `${instanceName}.${label}`, ...leafDetails(shape) },
    )
    signals.push(signal)
    return { signal, drivable: !outward }
  })
  // Port names of the child are spelled by its own builder; both lists are in declaration order.
  const connections = Object.fromEntries(child.ports.map((port, index) => [port.name, signals[index] as Signal]))
  const node: Instance = Object.freeze({
    kind: 'instance',
    name: instanceName,
    module: child,
    connections: Object.freeze(connections),
    domains: domainMap(owner, child, domains, origin),
    origin,
  })
  owner.instances.push(node)
  return views as Views<P, 'outside'>
}

/** The parent's domain for each that the module needs or that a port of it names. */
const domainMap = (
  owner: Builder,
  child: Module,
  given: Readonly<Record<string, Domain>>,
  origin: Origin,
): Readonly<Record<string, Domain>> => {
  const needed = new Set(child.domains.map(({ name }) => name))
  const theirs = new Map(child.domains.map((one) => [one.name, one]))
  for (const { domain } of child.ports)
    if (domain !== undefined && domain !== 'asynchronous' && !theirs.has(domain.name)) theirs.set(domain.name, domain)
  for (const name of Object.keys(given))
    if (!theirs.has(name))
      reportMistake(
        'HDL-0502',
        `module ${child.name} has no clock domain '${name}'`,
        { origin, note: `its domains are ${[...theirs.keys()].join(', ')}` },
        [{ origin: child.origin, note: 'the module' }],
        [...theirs.keys()].map((known) => `instance(module, { domains: { ${known}: ... } })`),
      )
  const provided = new Set(child.provided.map((one) => one.domain.name))
  const map: Record<string, Domain> = {}
  for (const [name, their] of theirs) {
    const mine = given[name] ?? (name === main.name ? currentDomain(owner) : (known(owner, name) ?? their))
    map[name] = mine
    // What a module makes itself, and what only a port names, needs no clock from here.
    if (provided.has(name)) continue
    seeDomain(owner, mine, origin, needed.has(name) ? 'clocked' : 'named')
    if (needed.has(name) && mine.reset === 'none' && their.reset !== 'none' && !isCombinational(child))
      reportMistake(
        'HDL-0502',
        `the domain ${name} of module ${child.name} needs a reset, and ${mine.name} here has none`,
        { origin, note: `${name} is ${mine.name} here, which has no reset` },
        [{ origin: child.origin, note: `reset of ${name}: '${their.reset}'` }],
        [`domain('${mine.name}', { reset: 'synchronous' })`, 'or map another domain'],
      )
  }
  return Object.freeze(map)
}

const known = (owner: Builder, name: string): Domain | undefined => owner.seenDomains.get(name)?.domain

/** A module without anything that a clock moves has the domain `main` only because every module has one. */
const isCombinational = (module: Module): boolean =>
  module.signals.every(({ role }) => role !== 'register' && role !== 'memoryOutput') &&
  module.memories.length === 0 &&
  module.instances.every((below) => isCombinational(below.module)) &&
  module.properties.length === 0
