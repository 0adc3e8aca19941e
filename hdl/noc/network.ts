/** The network of a system. */
import { assert, connect, input, instance, module, output, stream } from '#edsl'
import type { SystemDescription } from '#layout'
import { flit } from './flit.ts'
import { interfaceCounters, networkInterface } from './network-interface.ts'
import { planNetwork } from './plan.ts'
import { plane } from './plane.ts'

/** What can be chosen for a network. */
export interface NetworkOptions {
  /** Flits that each input of a router holds, per message class. @defaultValue 8 */
  readonly depth?: number
}

/**
 * Carries packets between the modules of a system, in two message classes that never wait for each other: each class has
 * routers and links of its own.
 *
 * Ports: `inject0`, `inject1` what the modules send, `deliver0`, `deliver1` what they get, `counters` of their interfaces; each
 * one per module in the order of `system.modules`. Packets of one source, target and class arrive once, complete, in order.
 * Timing: k + 1 cycles from module to module over k routers, one flit per cycle.
 * Reset: empty.
 * Rejects: RangeError when the description does not fit together, see `planNetwork`.
 * Source: NoC sections 1, 2.8, 4.2, 10.
 */
export const network = (system: SystemDescription, { depth = 8 }: NetworkOptions = {}) => {
  const plan = planNetwork(system)
  const perModule = <P>(port: P): P[] => system.modules.map(() => port)

  return module(
    'network',
    {
      inject0: perModule(input(stream(flit))),
      inject1: perModule(input(stream(flit))),
      deliver0: perModule(output(stream(flit))),
      deliver1: perModule(output(stream(flit))),
      counters: perModule(output(interfaceCounters)),
    },
    ({ inject0, inject1, deliver0, deliver1, counters }) => {
      const mesh = plane(system, plan, depth)
      const requests = instance(mesh)
      const responses = instance(mesh)
      const interfaces = { module: networkInterface('module', plan), gateway: networkInterface('gateway', plan) }

      system.modules.forEach(({ name, mod, kind }, index) => {
        const ni = instance(interfaces[kind === 'host' ? 'gateway' : 'module'], `ni_${name}`)
        ni.own.drive({ chip: system.chip, mod })
        connect(ni.inject0, inject0[index]!)
        connect(ni.inject1, inject1[index]!)
        connect(deliver0[index]!, ni.deliver0)
        connect(deliver1[index]!, ni.deliver1)
        connect(requests.from[index]!, ni.toNetwork0)
        connect(responses.from[index]!, ni.toNetwork1)
        connect(ni.fromNetwork0, requests.to[index]!)
        connect(ni.fromNetwork1, responses.to[index]!)
        counters[index]!.drive(ni.counters)
        assert(ni.counters.misdelivered.eq(0), `only packets for ${name} arrive at ${name}`)
      })
    },
  )
}
