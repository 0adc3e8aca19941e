/** What a network is planned from: the part of a system's description that the network has to know. */
import type { NetworkChoice } from '#layout'

/** A module at the network: anything with an id. `SystemModule` of #layout is one. */
export interface NetworkModule {
  /** One of `moduleKinds`. */
  readonly kind: string
  readonly name: string
  /** 8-bit module id {x3, y3, z2}. Names the router too, except in a star and a custom graph. */
  readonly mod: number
  /** Name of its router, in a custom graph. */
  readonly router?: string | undefined
}

/** A system as its network sees it. `SystemDescription` of #layout is one. */
export interface NetworkDescription {
  readonly name: string
  /** Chip id, 6 bits. */
  readonly chip: number
  /** Size of the mesh, where `network.topology` does not say it. */
  readonly columns?: number | undefined
  readonly rows?: number | undefined
  readonly modules: readonly NetworkModule[]
  readonly network?: NetworkChoice | undefined
}
