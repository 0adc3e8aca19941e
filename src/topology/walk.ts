/** Walks every packet's way through a shape once, and keeps what packets use. */
import type { NetworkModule } from './description.ts'
import type { Arrival, Shape, Step } from './shape.ts'

/** What leaves a router: a channel to another router, or a module. */
export type Leaving =
  { readonly link: number; readonly lane: 0 | 1 } | { readonly module: number; readonly lane: 0 | 1 }

/** A module with its router. */
export interface Attached {
  readonly module: NetworkModule
  readonly router: number
  readonly port: string
}

/** A way that does not end: the packet comes to a router where nothing leads on, or walks in a circle. */
export interface LostPacket {
  readonly source: number
  readonly target: number
  readonly router: number
  readonly reason: 'noWay' | 'circle'
}

/**
 * Visits the routers from `source` to `target` in their order, and says whether the packet arrives. A way that visits more
 * states than there are is a circle.
 */
export const walk = (
  shape: Shape,
  modules: readonly Attached[],
  source: number,
  target: number,
  visit: (router: number, arrival: Arrival, lane: 0 | 1, leaving: Leaving) => void,
): LostPacket | undefined => {
  const from = modules[source]
  const to = modules[target]
  if (!from || !to) throw new RangeError(`no module ${from ? target : source}`)
  const there = { router: to.router, name: to.module.name }
  let router = from.router
  let lane: 0 | 1 = 0
  let arrival: Arrival = { kind: 'module', module: source }
  for (let steps = 0; steps <= 2 * (shape.links.length + 1); steps++) {
    if (router === to.router) {
      visit(router, arrival, lane, { module: target, lane })
      return undefined
    }
    const step: Step | undefined = shape.step(router, arrival, lane, there)
    const link = step && shape.links[step.link]
    if (!step || !link) return { source, target, router, reason: 'noWay' }
    visit(router, arrival, lane, step)
    arrival = { kind: 'link', link: step.link }
    lane = step.lane
    router = link.to
  }
  return { source, target, router, reason: 'circle' }
}
