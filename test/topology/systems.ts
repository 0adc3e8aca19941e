/** Systems of all topologies for the tests. */
import type { NetworkChoice } from '#layout'
import {
  gridModules,
  type NetworkDescription,
  type NetworkFault,
  NetworkError,
  planNetwork,
  type PlanOptions,
} from '#topology'

/** A system with modules of one kind at every router of a topology. */
export const systemOf = (
  topology: NonNullable<NetworkChoice['topology']>,
  { perRouter = 1, kind = 'compute', ...network }: NetworkChoice & { perRouter?: number; kind?: string } = {},
): NetworkDescription => {
  const choice = { ...network, topology }
  switch (topology.kind) {
    case 'mesh':
    case 'torus': {
      const { columns, rows } = topology
      const name = `${topology.kind}_${columns}x${rows}x${perRouter}`
      return { name, chip: 0, modules: gridModules(columns, rows, perRouter, kind), network: choice }
    }
    case 'ring': {
      const modules = gridModules(8, Math.ceil(topology.routers / 8), perRouter, kind)
      return {
        name: `ring_${topology.routers}`,
        chip: 0,
        modules: modules.slice(0, topology.routers * perRouter),
        network: choice,
      }
    }
    case 'star':
      return { name: 'star', chip: 0, modules: gridModules(4, 1, perRouter, kind), network: choice }
    case 'custom': {
      const modules = topology.routers.map((router, index) => ({ kind, name: `at_${router}`, mod: index * 4, router }))
      return { name: 'custom', chip: 0, modules, network: choice }
    }
  }
}

/** Channels in both directions between pairs of routers: `a-b`. */
export const both = (...pairs: readonly string[]): readonly { readonly from: string; readonly to: string }[] =>
  pairs.flatMap((pair) => {
    const [from = '', to = ''] = pair.split('-')
    return [
      { from, to },
      { from: to, to: from },
    ]
  })

/** The mistakes of a system; empty when it is planned. */
export const faultsOf = (system: NetworkDescription, options?: PlanOptions): readonly NetworkFault[] => {
  try {
    planNetwork(system, options)
    return []
  } catch (reason) {
    if (reason instanceof NetworkError) return reason.faults
    throw reason
  }
}
