// Planning
export { planNetwork } from './plan-network.ts'
export type { PlanOptions, UnsafeCheck } from './plan-network.ts'
export { moduleKinds, networkClass, registersKind } from './module-kinds.ts'
export type { ModuleKind, Wait } from './module-kinds.ts'
export type { NetworkDescription, NetworkModule } from './description.ts'
export { NetworkError } from './network-error.ts'
export type { CycleStep, NetworkFault } from './network-error.ts'

// A planned network
export { vcsOf } from './network.ts'
export { subChannelOf } from './sub-channel.ts'
export type { ModuleNode, Network, Peer, Plane, RouterNode, RouterPort, Way } from './network.ts'
export type {
  Arbitration,
  CustomChannel,
  MessageClass,
  NetworkChoice,
  NetworkParameters,
  Routing,
  Topology,
} from '#layout'
export { detours, distancesOf, pathOf, routersBetween, stagesBetween, zeroLoadCycles } from './path.ts'
export type { Detour, Hop } from './path.ts'
export { dependencyCount } from './deadlock.ts'
export { latencyBounds } from './bounds.ts'
export type { BoundOptions, LatencyBound } from './bounds.ts'
export { routerPlaces } from './router-places.ts'
export { modAt, placeOf, showMod } from './mod-id.ts'

// Systems for comparisons, measurements and tests
export { gridModules, meshSystem, starmesh2x2x3 } from './systems.ts'
export type { GridOptions } from './systems.ts'
