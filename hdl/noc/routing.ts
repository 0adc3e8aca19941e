/** The way of a packet through the mesh. Hardware, checks, tests and drawings all ask these functions. */

/** A router's coordinates: x grows to the east, y to the north. */
export interface Place {
  readonly x: number
  readonly y: number
}

/** Where a module sits: a router, and which of its module ports. */
export interface ModulePlace extends Place {
  readonly z: number
}

/** The ports of a router: its four neighbours, and its modules 0 to 3. */
export type RouterPort = 'east' | 'west' | 'north' | 'south' | `module${number}`

/** The place that an 8-bit module id {x3, y3, z2} names. Source: NoC section 1.1. */
export const placeOf = (mod: number): ModulePlace => ({ x: mod >> 5, y: (mod >> 2) & 7, z: mod & 3 })

/**
 * The port at which a packet for `target` leaves the router `here`: first along x, then along y, then to the module. Turns
 * from y to x do not occur, so channels cannot wait for each other in a circle. Source: NoC section 10.2.
 */
export const route = (here: Place, target: ModulePlace): RouterPort => {
  if (target.x > here.x) return 'east'
  if (target.x < here.x) return 'west'
  if (target.y > here.y) return 'north'
  if (target.y < here.y) return 'south'
  return `module${target.z}`
}

/** One step of a way: a router, entered at one port and left at another. */
export interface Hop {
  readonly at: Place
  readonly from: RouterPort
  readonly to: RouterPort
}

/** All routers that a packet visits, in order. */
export const way = (source: ModulePlace, target: ModulePlace): readonly Hop[] => {
  const hops: Hop[] = []
  let at: Place = { x: source.x, y: source.y }
  let from: RouterPort = `module${source.z}`
  for (;;) {
    const to = route(at, target)
    hops.push({ at, from, to })
    const link = links[to]
    if (!link) return hops
    at = { x: at.x + link.dx, y: at.y + link.dy }
    from = link.opposite
  }
}

/** The step that each link to a neighbour makes, and the neighbour's port at its other end. */
export const links: Readonly<Partial<Record<RouterPort, { dx: number; dy: number; opposite: RouterPort }>>> =
  Object.freeze({
    east: { dx: 1, dy: 0, opposite: 'west' },
    west: { dx: -1, dy: 0, opposite: 'east' },
    north: { dx: 0, dy: 1, opposite: 'south' },
    south: { dx: 0, dy: -1, opposite: 'north' },
  })
