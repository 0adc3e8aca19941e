/** The network of a system. */
import { assert, connect, domain, input, instance, literal, main, module, output, stream, type UInt } from '#edsl'
import { hostId } from '#layout'
import { type Network, type NetworkDescription, planNetwork, type PlanOptions } from '#topology'
import { flit } from './flit.ts'
import { interfaceCounters } from './interface/interface-counters.ts'
import { networkInterface } from './interface/network-interface.ts'
import { chipsBehind } from './interface/streams.ts'
import { type ChannelSink, type ChannelSource, connectChannel } from './link/connect-channel.ts'
import { link } from './link/link.ts'
import { moduleCrossing } from './link/module-crossing.ts'
import type { ConfigWriters } from './registers/register-window.ts'
import { modulesAt } from './registers/register-window.ts'
import { routerRegisterModule } from './registers/router-registers.ts'
import { inputsOf, router } from './router/router.ts'

type Domain = ReturnType<typeof domain>

/** Modules that may write configuration: the host, and the tiles on which the kernel runs. NoC section 10.9. */
export const configWritersOf = (system: NetworkDescription): ConfigWriters => {
  const hosts = system.modules.filter(({ kind }) => kind === 'host')
  const kernels = system.modules.filter((one) => (one as { readonly role?: string }).role === 'kernel')
  return { mods: [...hosts, ...kernels].map(({ mod }) => mod), chips: hosts.length > 0 ? [hostId.chip] : [] }
}

/** What may be chosen for the hardware of a network besides its description. */
export interface NetworkOptions extends PlanOptions {
  /** Clock domains of modules that have one of their own, by name of the module; the others have the network's. */
  readonly clocks?: Readonly<Record<string, Domain>>
}

/**
 * Carries packets between the modules of a system: routers, links, the interfaces of the modules and the registers of the
 * routers, as `planNetwork` plans them.
 *
 * Ports: `inject` what the modules send, `deliver` what they get: one stream per module, in the order of `system.modules`, and
 * message class; `counters` of their interfaces. Packets of one source, target and class arrive once, complete, in order.
 * Timing: with routers of one cycle and links without registers k + 1 cycles from module to module over k routers, one flit
 * per cycle. A clock of a module's own costs three cycles in each direction.
 * Reset: empty.
 * Rejects: NetworkError when the description does not fit together, see `planNetwork`; RangeError for a clock of a module that is
 * not there.
 * Source: NoC sections 1, 2.8, 4.2, 10.
 */
export const network = (system: NetworkDescription, options: NetworkOptions = {}) => {
  const { clocks = {} } = options
  const stranger = Object.keys(clocks).find((name) => system.modules.every((module) => module.name !== name))
  if (stranger !== undefined)
    throw new RangeError(
      `network(): there is no module ${stranger} to give a clock; there are ${system.modules.map(({ name }) => name).join(', ')}`,
    )
  const domainOf = (name: string) => clocks[name] ?? main
  const plan = planNetwork(system, options)
  const classes = Array.from({ length: plan.classes }, (_, index) => index)
  return module(
    'network',
    {
      inject: system.modules.map(({ name }) => classes.map(() => input(stream(flit), { domain: domainOf(name) }))),
      deliver: system.modules.map(({ name }) => classes.map(() => output(stream(flit), { domain: domainOf(name) }))),
      counters: system.modules.map(() => output(interfaceCounters)),
    },
    ({ inject, deliver, counters }) => {
      const writers = configWritersOf(system)
      const routers = plan.routers.map((node) =>
        plan.planes.map((plane) => {
          const suffix = plan.planes.length > 1 ? `_p${plane.index}` : ''
          return instance(router(plan, node.index, plane), `router_${node.name}${suffix}`)
        }),
      )

      const interfaces = system.modules.map(({ name, mod }, index) => {
        const ni = instance(networkInterface(plan, { chips: chipsBehind(plan, index) }), `ni_${name}`)
        ni.own.drive({ chip: system.chip, mod })
        const domain = clocks[name]
        if (domain === undefined)
          classes.forEach((one) => {
            connect(ni.inject[one]!, inject[index]![one]!)
            connect(deliver[index]![one]!, ni.deliver[one]!)
          })
        else {
          const domains = { left: domain, right: main }
          const crossing = instance(moduleCrossing(plan.classes), { name: `crossing_${name}`, domains })
          classes.forEach((one) => {
            connect(crossing.inject[one]!, inject[index]![one]!)
            connect(deliver[index]![one]!, crossing.deliver[one]!)
            connect(ni.inject[one]!, crossing.injected[one]!)
            connect(crossing.delivered[one]!, ni.deliver[one]!)
          })
        }
        counters[index]!.drive(ni.counters)
        assert(ni.counters.misdelivered.eq(0), `only packets for ${name} arrive at ${name}`)
        return ni
      })

      const windows = plan.routers.map((node) => {
        if (node.registers === undefined) return undefined
        const window = instance(routerRegisterModule(plan, node.index, writers), `registers_${node.name}`)
        window.own.drive({ chip: system.chip, mod: node.registers })
        plan.planes.forEach((plane, at) => {
          const { events } = routers[node.index]![at]!
          window.received[at]!.drive(events!.received)
          window.waiting[at]!.drive(events!.waiting)
          window.holding[at]!.drive(events!.holding)
          plane.classes.forEach((_, place) => window.ofClass[at]![place]!.drive(events!.ofClass[place]!))
        })
        modulesAt(plan, node.index).forEach((module, at) => window.counters[at]!.drive(interfaces[module]!.counters))
        return window
      })
      settle(plan, routers, windows, interfaces)

      // Channels: an end per port of each router, by plane.
      const ends = (module: number): Ends => {
        const known = interfaces[module]
        if (known !== undefined) return { sends: known.toNetwork, takes: known.fromNetwork }
        const window = windows[plan.modules[module]!.router]!
        return { sends: window.to, takes: window.from }
      }
      plan.planes.forEach((plane, at) => {
        const join = (to: ChannelSink, from: ChannelSource, stages: number, name: string): void => {
          if (stages === 0 && plan.parameters.phits === 1) return connectChannel(to, from)
          const part = instance(link(plan, plane.vcs, Math.max(1, stages)), name)
          connectChannel(part.from, from)
          connectChannel(to, part.to)
        }
        for (const node of plan.routers) {
          const { from, to } = routers[node.index]![at]!
          node.inputs.forEach(({ name, peer, stages }, port) => {
            if (peer.kind === 'module') connectChannel(from[port]!, ends(peer.module).sends[at]!)
            else {
              const sender = routers[peer.router]![at]!.to[peer.port]!
              join(from[port]!, sender, stages, `link_${node.name}_${name}${at > 0 ? `_p${at}` : ''}`)
            }
          })
          node.outputs.forEach(({ peer }, port) => {
            if (peer.kind === 'module') connectChannel(ends(peer.module).takes[at]!, to[port]!)
          })
        }
      })
      tieOff(plan, ends)
    },
  )
}

/** Gives routers their weights and interfaces their rates, from the registers where there are some. */
const settle = (
  plan: Network,
  routers: readonly (readonly RouterPorts[])[],
  windows: readonly (WindowPorts | undefined)[],
  interfaces: readonly Limited[],
): void => {
  const { rateLimit } = plan.parameters
  plan.routers.forEach((node) => {
    const window = windows[node.index]
    const fixed = (plane: number, output: number, place: number): number => {
      const from = inputsOf(plan, node.index, plan.planes[plane]!)[output]![place]!
      return Math.min(255, plan.weight(node.index, from, output))
    }
    routers[node.index]!.forEach((ports, plane) =>
      ports.weights?.forEach((of, output) =>
        of.forEach((weight, place) =>
          weight.drive(window ? window.weights![plane]![output]![place]! : literal(8, fixed(plane, output, place))),
        ),
      ),
    )
    if (rateLimit)
      modulesAt(plan, node.index).forEach((module, at) =>
        interfaces[module]?.limit.drive(
          window ? window.limits![at] : { burst: rateLimit.burst, flits: rateLimit.flits },
        ),
      )
  })
}

/** Ends of interfaces that no router has a port for: such a module never sends, or never gets anything. */
const tieOff = (plan: Network, ends: (module: number) => Ends): void => {
  plan.modules.forEach(({ injection, ejection }, module) =>
    plan.planes.forEach((_, at) => {
      if (injection === undefined) ends(module).sends[at]!.room.drive(0)
      if (ejection !== undefined) return
      const takes = ends(module).takes[at]!
      takes.valid.drive(0)
      takes.vc.drive(0)
      takes.flit.drive(0)
      takes.age?.drive(0)
    }),
  )
}

interface Ends {
  readonly sends: readonly ChannelSource[]
  readonly takes: readonly ChannelSink[]
}

interface RouterPorts {
  readonly from: readonly ChannelSink[]
  readonly to: readonly ChannelSource[]
  readonly weights?: readonly (readonly { drive(value: UInt): void }[])[]
  readonly events?: {
    readonly received: UInt
    readonly waiting: UInt
    readonly holding: UInt
    readonly ofClass: readonly UInt[]
  }
}

interface WindowPorts {
  readonly from: readonly ChannelSink[]
  readonly to: readonly ChannelSource[]
  readonly weights?: readonly (readonly (readonly UInt[])[])[]
  readonly limits?: readonly unknown[]
}

interface Limited {
  readonly limit: { drive(value: unknown): void }
}
