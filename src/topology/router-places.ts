/** Routers of a topology by name, with the coordinates that their modules' ids have. */
import type { Topology } from '#layout'
import { gridRouters } from './mesh.ts'
import { ringPlace } from './torus.ts'

/** Names and places of all routers, whether packets pass them or not. */
export const routerPlaces = (topology: Topology): ReadonlyMap<string, { readonly x: number; readonly y: number }> => {
  switch (topology.kind) {
    case 'mesh':
    case 'torus': {
      const [columns, rows] = [sizeOf(topology.columns, 8), sizeOf(topology.rows, 8)]
      return new Map(gridRouters(columns, rows).map(({ name, place }) => [name, place]))
    }
    case 'ring':
      return new Map(
        Array.from({ length: sizeOf(topology.routers, 64) }, (_, index) => [`r${index}`, ringPlace(index)]),
      )
    case 'star':
      return new Map([['star', { x: 0, y: 0 }]])
    case 'custom':
      return new Map(topology.routers.slice(0, 64).map((name, index) => [name, ringPlace(index)]))
  }
}

/** Sizes that are out of range are told by the checks. */
const sizeOf = (size: number, most: number): number => Math.max(0, Math.min(most, Math.trunc(size)))
