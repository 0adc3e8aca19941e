/** Changes of an elaborated design that a proof needs: parts replaced by their promises, and rules watched beside a part. */
import { elaborate } from '#edsl'
import type { Design, Instance, Module, Signal } from '#ir'

const withTop = (design: Design, top: Module, others: readonly Module[]): Design => {
  const used = new Set<Module>()
  const visit = (module: Module): void => {
    for (const { module: below } of module.instances) visit(below)
    used.add(module)
  }
  visit(top)
  const known = new Set([...design.modules, ...others])
  for (const module of used) if (module !== top && !known.has(module)) throw new Error(`${module.name} is unknown`)
  return { ...design, top, modules: [...used] }
}

/**
 * The design in which instances of the top are replaced by modules that have the same ports, and more inputs. The latter
 * become inputs of the top, named after the instance: what a replacement leaves open is free in a proof.
 *
 * Rejects: an error when a replacement lacks a port, or has an output more.
 */
export const replaced = (
  design: Design,
  replacementOf: (instance: Instance) => { readonly name: string } | undefined,
): Design => {
  const added: Signal[] = []
  const modules: Module[] = []
  const instances = design.top.instances.map((instance): Instance => {
    const definition = replacementOf(instance)
    if (!definition) return instance
    const module = elaborate(definition).top
    modules.push(module)
    for (const { name } of instance.module.ports)
      if (!module.ports.some((port) => port.name === name))
        throw new Error(`${module.name} stands for ${instance.module.name} and has no port ${name}`)
    const connections: Record<string, Signal> = { ...instance.connections }
    for (const port of module.ports) {
      if (connections[port.name]) continue
      if (port.role !== 'input') throw new Error(`${module.name} has the output ${port.name} more`)
      const free: Signal = { ...port, name: `${instance.name}_${port.name}`, label: `${instance.name}.${port.label}` }
      added.push(free)
      connections[port.name] = free
    }
    return { ...instance, module, connections }
  })
  return withTop(design, { ...design.top, instances, ports: [...design.top.ports, ...added] }, modules)
}

/**
 * The design with an instance more in its top: `rules`, a module of inputs alone, whose port named `p` sees the signal that
 * `signalOf('p')` gives.
 */
export const watched = (
  design: Design,
  rules: { readonly name: string },
  signalOf: (port: string) => Signal | undefined,
): Design => {
  const module = elaborate(rules).top
  const connections: Record<string, Signal> = {}
  for (const port of module.ports) {
    const signal = signalOf(port.name)
    if (!signal || port.role !== 'input' || signal.bits !== port.bits)
      throw new Error(`${module.name}: nothing fits its port ${port.name}`)
    connections[port.name] = signal
  }
  const { domains, origin } = design.top
  const own = Object.fromEntries(module.domains.map((domain) => [domain.name, domains[0]!]))
  const instance: Instance = { kind: 'instance', name: 'rules', module, connections, domains: own, origin }
  return withTop(design, { ...design.top, instances: [...design.top.instances, instance] }, [module])
}

/** A port or signal of the top, by its name in Verilog. */
export const signalOfTop = ({ top }: Design, name: string): Signal | undefined =>
  [...top.ports, ...top.signals].find((signal) => signal.name === name)

/** The design in which everything that modules below the top assume has to be shown: the top is their environment. */
export const owed = (design: Design): Design => {
  const copies = new Map<Module, Module>()
  for (const module of design.modules) {
    const properties = module.properties.map((property) =>
      module !== design.top && property.check === 'assume' ? { ...property, check: 'assert' as const } : property,
    )
    const instances = module.instances.map((one) => ({ ...one, module: copies.get(one.module) ?? one.module }))
    copies.set(module, { ...module, properties, instances })
  }
  return { ...design, top: copies.get(design.top)!, modules: [...copies.values()] }
}
