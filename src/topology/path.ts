/** The way of a packet through a planned network. Distances, bounds, progress and drawings ask for it. */
import type { Network } from './network.ts'

/** A router on a packet's way: entered at `input` in lane `from`, left at `output` in lane `to`. */
export interface Hop {
  readonly router: number
  readonly input: number
  readonly from: 0 | 1
  readonly output: number
  readonly to: 0 | 1
}

/**
 * All routers that a packet from module `source` to module `target` visits, in order; the last one leaves at the target's
 * ejection. Undefined where no packet travels: from one register window to another.
 *
 * Rejects: RangeError for a module that is not there; Error when the routes do not end (the planner refuses such).
 */
export const pathOf = (network: Network, source: number, target: number): readonly Hop[] | undefined => {
  const [from, to] = [network.modules[source], network.modules[target]]
  if (!from || !to) throw new RangeError(`${network.name} has no module ${from ? target : source}`)
  if (from.injection === undefined) return undefined
  const hops: Hop[] = []
  let [router, input, lane] = [from.router, from.injection, 0 as 0 | 1]
  for (;;) {
    const way = network.route(router, input, lane, target)
    if (!way) return undefined
    hops.push({ router, input, from: lane, output: way.output, to: way.lane })
    const peer = network.routers[router]?.outputs[way.output]?.peer
    if (peer?.kind !== 'router') return hops
    if (hops.length > 2 * network.routers.length * network.routers.length)
      throw new Error(`a packet from ${from.name} to ${to.name} does not arrive`)
    ;[router, input, lane] = [peer.router, peer.port, way.lane]
  }
}

/** Routers that a packet visits from module `source` to module `target`; undefined where no packet travels. */
export const routersBetween = (network: Network, source: number, target: number): number | undefined =>
  pathOf(network, source, target)?.length

/** Register stages of the channels that a packet passes between routers. */
export const stagesBetween = (network: Network, source: number, target: number): number =>
  (pathOf(network, source, target) ?? []).reduce(
    (sum, { router, output }) => sum + (network.routers[router]?.outputs[output]?.stages ?? 0),
    0,
  )

/**
 * Cycles from a flit's injection to its delivery in an idle network: one or two per router, the register stages on the
 * way, the phits of narrow links with the register that they come out of, and one to leave; with narrow links behind registers of
 * routers at most so many. Infinity where no packet travels.
 * NoC section 12.3.
 */
export const zeroLoadCycles = (network: Network, source: number, target: number): number => {
  const routers = routersBetween(network, source, target)
  if (routers === undefined) return Infinity
  const { pipeline, outputRegister, phits } = network.parameters
  const flitsBehind = pipeline === 'two' || outputRegister
  const perRouter = flitsBehind ? 2 : 1
  const channels = (pathOf(network, source, target) ?? []).slice(0, -1)
  const stages = channels.map(({ router, output }) => network.routers[router]?.outputs[output]?.stages ?? 0)
  // A narrow link tells of its room in every second cycle when flits are under way behind the choice.
  const told = flitsBehind ? 1 : 0
  const onLinks = stages.reduce((sum, one) => sum + (phits === 1 ? one : Math.max(1, one) + phits + told), 0)
  return routers * perRouter + onLinks + 1
}

/** A route that does not come closer to its target with every hop. */
export interface Detour {
  readonly source: number
  readonly target: number
  readonly router: number
  readonly why: string
}

/**
 * Shows P-22 by enumeration: every route reaches its target, within the diameter of the network, and every hop makes the
 * distance one smaller. `distance: 'graph'` measures on the channels (minimal routings: mesh, torus, ring, star),
 * `'route'` by the rest of the route (up*-down* and tables, whose ways may be longer).
 */
export const detours = (network: Network, distance: 'graph' | 'route'): readonly Detour[] => {
  const found: Detour[] = []
  const graph = distance === 'graph' ? distancesOf(network) : undefined
  const diameter = graph === undefined ? Infinity : Math.max(...graph.flatMap((row) => row.filter(Number.isFinite)))
  for (const source of network.modules)
    for (const target of network.modules) {
      const path = pathOf(network, source.index, target.index)
      if (!path) {
        if (source.kind !== 'registers' || target.kind !== 'registers')
          found.push({ source: source.index, target: target.index, router: source.router, why: 'there is no route' })
        continue
      }
      const last = path.at(-1)
      const peer = last && network.routers[last.router]?.outputs[last.output]?.peer
      if (peer?.kind !== 'module' || peer.module !== target.index)
        found.push({ source: source.index, target: target.index, router: last?.router ?? -1, why: 'it ends elsewhere' })
      if (path.length - 1 > diameter)
        found.push({ source: source.index, target: target.index, router: source.router, why: 'it is too long' })
      for (const [index, { router }] of path.entries()) {
        const rest = graph ? (graph[router]?.[target.router] ?? Infinity) : path.length - 1 - index
        if (rest !== path.length - 1 - index)
          found.push({ source: source.index, target: target.index, router, why: 'it comes no closer here' })
      }
    }
  return found
}

/** Channels between any two routers, on shortest ways. */
export const distancesOf = ({ routers }: Network): readonly (readonly number[])[] =>
  routers.map(({ index }) => {
    const row = routers.map(() => Infinity)
    row[index] = 0
    for (const queue = [index]; queue.length > 0;) {
      const at = queue.shift() ?? 0
      for (const { peer } of routers[at]?.outputs ?? [])
        if (peer.kind === 'router' && row[peer.router] === Infinity) {
          row[peer.router] = (row[at] ?? 0) + 1
          queue.push(peer.router)
        }
    }
    return row
  })
