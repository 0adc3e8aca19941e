/**
 * A network as a graph: routers, their ports, the channels between them, and the one function that says where packets go.
 * Hardware, deadlock check, bounds, golden model and drawings all read it. Source: NoC sections 10.1, 10.2, 11.4.
 */
import type { MessageClass, NetworkParameters } from '#layout'

/** What a port of a router leads to (or comes from). */
export type Peer =
  | { readonly kind: 'module'; readonly module: number }
  | { readonly kind: 'router'; readonly router: number; readonly port: number }

/** One direction of a port: an input or an output of a router. */
export interface RouterPort {
  /** Name of the port, used for hardware ports too: `east`, `module0`, `clockwise`. */
  readonly name: string
  /** Other end: a module, or a port of another router (its index in that router's `outputs` or `inputs`). */
  readonly peer: Peer
  /** Register stages of the channel that leaves at (or arrives from) here, 0 to 8. */
  readonly stages: number
}

/** A router with the ports that packets use. */
export interface RouterNode {
  readonly index: number
  /** Name of its hardware: `x0_y1`, `r3`. */
  readonly name: string
  readonly place: { readonly x: number; readonly y: number }
  readonly inputs: readonly RouterPort[]
  readonly outputs: readonly RouterPort[]
  /** Module id (z = 3) of its register window, when it has one. */
  readonly registers: number | undefined
}

/** A module of the network, in the order of the ports of the hardware. */
export interface ModuleNode {
  readonly index: number
  readonly name: string
  readonly kind: string
  /** 8-bit module id {x3, y3, z2}. */
  readonly mod: number
  readonly router: number
  /** Index of its port in the router's `inputs`, `outputs`; undefined where it never injects, never receives. */
  readonly injection: number | undefined
  readonly ejection: number | undefined
}

/** Where a packet goes from a router: an index of `outputs`, and the lane (dateline: 0 before it, 1 after it). */
export interface Way {
  readonly output: number
  readonly lane: 0 | 1
}

/** A physical network of its own, with the classes that share it. */
export interface Plane {
  readonly index: number
  readonly classes: readonly MessageClass[]
  /** Virtual channels of each of its links: `classes.length * vcsPerClass`. */
  readonly vcs: number
}

/** A planned network. */
export interface Network {
  readonly name: string
  readonly chip: number
  readonly parameters: NetworkParameters
  readonly modules: readonly ModuleNode[]
  readonly routers: readonly RouterNode[]
  /** Message classes in use: 0 to `classes - 1`. */
  readonly classes: 1 | 2 | 3 | 4
  readonly planes: readonly Plane[]
  /** Lanes of the routing: 2 with datelines, 1 without. */
  readonly lanes: 1 | 2
  /** Module that packets for foreign chips go to (by chip id), the host's 0x3F among them. */
  readonly gateways: ReadonlyMap<number, number>
  /**
   * The routing function: where a packet for module `target` that is at input `input` of a router, in `lane`, goes. Undefined
   * for targets that never get there.
   */
  readonly route: (router: number, input: number, lane: 0 | 1, target: number) => Way | undefined
  /** Whether a packet ever enters `router` at `input` and leaves it at `output`. */
  readonly turns: (router: number, input: number, output: number) => boolean
  /** Modules with a target whose route enters at `input` and leaves at `output`: the weight of `sourceWeighted`. NoC 10.6. */
  readonly weight: (router: number, input: number, output: number) => number
}

/**
 * The virtual channels of a plane that packets of a class may use in a lane, lowest first. With one lane all
 * `vcsPerClass` of the class; with two, lane 0 has the lower half and lane 1 the upper half of them.
 */
export const vcsOf = (
  network: Pick<Network, 'parameters' | 'lanes'>,
  plane: Plane,
  messageClass: MessageClass,
  lane: 0 | 1,
): readonly number[] => {
  const { vcsPerClass } = network.parameters
  const first = plane.classes.indexOf(messageClass) * vcsPerClass
  const count = vcsPerClass / network.lanes
  return Array.from({ length: count }, (_, number) => first + lane * count + number)
}
