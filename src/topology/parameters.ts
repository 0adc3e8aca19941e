/** The choices of a network with their defaults. Source: NoC section 10.1. */
import type { NetworkChoice, NetworkParameters, Routing, Topology } from '#layout'
import type { NetworkDescription } from './description.ts'

/** The routing of a topology that nobody chose one for. */
export const usualRouting = (topology: Topology): Routing => {
  switch (topology.kind) {
    case 'mesh':
      return 'xy'
    case 'torus':
    case 'ring':
      return 'dateline'
    case 'star':
      return 'direct'
    case 'custom':
      return topology.table === undefined ? 'upDown' : 'table'
  }
}

/** Lanes of a routing: 2 where packets change their virtual channels on the way. */
export const lanesOf = (topology: Topology, routing: Routing): 1 | 2 =>
  routing === 'dateline' ||
  (routing === 'table' &&
    topology.kind === 'custom' &&
    Object.values(topology.table ?? {}).some((way) => way.endsWith(':1')))
    ? 2
    : 1

/** All parameters of a system's network: what its description says, and defaults for the rest. */
export const parametersOf = (system: NetworkDescription, neededClasses: 1 | 2 | 3 | 4): NetworkParameters => {
  const choice: NetworkChoice = system.network ?? {}
  const topology = choice.topology ?? { kind: 'mesh', columns: system.columns ?? 1, rows: system.rows ?? 1 }
  const routing = choice.routing ?? usualRouting(topology)
  const classes = choice.classes ?? neededClasses
  const pipeline = choice.pipeline ?? 'one'
  return {
    topology,
    routing,
    classes,
    planes: choice.planes ?? [([0, 1, 2, 3] as const).slice(0, classes)],
    vcsPerClass: choice.vcsPerClass ?? lanesOf(topology, routing),
    depth: choice.depth ?? 8,
    phits: choice.phits ?? 1,
    pipeline,
    rounds: choice.rounds ?? 1,
    outputRegister: choice.outputRegister ?? pipeline === 'two',
    linkStages: choice.linkStages ?? 0,
    fullRate: choice.fullRate ?? false,
    arbitration: choice.arbitration ?? 'sourceWeighted',
    priority: choice.priority ?? { levels: [0, 1, 2, 3], bound: 16 },
    guards: choice.guards ?? { tx: 4096, rx: 65536 },
    rateLimit: choice.rateLimit,
    // A table says no ways to registers unless somebody writes them, and registers answer in a class of their own.
    counters: choice.counters ?? (routing !== 'table' && classes > 1),
    longestPacket: choice.longestPacket ?? 131,
  }
}
