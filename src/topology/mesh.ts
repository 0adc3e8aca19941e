/** Meshes: routers in rows and columns, packets in dimension order. Source: NoC sections 1.1, 10.2. */
import type { Routing } from '#layout'
import { placeOf } from './mod-id.ts'
import type { Shape, ShapeLink, ShapeRouter } from './shape.ts'

export type Direction = 'east' | 'west' | 'north' | 'south'

/** The step of each direction and the port at which a packet that took it arrives. */
export const directions: Readonly<Record<Direction, { dx: number; dy: number; arrives: Direction }>> = {
  east: { dx: 1, dy: 0, arrives: 'west' },
  west: { dx: -1, dy: 0, arrives: 'east' },
  north: { dx: 0, dy: 1, arrives: 'south' },
  south: { dx: 0, dy: -1, arrives: 'north' },
}

/** Ports of the routers of a grid, in the order in which they stand in the hardware. */
export const gridPorts: readonly string[] = [
  ...['east', 'west', 'north', 'south', 'clockwise', 'counterclockwise'],
  ...['module0', 'module1', 'module2', 'module3'],
]

/** The routers of a grid, row by row from the south-west. */
export const gridRouters = (columns: number, rows: number): readonly ShapeRouter[] =>
  Array.from({ length: columns * rows }, (_, index) => {
    const place = { x: index % columns, y: Math.floor(index / columns) }
    return { name: `x${place.x}_y${place.y}`, place }
  })

/** Where a module with an id of a grid sits. */
export const gridAttach =
  (columns: number): Shape['attach'] =>
  ({ mod }) => {
    const { x, y, z } = placeOf(mod)
    return { router: y * columns + x, port: `module${z}` }
  }

/**
 * A mesh. `xy` (`yx`): first along x (y), then along y (x), so the turns that would close a circle do not occur.
 * `shortest`: xy to routers of even x + y, yx to the others, which makes all turns occur.
 */
export const meshShape = (columns: number, rows: number, routing: Routing, stages: number): Shape => {
  const routers = gridRouters(columns, rows)
  const links: ShapeLink[] = []
  const linkAt = new Map<string, number>()
  for (const [from, { place }] of routers.entries())
    for (const [output, { dx, dy, arrives }] of Object.entries(directions)) {
      const [x, y] = [place.x + dx, place.y + dy]
      if (x < 0 || y < 0 || x >= columns || y >= rows) continue
      linkAt.set(`${from} ${output}`, links.length)
      links.push({ from, output, to: y * columns + x, input: arrives, stages })
    }

  return {
    routers,
    links,
    lanes: 1,
    portOrder: gridPorts,
    attach: gridAttach(columns),
    step: (router, _, __, target) => {
      const [here, there] = [routers[router]?.place, routers[target.router]?.place]
      if (!here || !there) return undefined
      const alongX = there.x > here.x ? 'east' : there.x < here.x ? 'west' : undefined
      const alongY = there.y > here.y ? 'north' : there.y < here.y ? 'south' : undefined
      const xFirst = routing === 'xy' || (routing === 'shortest' && (there.x + there.y) % 2 === 0)
      const link = linkAt.get(`${router} ${xFirst ? (alongX ?? alongY) : (alongY ?? alongX)}`)
      return link === undefined ? undefined : { link, lane: 0 }
    },
  }
}
