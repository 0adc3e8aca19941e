/** From a description to the graph that everything else reads. */
import { hostId } from '#layout'
import type { MessageClass, NetworkParameters } from '#layout'
import { checkGraph } from './check-graph.ts'
import { checkClasses, checkModules, neededClasses } from './check-modules.ts'
import { checkParameters } from './check-parameters.ts'
import { checkDeadlock } from './deadlock.ts'
import type { NetworkDescription } from './description.ts'
import { modAt } from './mod-id.ts'
import { type ModuleKind, moduleKinds, registersKind } from './module-kinds.ts'
import type { ModuleNode, Network, Plane, RouterNode, RouterPort, Way } from './network.ts'
import { NetworkError, type NetworkFault } from './network-error.ts'
import { parametersOf } from './parameters.ts'
import type { Arrival, Shape } from './shape.ts'
import { shapeOf } from './shape-of.ts'
import { type Attached, type Leaving, type LostPacket, walk } from './walk.ts'

/** Checks that can be left out, one by one, for networks that are only simulated. */
export type UnsafeCheck = 'classes' | 'deadlock'

export interface PlanOptions {
  /** Kinds of modules beside those of the library, with what they wait for. */
  readonly kinds?: Readonly<Record<string, ModuleKind>>
  /** Refusals to pass over, so that a simulation can show what they are about. Such a network can deadlock. */
  readonly unsafe?: readonly UnsafeCheck[]
}

/**
 * Plans the network of a system: one router wherever packets pass, with the ports and turns that packets use.
 *
 * With `counters` every router whose id with z = 3 is free has a module of kind `registers` there, behind the modules of
 * the description. It answers, so ways lead from it to all modules of the description, and it has no weight of its own.
 *
 * Rejects: NetworkError with all mistakes, each with its place in the description and a fix; among them a network in which
 * packets can wait for each other in a circle.
 * Source: NoC sections 1.1, 10.1, 10.2, 11.4.
 */
export const planNetwork = (
  system: NetworkDescription,
  { kinds: own = {}, unsafe = [] }: PlanOptions = {},
): Network => {
  const kinds = { ...moduleKinds, ...own }
  const parameters = parametersOf(system, maximum(2, neededClasses(system.modules, kinds)))
  const wrong = [
    ...checkParameters(parameters),
    ...checkModules(system, parameters, kinds),
    ...(parameters.topology.kind === 'custom' ? checkGraph(parameters.topology, system.modules) : []),
  ]
  const fewClasses = unsafe.includes('classes') ? [] : checkClasses(system, parameters, kinds)
  if (wrong.length > 0) throw new NetworkError(system.name, [...wrong, ...fewClasses])

  const shape = shapeOf(parameters, system.modules)
  const described = system.modules.map((module, index) => ({ module, ...shape.attach(module, index) }))
  const modules = withRegisters(shape, described, parameters)
  const network = networkOf(system, parameters, shape, modules, described.length)
  const refused = [...fewClasses, ...(unsafe.includes('deadlock') ? [] : checkDeadlock(network, kinds))]
  if (refused.length > 0) throw new NetworkError(system.name, refused)
  return network
}

const maximum = <Value extends number>(one: Value, other: Value): Value => (one > other ? one : other)

/** Adds the register windows: at every router that packets pass, and those of these packets' own answers. */
const withRegisters = (
  shape: Shape,
  described: readonly Attached[],
  { counters }: NetworkParameters,
): readonly Attached[] => {
  if (!counters) return described
  const taken = new Set(described.map(({ module }) => module.mod))
  let modules = described
  for (;;) {
    const passed = new Set<number>()
    forPairs(modules, described.length, (source, target) =>
      walk(shape, modules, source, target, (at) => passed.add(at)),
    )
    const windows = shape.routers.flatMap(({ name, place }, router): readonly Attached[] => {
      const mod = modAt(place.x, place.y, 3)
      if (!passed.has(router) || taken.has(mod)) return []
      const module = { kind: registersKind, name: `${name}_registers`, mod, router: name }
      return [{ module, ...shape.attach(module, described.length + router) }]
    })
    const next = [...described, ...windows]
    if (next.length === modules.length) return next
    modules = next
  }
}

/** All pairs of source and target between which packets travel: register windows only answer. */
const forPairs = (
  modules: readonly Attached[],
  described: number,
  use: (source: number, target: number) => LostPacket | undefined,
): readonly LostPacket[] => {
  const lost: LostPacket[] = []
  for (let source = 0; source < modules.length; source++)
    for (let target = 0; target < (source < described ? modules.length : described); target++) {
      const fault = use(source, target)
      if (fault) lost.push(fault)
    }
  return lost
}

const networkOf = (
  system: NetworkDescription,
  parameters: NetworkParameters,
  shape: Shape,
  attached: readonly Attached[],
  described: number,
): Network => {
  const ports = usedPorts(shape, attached, described)
  if (ports.lost.length > 0)
    throw new NetworkError(
      system.name,
      ports.lost.map((lost) => lostFault(shape, attached, lost)),
    )

  const { routers, inputAt, outputAt, indexOf } = namedPorts(shape, attached, ports)
  const modules = attached.map(({ module, router }, index): ModuleNode => ({
    index,
    name: module.name,
    kind: module.kind,
    mod: module.mod,
    router: indexOf(router),
    injection: inputAt.get(`m${index}`),
    ejection: outputAt.get(`m${index}`),
  }))
  const count = modules.length

  // The ways of all packets, as one table per router: (input, lane, target) to output * 2 + lane, -1 where nothing comes.
  const ways = routers.map(({ inputs }) => new Int16Array(inputs.length * 2 * count).fill(-1))
  const weights = routers.map(({ inputs, outputs }) => new Uint16Array(inputs.length * outputs.length))
  const used = routers.map(({ inputs, outputs }) => new Uint8Array(inputs.length * outputs.length))
  const lastSource = routers.map(({ inputs, outputs }) => new Int32Array(inputs.length * outputs.length).fill(-1))
  forPairs(attached, described, (source, target) =>
    walk(shape, attached, source, target, (at, arrival, lane, leaving) => {
      const router = indexOf(at)
      const input = inputAt.get(arrivalKey(arrival)) ?? -1
      const output = outputAt.get(leavingKey(leaving)) ?? -1
      const turn = input * (routers[router]?.outputs.length ?? 0) + output
      const table = ways[router]
      const [turns, weight, last] = [used[router], weights[router], lastSource[router]]
      if (!table || !turns || !weight || !last) return
      table[(input * 2 + lane) * count + target] = output * 2 + leaving.lane
      turns[turn] = 1
      if (source < described && last[turn] !== source) {
        last[turn] = source
        weight[turn] = (weight[turn] ?? 0) + 1
      }
    }),
  )

  const turnOf = (router: number, input: number, output: number): number =>
    input * (routers[router]?.outputs.length ?? 0) + output
  const turns = (router: number, input: number, output: number): boolean =>
    used[router]?.[turnOf(router, input, output)] === 1
  const host = modules.find(({ kind }) => kind === 'host')
  return {
    name: system.name,
    chip: system.chip,
    parameters,
    modules,
    routers,
    classes: parameters.classes,
    planes: parameters.planes.map((classes: readonly MessageClass[], index): Plane => ({
      index,
      classes,
      vcs: classes.length * parameters.vcsPerClass,
    })),
    lanes: shape.lanes,
    gateways: new Map(host ? [[hostId.chip, host.index]] : []),
    route: (router, input, lane, target): Way | undefined => {
      const way = ways[router]?.[(input * 2 + lane) * count + target] ?? -1
      return way < 0 ? undefined : { output: way >> 1, lane: (way & 1) === 0 ? 0 : 1 }
    },
    turns,
    weight: (router, input, output) =>
      turns(router, input, output) ? Math.max(1, weights[router]?.[turnOf(router, input, output)] ?? 0) : 0,
  }
}

const arrivalKey = (arrival: Arrival): string => (arrival.kind === 'link' ? `l${arrival.link}` : `m${arrival.module}`)

const leavingKey = (leaving: Leaving): string => ('link' in leaving ? `l${leaving.link}` : `m${leaving.module}`)

/** What packets use: `l3` for a channel between routers, `m3` for a module's injection or ejection. */
interface UsedPorts {
  readonly routers: ReadonlySet<number>
  readonly arriving: ReadonlySet<string>
  readonly leaving: ReadonlySet<string>
  readonly lost: readonly LostPacket[]
}

const usedPorts = (shape: Shape, modules: readonly Attached[], described: number): UsedPorts => {
  const routers = new Set<number>()
  const arriving = new Set<string>()
  const leaving = new Set<string>()
  const lost = forPairs(modules, described, (source, target) =>
    walk(shape, modules, source, target, (router, arrival, _, way) => {
      routers.add(router)
      arriving.add(arrivalKey(arrival))
      leaving.add(leavingKey(way))
    }),
  )
  return { routers, arriving, leaving, lost }
}

/** Numbers the routers and ports that are used, in the order of the shape. */
const namedPorts = (shape: Shape, modules: readonly Attached[], { routers, arriving, leaving }: UsedPorts) => {
  const kept = shape.routers.flatMap((_, router) => (routers.has(router) ? [router] : []))
  const newIndex = new Map(kept.map((router, index) => [router, index]))
  const indexOf = (router: number): number => newIndex.get(router) ?? -1
  const inputAt = new Map<string, number>()
  const outputAt = new Map<string, number>()

  interface Loose {
    readonly key: string
    readonly name: string
    readonly stages: number
  }
  const sorted = (ports: readonly Loose[]): readonly Loose[] => {
    const order = shape.portOrder
    return order ? [...ports].sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name)) : ports
  }
  const loose = kept.map((router) => {
    const local = modules.flatMap((module, index) =>
      module.router === router ? [{ key: `m${index}`, name: module.port, stages: 0 }] : [],
    )
    const links = shape.links.map((link, index) => ({ ...link, key: `l${index}` }))
    const incoming = links
      .filter(({ to }) => to === router)
      .map(({ key, input, stages }) => ({ key, name: input, stages }))
    const outgoing = links
      .filter(({ from }) => from === router)
      .map(({ key, output, stages }) => ({ key, name: output, stages }))
    return {
      inputs: sorted([...incoming, ...local].filter(({ key }) => arriving.has(key))),
      outputs: sorted([...outgoing, ...local].filter(({ key }) => leaving.has(key))),
    }
  })
  for (const { inputs, outputs } of loose) {
    for (const [index, { key }] of inputs.entries()) inputAt.set(key, index)
    for (const [index, { key }] of outputs.entries()) outputAt.set(key, index)
  }

  const port = ({ key, name, stages }: Loose, side: 'input' | 'output'): RouterPort => {
    const number = Number(key.slice(1))
    if (key.startsWith('m')) return { name, stages, peer: { kind: 'module', module: number } }
    const link = shape.links[number]
    const other = (side === 'input' ? outputAt : inputAt).get(key)
    if (!link || other === undefined) throw new Error(`channel ${key} ends nowhere`)
    const router = indexOf(side === 'input' ? link.from : link.to)
    return { name, stages, peer: { kind: 'router', router, port: other } }
  }
  const nodes = kept.map((router, index): RouterNode => {
    const { name, place } = shape.routers[router] ?? { name: `r${router}`, place: { x: 0, y: 0 } }
    const window = modules.find((module) => module.router === router && module.module.kind === registersKind)
    return {
      index,
      name,
      place,
      inputs: (loose[index]?.inputs ?? []).map((each) => port(each, 'input')),
      outputs: (loose[index]?.outputs ?? []).map((each) => port(each, 'output')),
      registers: window?.module.mod,
    }
  })
  return { routers: nodes, inputAt, outputAt, indexOf }
}

const lostFault = (shape: Shape, modules: readonly Attached[], lost: LostPacket): NetworkFault => {
  const name = (index: number): string => modules[index]?.module.name ?? String(index)
  const router = shape.routers[lost.router]?.name ?? String(lost.router)
  return {
    code: 'NOC-0111',
    path: 'network.topology',
    message:
      lost.reason === 'circle'
        ? `a packet from ${name(lost.source)} to ${name(lost.target)} walks in a circle through router ${router}`
        : `a packet from ${name(lost.source)} to ${name(lost.target)} comes to router ${router} and cannot go on`,
    fix:
      lost.reason === 'circle'
        ? `change the entries of the table for ${name(lost.target)}`
        : 'add a channel or an entry of the table',
  }
}
