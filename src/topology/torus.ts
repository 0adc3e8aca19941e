/** Rings and tori: circles of channels, which datelines cut open. Source: NoC sections 1.1, 10.2. */
import type { Routing } from '#layout'
import { type Direction, directions, gridAttach, gridPorts, gridRouters } from './mesh.ts'
import { placeOf } from './mod-id.ts'
import { registersKind } from './module-kinds.ts'
import type { Arrival, Shape, ShapeLink } from './shape.ts'

/** Steps from `from` to `to` in a circle of `size`, the shorter way; positive is clockwise, which also takes the ties. */
const shorterWay = (from: number, to: number, size: number): number => {
  const clockwise = (to - from + size) % size
  return clockwise * 2 <= size ? clockwise : clockwise - size
}

/**
 * A torus: along x, then along y, each the shorter way, ties to the east and north. `dateline`: the channel that closes a
 * circle changes a packet to lane 1, and a packet that turns into y begins in lane 0 again, so that no circle of channels
 * is a circle of lanes. `shortest` does the same without lanes.
 */
export const torusShape = (columns: number, rows: number, routing: Routing, stages: number): Shape => {
  const routers = gridRouters(columns, rows)
  const links: (ShapeLink & { readonly along: 'x' | 'y'; readonly closes: boolean })[] = []
  const linkAt = new Map<string, number>()
  for (const [from, { place }] of routers.entries())
    for (const [name, { dx, dy, arrives }] of Object.entries(directions)) {
      const [size, along] = dx !== 0 ? ([columns, 'x'] as const) : ([rows, 'y'] as const)
      if (size < 2) continue
      const [x, y] = [place.x + dx, place.y + dy]
      const closes = x < 0 || y < 0 || x >= columns || y >= rows
      const to = ((y + rows) % rows) * columns + ((x + columns) % columns)
      linkAt.set(`${from} ${name}`, links.length)
      links.push({ from, output: name, to, input: arrives, stages, along, closes })
    }

  return {
    routers,
    links,
    lanes: routing === 'dateline' ? 2 : 1,
    portOrder: gridPorts,
    attach: gridAttach(columns),
    step: (router, arrival, lane, target) => {
      const [here, there] = [routers[router]?.place, routers[target.router]?.place]
      if (!here || !there) return undefined
      const alongX = shorterWay(here.x, there.x, columns)
      const alongY = shorterWay(here.y, there.y, rows)
      const name: Direction = alongX > 0 ? 'east' : alongX < 0 ? 'west' : alongY > 0 ? 'north' : 'south'
      const link = linkAt.get(`${router} ${name}`)
      const taken = link === undefined ? undefined : links[link]
      if (link === undefined || !taken) return undefined
      return { link, lane: laneAfter(routing, links, arrival, lane, taken) }
    },
  }
}

/** A ring of routers `r0`, `r1`, ...: the shorter way, ties clockwise; its dateline is between the last router and `r0`. */
export const ringShape = (count: number, routing: Routing, stages: number): Shape => {
  const routers = Array.from({ length: count }, (_, index) => ({ name: `r${index}`, place: ringPlace(index) }))
  const links = routers.flatMap((_, from) => {
    if (count < 2) return []
    const [next, previous] = [(from + 1) % count, (from + count - 1) % count]
    return [
      { from, output: 'clockwise', to: next, input: 'counterclockwise', stages, along: 'x', closes: next === 0 },
      { from, output: 'counterclockwise', to: previous, input: 'clockwise', stages, along: 'x', closes: from === 0 },
    ] as const
  })
  return {
    routers,
    links,
    lanes: routing === 'dateline' ? 2 : 1,
    portOrder: gridPorts,
    attach: ({ mod }) => {
      const { x, y, z } = placeOf(mod)
      return { router: y * 8 + x, port: `module${z}` }
    },
    step: (router, arrival, lane, target) => {
      const link = 2 * router + (shorterWay(router, target.router, count) > 0 ? 0 : 1)
      const taken = links[link]
      return taken && { link, lane: laneAfter(routing, links, arrival, lane, taken) }
    },
  }
}

interface CircleLink {
  readonly along: 'x' | 'y'
  readonly closes: boolean
}

/** The lane behind a channel: a circle begins in lane 0, and lane 1 begins with the channel that closes it. */
const laneAfter = (
  routing: Routing,
  links: readonly CircleLink[],
  arrival: Arrival,
  lane: 0 | 1,
  taken: CircleLink,
): 0 | 1 => {
  if (routing !== 'dateline') return 0
  const before = arrival.kind === 'link' && links[arrival.link]?.along === taken.along ? lane : 0
  return taken.closes ? 1 : before
}

/** Module ids of routers that are no grid: eight in a row. */
export const ringPlace = (index: number): { readonly x: number; readonly y: number } => ({
  x: index % 8,
  y: Math.floor(index / 8),
})

/** One router with all modules, whatever their ids are. */
export const starShape = (): Shape => ({
  routers: [{ name: 'star', place: { x: 0, y: 0 } }],
  links: [],
  lanes: 1,
  attach: ({ kind }, index) => ({ router: 0, port: kind === registersKind ? 'registers' : `module${index}` }),
  step: () => undefined,
})
