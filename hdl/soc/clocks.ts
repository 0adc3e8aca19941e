/** Clocks of a system: that of the network, and those of modules that have one of their own. */
import { domain, main, type Port, type PortRecord } from '#edsl'
import type { SystemDescription, SystemModule } from '#layout'

type Domain = ReturnType<typeof domain>

/** Whether a module has a clock of its own: in Verilog the inputs `NAME_clk` and `NAME_rst`. */
const hasOwnClock = (system: SystemDescription, { clockHz }: SystemModule): boolean =>
  clockHz !== undefined && clockHz !== system.clockHz

/** The clock of a module in hertz. */
export const clockOf = (system: SystemDescription, { clockHz }: SystemModule): number => clockHz ?? system.clockHz

/** The domain of a module. */
export const domainOf = (system: SystemDescription, one: SystemModule): Domain =>
  hasOwnClock(system, one) ? domain(one.name) : main

/** Domains of all modules that have their own, by name. */
export const ownDomains = (system: SystemDescription): Readonly<Record<string, Domain>> =>
  Object.fromEntries(
    system.modules.filter((one) => hasOwnClock(system, one)).map((one) => [one.name, domainOf(system, one)]),
  )

/** The same ports, with the clock `to` where they have that of the module; pins without a clock stay so. */
export const portsIn = (to: Domain, ports: PortRecord): PortRecord =>
  to === main
    ? ports
    : Object.fromEntries(Object.entries(ports).map(([name, tree]) => [name, inDomainOf(to, tree)] as const))

const inDomainOf = (to: Domain, tree: PortRecord[string]): PortRecord[string] => {
  if (Array.isArray(tree)) return tree.map((part: PortRecord[string]) => inDomainOf(to, part))
  const one = tree as Port | PortRecord
  if (typeof one['direction'] !== 'string') return portsIn(to, one as PortRecord)
  const port = one as Port
  return Object.freeze({ ...port, domain: port.domain ?? to })
}
