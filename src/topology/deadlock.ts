/** Whether packets can wait for each other in a circle. Source: NoC section 11.4, step 4. */
import type { ModuleKinds } from './check-modules.ts'
import { type DependencyGraph, dependenciesOf } from './dependencies.ts'
import { moduleKinds } from './module-kinds.ts'
import type { Network } from './network.ts'
import type { CycleStep, NetworkFault } from './network-error.ts'

/**
 * Looks for a circle in the channel dependency graph of a network, and tells a shortest one through it as channels, with
 * the routes and modules that close it, and with what would break it. Empty when there is none: then no packets can block
 * each other for ever, if routers and modules keep their properties (docs/noc-bounds.md).
 */
export const checkDeadlock = (network: Network, kinds: ModuleKinds): readonly NetworkFault[] => {
  const graph = dependenciesOf(network, kinds)
  // Routes alone tell most, then what modules send; that they wait for an answer says the least about where it is.
  const circle =
    findCircle({ ...graph, successors: graph.onRoutes }) ??
    findCircle({ ...graph, successors: graph.withoutArrivals }) ??
    findCircle(graph)
  if (!circle) return []
  const steps = circle.map((node, index): CycleStep => {
    const reason = graph.reason(node, circle[(index + 1) % circle.length] ?? node)
    const waits =
      reason.kind === 'route'
        ? `a packet from ${reason.source.name} to ${reason.target.name} goes on`
        : `${reason.module.name} (${reason.module.kind}) takes a packet of class ${reason.consuming} after one of class ` +
          `${reason.wanted}: ${reason.because}`
    return { channel: graph.describe(node), waits, ...graph.locate(node) }
  })
  const lines = steps.map(
    ({ channel, waits }, index) => `  ${channel} waits for ${steps[(index + 1) % steps.length]?.channel}: ${waits}`,
  )
  return [
    {
      code: 'NOC-0201',
      path: circle.some((node, index) => isModule(graph, circle, node, index)) ? 'network.classes' : 'network.routing',
      message: `packets can wait for each other in a circle of ${steps.length} channel${steps.length === 1 ? '' : 's'}\n${lines.join('\n')}\n`,
      fix: `to break it, ${hintOf(network, graph, circle, kinds)}`,
      cycle: steps,
    },
  ]
}

/** Size of the channel dependency graph: nodes that packets can be in, and edges. */
export const dependencyCount = (
  network: Network,
  kinds: ModuleKinds = moduleKinds,
): { readonly channels: number; readonly dependencies: number } => {
  const graph = dependenciesOf(network, kinds)
  const used = new Set<number>()
  let dependencies = 0
  for (let node = 0; node < graph.nodes; node++)
    for (const next of graph.successors(node)) {
      used.add(node).add(next)
      dependencies++
    }
  return { channels: used.size, dependencies }
}

const isModule = (graph: DependencyGraph, circle: readonly number[], node: number, index: number): boolean =>
  graph.reason(node, circle[(index + 1) % circle.length] ?? node).kind === 'module'

const hintOf = (network: Network, graph: DependencyGraph, circle: readonly number[], kinds: ModuleKinds): string => {
  const { topology } = network.parameters
  for (const [index, node] of circle.entries()) {
    const reason = graph.reason(node, circle[(index + 1) % circle.length] ?? node)
    if (reason.kind !== 'module') continue
    const needed = Math.max(...network.modules.map(({ kind }) => kinds[kind]?.needs ?? 1))
    return network.classes < needed
      ? `give requests and answers buffers of their own: use ${needed} classes`
      : `let ${reason.module.name} (${reason.module.kind}) take packets of class ${reason.consuming} without waiting ` +
          `for class ${reason.wanted}`
  }
  switch (topology.kind) {
    case 'ring':
    case 'torus':
      return "use routing 'dateline' with 2 virtual channels per class"
    case 'mesh':
      return "take turns out: use routing 'xy' or 'yx'"
    case 'star':
    case 'custom': {
      const at = circle.map((node) => graph.locate(node)).find(({ output }) => output !== undefined)
      const turn =
        at && `${network.routers[at.router]?.name} to ${network.routers[at.router]?.outputs[at.output ?? 0]?.name}`
      return `take one of these routes away from ${turn ?? 'the circle'}, change its lane there, or use routing 'upDown'`
    }
  }
}

/** Nodes of a circle, in order; a shortest one through the first that a depth-first search meets. */
const findCircle = (graph: DependencyGraph): readonly number[] | undefined => {
  const state = new Uint8Array(graph.nodes) // 0 new, 1 on the stack, 2 done
  for (let root = 0; root < graph.nodes; root++) {
    if (state[root] !== 0) continue
    const stack: { readonly node: number; readonly rest: Iterator<number> }[] = []
    const push = (node: number): void => {
      state[node] = 1
      stack.push({ node, rest: graph.successors(node)[Symbol.iterator]() })
    }
    push(root)
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const next = top.rest.next()
      const value = next.done === true ? -1 : next.value
      if (value < 0) {
        state[top.node] = 2
        stack.pop()
      } else if (state[value] === 1) {
        const members = stack.map(({ node }) => node)
        return shortest(graph, members.slice(members.indexOf(value)))
      } else if (state[value] === 0) push(value)
    }
  }
  return undefined
}

/** The shortest circle through any of the nodes of a circle. */
const shortest = (graph: DependencyGraph, circle: readonly number[]): readonly number[] => {
  let best = circle
  for (const start of circle) {
    const before = new Map<number, number>()
    search: for (const queue = [start]; queue.length > 0;) {
      const at = queue.shift() ?? start
      for (const next of graph.successors(at)) {
        if (next === start) {
          const found: number[] = []
          for (let node: number | undefined = at; node !== undefined; node = before.get(node)) found.unshift(node)
          if (found.length < best.length) best = found
          break search
        }
        if (before.has(next)) continue
        before.set(next, at)
        queue.push(next)
      }
    }
  }
  return best
}
