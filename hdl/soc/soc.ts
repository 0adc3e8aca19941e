/** Whole systems: the only place that chooses parameters. */
import { inDomain, instance, module, type PortRecord } from '#edsl'
import { network } from '#hdl/noc'
import type { SystemDescription } from '#layout'
import { domainOf, ownDomains, portsIn } from './clocks.ts'
import { type Between, joined, joinModule, type ModuleStreams, portsOf } from './join-module.ts'

/**
 * A system after its description: network, tiles, memory, and the host's streams.
 *
 * Ports: per module NAME_ and what `portsOf` says. A module with a clock of its own has the domain NAME, which its ports belong
 * to, and a crossing to the network; it may be reset alone. `between` may put something into the streams of compute tiles, to try
 * how they bear it.
 * Source: NoC section 13.
 */
export const soc = (system: SystemDescription, between: Between = joined) => {
  const ports: Record<string, PortRecord[string]> = {}
  for (const one of system.modules)
    for (const [name, port] of Object.entries(portsIn(domainOf(system, one), portsOf(system, one))))
      ports[`${one.name}_${name}`] = port

  return module(system.name, ports, (views) => {
    const noc = instance(network(system, { clocks: ownDomains(system) }), 'noc')
    system.modules.forEach((one, index) => {
      const own = Object.fromEntries(
        Object.keys(portsOf(system, one)).map((name) => [name, views[`${one.name}_${name}`]]),
      )
      const streams: ModuleStreams = { inject: noc.inject[index]!, deliver: noc.deliver[index]! }
      inDomain(domainOf(system, one), () => joinModule(system, one, own, streams, between))
    })
  })
}
