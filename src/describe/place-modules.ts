/** Routers and ids for modules that do not say theirs. NoC sections 1.1, 13. */
import { modAt, placeOf, routerPlaces } from '#topology'
import { DescriptionError, type DescriptionFault } from './description-error.ts'
import type { DescribedModule, FullDescription } from './schema.ts'

/** A module with its router and id. */
export interface PlacedModule {
  readonly from: DescribedModule
  /** Its place in the description: `tiles[3]`. */
  readonly path: string
  readonly name: string
  readonly mod: number
  /** Name of its router. */
  readonly router: string
}

interface Loose {
  readonly from: DescribedModule
  readonly path: string
  router: string | undefined
  mod: number | undefined
}

/**
 * Places the tiles, then the memories, then the host. Modules that say where they are come first; the others go to the
 * router with the fewest modules, and to its lowest free id.
 *
 * Rejects: DescriptionError for routers that are not there, for ids of other routers, and where no id is left.
 */
export const placeModules = (description: FullDescription): readonly PlacedModule[] => {
  const { network, tiles, memories, host } = description
  const places = routerPlaces(network.topology)
  const faults: DescriptionFault[] = []
  const loose = [
    ...tiles.map((from, index) => ({ from, path: `tiles[${index}]` })),
    ...memories.map((from, index) => ({ from, path: `memories[${index}]` })),
    ...(host ? [{ from: host, path: 'host' }] : []),
  ].map(({ from, path }): Loose => {
    const mod = from.id === undefined || from.id === 'auto' ? undefined : Number(from.id)
    const router = from.router === 'auto' ? undefined : from.router
    return { from, path, router, mod }
  })

  for (const one of loose) {
    if (one.router !== undefined && !places.has(one.router))
      faults.push({
        code: 'NOC-0108',
        path: `${one.path}.router`,
        message: `module ${one.from.name} is at '${one.router}', which is no router`,
        fix: `use one of ${[...places.keys()].slice(0, 8).join(', ')}${places.size > 8 ? ', ...' : ''}, or auto`,
      })
    if (one.mod === undefined || network.topology.kind === 'star' || network.topology.kind === 'custom') continue
    const { x, y } = placeOf(one.mod)
    const named = [...places].find(([, place]) => place.x === x && place.y === y)?.[0]
    if (named !== undefined && one.router !== undefined && places.has(one.router) && named !== one.router)
      faults.push({
        code: 'NOC-0108',
        path: `${one.path}.id`,
        message: `module ${one.from.name} is at router ${one.router}, and its id is one of router ${named}`,
        fix: 'leave out the router or the id',
      })
    one.router ??= named
  }
  if (faults.length > 0) throw new DescriptionError(faults)

  const taken = new Set(loose.flatMap(({ mod }) => (mod === undefined ? [] : [mod])))
  for (const one of loose) {
    if (one.mod !== undefined && one.router !== undefined) continue
    // An id outside of the network is left to the planner, which says so.
    if (one.mod !== undefined && network.topology.kind !== 'custom' && network.topology.kind !== 'star') continue
    const fewest = [...places.keys()].filter(
      (name) => one.mod !== undefined || freeIds(description, places, name, taken).length > 0,
    )
    const count = (name: string): number => loose.filter(({ router }) => router === name).length
    one.router ??= fewest.reduce<string | undefined>(
      (best, name) => (best === undefined || count(name) < count(best) ? name : best),
      undefined,
    )
    one.mod ??= one.router === undefined ? undefined : freeIds(description, places, one.router, taken)[0]
    if (one.mod === undefined)
      faults.push({
        code: 'NOC-0108',
        path: one.path,
        message:
          one.router === undefined
            ? `there is no id left for module ${one.from.name}`
            : `router ${one.router} has no id left for module ${one.from.name}`,
        fix: 'add routers, use another router, or leave out `counters` for a fourth module per router',
      })
    else taken.add(one.mod)
  }
  if (faults.length > 0) throw new DescriptionError(faults)
  return loose.map(({ from, path, router, mod }) => ({
    from,
    path,
    name: from.name,
    mod: mod ?? -1,
    router: router ?? '',
  }))
}

/** Ids that a router has left. The fourth one is that of its registers; a star has all ids. */
const freeIds = (
  { network }: FullDescription,
  places: ReadonlyMap<string, { readonly x: number; readonly y: number }>,
  router: string,
  taken: ReadonlySet<number>,
): readonly number[] => {
  const place = places.get(router)
  if (!place) return []
  const own = network.counters === false ? [0, 1, 2, 3] : [0, 1, 2]
  const ids =
    network.topology.kind === 'star'
      ? Array.from({ length: 256 }, (_, mod) => mod).filter((mod) => own.includes(mod % 4))
      : own.map((z) => modAt(place.x, place.y, z))
  return ids.filter((mod) => !taken.has(mod))
}
