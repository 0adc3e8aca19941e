export { vcsOf } from './network.ts'
export type { MessageClass, ModuleNode, Network, Peer, Plane, RouterNode, RouterPort, Way } from './network.ts'
export type { Arbitration, CustomChannel, NetworkParameters, Routing, Topology } from './parameters.ts'
