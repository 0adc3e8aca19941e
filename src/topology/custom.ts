/** Graphs of the user's own: up*-down* on a spanning tree, or a table. Source: NoC section 10.2. */
import type { CustomChannel } from '#layout'
import type { NetworkModule } from './description.ts'
import { registersKind } from './module-kinds.ts'
import type { Shape, ShapeLink } from './shape.ts'
import { ringPlace } from './torus.ts'

/** What a custom graph says of itself. */
export interface CustomGraph {
  readonly routers: readonly string[]
  readonly channels: readonly CustomChannel[]
  readonly root?: string | undefined
  readonly table?: Readonly<Record<string, string>> | undefined
}

/** Routers, channels and modules of a custom graph; ports have the names of the neighbours. */
const graphOf = (graph: CustomGraph, modules: readonly NetworkModule[], stages: number) => {
  const links = graph.channels.map((channel): ShapeLink => ({
    from: graph.routers.indexOf(channel.from),
    output: channel.to,
    to: graph.routers.indexOf(channel.to),
    input: channel.from,
    stages: channel.stages ?? stages,
  }))
  return {
    routers: graph.routers.map((name, index) => ({ name, place: ringPlace(index) })),
    links,
    attach: (module: NetworkModule, index: number) => {
      const earlier = modules.slice(0, index).filter(({ router }) => router === module.router).length
      const port = module.kind === registersKind ? 'registers' : `module${earlier}`
      return { router: graph.routers.indexOf(module.router ?? ''), port }
    },
  }
}

/**
 * up*-down*: channels towards the root of a spanning tree are up, the others down, and no packet goes up after it went
 * down. As every circle has both an up after a down and the reverse, none can close. Among the legal ways a packet takes
 * a shortest one; ties take the channel that stands first.
 */
export const upDownShape = (graph: CustomGraph, modules: readonly NetworkModule[], stages: number): Shape => {
  const base = graphOf(graph, modules, stages)
  const root = graph.root === undefined ? centreOf(base.links, graph.routers.length) : graph.routers.indexOf(graph.root)
  const levels = levelsFrom(root, base.links, graph.routers.length)
  const isUp = ({ from, to }: ShapeLink): boolean => {
    const [above, below] = [levels[to] ?? 0, levels[from] ?? 0]
    return above < below || (above === below && to < from)
  }
  const up = base.links.map(isUp)
  const costs = graph.routers.map((_, target) => legalCosts(target, base.links, up, graph.routers.length))

  return {
    ...base,
    lanes: 1,
    step: (router, arrival, _, target) => {
      const onlyDown = arrival.kind === 'link' && up[arrival.link] === false
      const cost = costs[target.router]
      let best: { readonly link: number; readonly cost: number } | undefined
      for (const [link, { from, to }] of base.links.entries()) {
        if (from !== router || (onlyDown && up[link])) continue
        const rest = cost?.[up[link] ? 0 : 1]?.[to] ?? Infinity
        if (rest < (best?.cost ?? Infinity)) best = { link, cost: rest }
      }
      return best && { link: best.link, lane: 0 }
    },
  }
}

/** The shape whose ways a table says. The checks have made sure that its names exist. */
export const tableShape = (graph: CustomGraph, modules: readonly NetworkModule[], stages: number): Shape => {
  const base = graphOf(graph, modules, stages)
  const table = graph.table ?? {}
  const portOf = modules.map((module, index) => base.attach(module, index).port)
  return {
    ...base,
    lanes: Object.values(table).some((way) => way.endsWith(':1')) ? 2 : 1,
    step: (router, arrival, lane, target) => {
      const name = graph.routers[router]
      const input = arrival.kind === 'link' ? base.links[arrival.link]?.input : portOf[arrival.module]
      const way = table[`${name}/${input ?? 'registers'}/${target.name}`] ?? table[`${name}/*/${target.name}`]
      if (way === undefined) return undefined
      const [output, wanted] = way.split(':')
      const link = base.links.findIndex((each) => each.from === router && each.output === output)
      return link < 0 ? undefined : { link, lane: wanted === '1' ? 1 : wanted === '0' ? 0 : lane }
    },
  }
}

/** Distances from a router when every channel may be used in both directions; -1 where nothing leads. */
const levelsFrom = (root: number, links: readonly ShapeLink[], count: number): readonly number[] => {
  const levels = Array.from({ length: count }, () => -1)
  levels[root] = 0
  for (const queue = [root]; queue.length > 0;) {
    const at = queue.shift() ?? 0
    for (const { from, to } of links)
      for (const next of from === at ? [to] : to === at ? [from] : [])
        if (levels[next] === -1) {
          levels[next] = (levels[at] ?? 0) + 1
          queue.push(next)
        }
  }
  return levels
}

/** The router from which the farthest one is nearest; ties take the first. */
const centreOf = (links: readonly ShapeLink[], count: number): number => {
  const radius = Array.from({ length: count }, (_, root) => Math.max(...levelsFrom(root, links, count)))
  return radius.indexOf(Math.min(...radius))
}

/** Channels to `target` on legal ways: [0] for packets that may still go up, [1] for those that may not. */
const legalCosts = (target: number, links: readonly ShapeLink[], up: readonly boolean[], count: number) => {
  const costs = [0, 1].map(() => Array.from({ length: count }, () => Infinity))
  for (const phase of costs) phase[target] = 0
  const queue: (readonly [phase: 0 | 1, router: number])[] = [
    [0, target],
    [1, target],
  ]
  for (let next = queue.shift(); next; next = queue.shift()) {
    const [phase, at] = next
    for (const [index, link] of links.entries()) {
      // A packet behind an up channel is in phase 0, behind a down channel in phase 1.
      if (link.to !== at || (phase === 0) !== up[index]) continue
      for (const before of up[index] ? ([0] as const) : ([0, 1] as const)) {
        const cost = (costs[phase]?.[at] ?? Infinity) + 1
        const known = costs[before]
        if (!known || cost >= (known[link.from] ?? Infinity)) continue
        known[link.from] = cost
        queue.push([before, link.from])
      }
    }
  }
  return costs
}
