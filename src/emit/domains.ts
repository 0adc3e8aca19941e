/** Which clocks a module needs. */
import type { Domain, Instance, MemoryWrite, Module, Signal } from '#ir'
import { leavesOf } from './project.ts'

/** The domain of a register or memory output. */
export const domainOf = ({ name, domain }: Signal): Domain => {
  if (typeof domain === 'object') return domain
  throw new Error(`${name} has no clock domain`)
}

/** The parent's domain that stands for a domain of the instance's module. */
export const outerDomain = ({ name, domains }: Instance, inner: Domain): Domain => {
  const outer = domains[inner.name]
  if (outer === undefined) throw new Error(`domain ${inner.name} of instance ${name} is not connected`)
  return outer
}

/** The writes of a module to its memories. */
export const writesOf = (module: Module): readonly MemoryWrite[] =>
  leavesOf(module.body).filter((leaf) => leaf.kind === 'memoryWrite')

/** Names of the domains by whose clocks something happens in the module or below it. */
export const usedDomains = (module: Module, neededBy: (child: Module) => readonly Domain[]): readonly string[] => [
  ...module.signals
    .filter(({ role }) => role === 'register' || role === 'memoryOutput')
    .map((one) => domainOf(one).name),
  ...module.readPorts.map(({ domain }) => domain.name),
  ...writesOf(module).map(({ domain }) => domain.name),
  ...module.properties.map(({ domain }) => domain.name),
  ...module.instances.flatMap((instance) =>
    neededBy(instance.module).map((inner) => outerDomain(instance, inner).name),
  ),
]
