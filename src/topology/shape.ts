/** What a topology says about itself: routers, channels, and the next step of a packet. All else follows from it. */
import type { NetworkModule } from './description.ts'

/** A router of a shape, with or without packets. */
export interface ShapeRouter {
  readonly name: string
  readonly place: { readonly x: number; readonly y: number }
}

/** A directed channel between two routers, with the names of its ports at both ends. */
export interface ShapeLink {
  readonly from: number
  readonly output: string
  readonly to: number
  readonly input: string
  readonly stages: number
}

/** The next channel of a packet, and the lane that it takes there. */
export interface Step {
  readonly link: number
  readonly lane: 0 | 1
}

/** Where a packet comes from: a channel between routers, or the module that injects it. */
export type Arrival =
  { readonly kind: 'link'; readonly link: number } | { readonly kind: 'module'; readonly module: number }

export interface Shape {
  readonly routers: readonly ShapeRouter[]
  readonly links: readonly ShapeLink[]
  readonly lanes: 1 | 2
  /** Router of a module and the name of its port there. The modules are those of the description and register windows. */
  readonly attach: (module: NetworkModule, index: number) => { readonly router: number; readonly port: string }
  /**
   * Where a packet at `router` for a module at another router goes; undefined where no channel leads there. `target` is a
   * name for tables that route by module.
   */
  readonly step: (
    router: number,
    arrival: Arrival,
    lane: 0 | 1,
    target: { readonly router: number; readonly name: string },
  ) => Step | undefined
  /** Order of the ports by name; without it channels come first, then modules. */
  readonly portOrder?: readonly string[] | undefined
}
