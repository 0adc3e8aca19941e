/** Which channels packets hold while they wait for which others. Source: NoC section 11.4, steps 1 to 3. */
import type { MessageClass } from '#layout'
import type { ModuleKinds } from './check-modules.ts'
import { networkClass } from './module-kinds.ts'
import { type ModuleNode, type Network, vcsOf } from './network.ts'

/**
 * The channel dependency graph. A node is a channel (injection of a module, or output of a router) with a class and a
 * lane; it stands for all virtual channels of that class and lane, as a packet may be in any of them.
 */
export interface DependencyGraph {
  readonly nodes: number
  readonly successors: (node: number) => Iterable<number>
  /** The same without what modules wait for. */
  readonly onRoutes: (node: number) => Iterable<number>
  /** The same without what modules wait to receive. */
  readonly withoutArrivals: (node: number) => Iterable<number>
  /** What the node is, in words. */
  readonly describe: (node: number) => string
  /** Where it is: at an input of a router (injection), or at an output. */
  readonly locate: (node: number) => { readonly router: number; readonly input?: number; readonly output?: number }
  readonly reason: (from: number, to: number) => DependencyReason
}

/** Why a packet in one channel waits for another: on its route, or because of what a module does. */
export type DependencyReason =
  | { readonly kind: 'route'; readonly source: ModuleNode; readonly target: ModuleNode }
  | {
      readonly kind: 'module'
      /** Whether it waits for the arrival of a packet, and not to inject one. */
      readonly arrival: boolean
      readonly module: ModuleNode
      readonly consuming: MessageClass
      readonly wanted: MessageClass
      readonly because: string
    }

/** Builds the graph by walking the route function from every injection. */
export const dependenciesOf = (network: Network, kinds: ModuleKinds): DependencyGraph => {
  const { modules, routers, classes } = network
  // Channel numbers: injections by module, then the outputs of the routers.
  const firstOutput: number[] = []
  let channels = modules.length
  const firstInput: number[] = []
  let inputs = 0
  for (const router of routers) {
    firstOutput.push(channels)
    channels += router.outputs.length
    firstInput.push(inputs)
    inputs += router.inputs.length
  }
  const outputChannel = (router: number, output: number): number => (firstOutput[router] ?? 0) + output
  const nodeOf = (channel: number, lane: 0 | 1): number => channel * 2 + lane

  const next = Array.from({ length: channels * 2 }, () => new Map<number, number>())
  const link = (from: number, to: number, source: number, target: number): void => {
    const known = next[from]
    if (known && !known.has(to)) known.set(to, source * modules.length + target)
  }
  for (const target of modules) {
    // A state that another source came through leads the same way: the rest of its route is known.
    const seen = new Uint8Array(inputs * 2)
    for (const source of modules) {
      if (source.injection === undefined) continue
      let [router, input, lane] = [source.router, source.injection, 0 as 0 | 1]
      let held = nodeOf(source.index, 0)
      for (;;) {
        const way = network.route(router, input, lane, target.index)
        if (!way) break
        const wanted = nodeOf(outputChannel(router, way.output), way.lane)
        link(held, wanted, source.index, target.index)
        const state = ((firstInput[router] ?? 0) + input) * 2 + lane
        if (seen[state] === 1) break
        seen[state] = 1
        const peer = routers[router]?.outputs[way.output]?.peer
        if (peer?.kind !== 'router') break
        ;[router, input, lane, held] = [peer.router, peer.port, way.lane, wanted]
      }
    }
  }

  const protocol = protocolEdges(network, kinds, outputChannel, nodeOf)
  const baseOf = (node: number): number => Math.floor(node / classes)
  const channelAt = (base: number) => {
    const channel = base >> 1
    const module = modules[channel]
    if (module) return { module, router: module.router, input: module.injection ?? -1, output: undefined }
    let router = firstOutput.length - 1
    while ((firstOutput[router] ?? 0) > channel) router--
    return { module: undefined, router, input: undefined, output: channel - (firstOutput[router] ?? 0) }
  }
  const onRoutes = (node: number): readonly number[] =>
    [...(next[baseOf(node)]?.keys() ?? [])].map((base) => base * classes + (node % classes))
  return {
    nodes: channels * 2 * classes,
    onRoutes,
    successors: (node) => [...onRoutes(node), ...(protocol.get(node)?.keys() ?? [])],
    withoutArrivals: (node) => [
      ...onRoutes(node),
      ...[...(protocol.get(node) ?? [])].flatMap(([to, reason]) => (reason.arrival ? [] : [to])),
    ],
    locate: (node) => {
      const { router, input, output } = channelAt(baseOf(node))
      return { router, ...(input === undefined ? {} : { input }), ...(output === undefined ? {} : { output }) }
    },
    describe: (node) => {
      const base = baseOf(node)
      const own = (node % classes) as MessageClass
      const { module, router, output } = channelAt(base)
      const plane = network.planes.find((each) => each.classes.includes(own))
      const lane = base % 2 === 0 ? 0 : 1
      const vcs = plane ? vcsOf(network, plane, own, lane) : []
      const among = network.planes.length > 1 ? `plane ${plane?.index}, ` : ''
      const where = `(class ${own}, ${among}vc ${vcs.join(' or ')})`
      if (module) return `injection of ${module.name} ${where}`
      const port = routers[router]?.outputs[output ?? -1]
      return port?.peer.kind === 'module'
        ? `ejection to ${modules[port.peer.module]?.name} ${where}`
        : `${routers[router]?.name} to ${port?.name} ${where}`
    },
    reason: (from, to) => {
      const said = protocol.get(from)?.get(to)
      if (said) return said
      const pair = next[baseOf(from)]?.get(baseOf(to)) ?? 0
      const [source, target] = [modules[Math.floor(pair / modules.length)], modules[pair % modules.length]]
      if (!source || !target) throw new Error('a dependency comes from no route')
      return { kind: 'route', source, target }
    },
  }
}

/** What modules add: from the ejection of one class to the injection (or the arrival) of another. */
const protocolEdges = (
  { modules, classes }: Network,
  kinds: ModuleKinds,
  outputChannel: (router: number, output: number) => number,
  nodeOf: (channel: number, lane: 0 | 1) => number,
): ReadonlyMap<number, ReadonlyMap<number, DependencyReason & { readonly kind: 'module' }>> => {
  const edges = new Map<number, Map<number, DependencyReason & { readonly kind: 'module' }>>()
  const lanes = [0, 1] as const
  for (const module of modules) {
    const kind = kinds[module.kind]
    if (!kind || module.ejection === undefined) continue
    const ejection = outputChannel(module.router, module.ejection)
    for (const taken of [0, 1, 2, 3] as const)
      for (const wait of kind.waits[taken] ?? []) {
        const [consuming, wanted] = [networkClass(classes, taken), networkClass(classes, wait.class)]
        const arrival = wait.for === 'receiving'
        const reason = { kind: 'module', arrival, module, consuming, wanted, because: wait.because } as const
        const to = wait.for === 'injecting' ? [nodeOf(module.index, 0)] : lanes.map((lane) => nodeOf(ejection, lane))
        for (const lane of lanes)
          for (const base of to) {
            const from = nodeOf(ejection, lane) * classes + consuming
            const known = edges.get(from) ?? new Map<number, DependencyReason & { readonly kind: 'module' }>()
            known.set(base * classes + wanted, reason)
            edges.set(from, known)
          }
      }
  }
  return edges
}
