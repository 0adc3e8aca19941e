/** What a module is made of, sorted by what sets it: the step between a design and its Verilog. */
import type { Domain, Instance, Memory, Module, Origin, Property, Signal } from '#ir'
import { createBuilder, type Builder } from './builder.ts'
import { domainOf } from './domains.ts'
import { isLeaf, type Graph, type Node } from './graph.ts'
import { planMemories, type MemoryPlan } from './memory-plan.ts'
import { createProjection, leavesOf, setsAlways, valuesOf, type Step } from './project.ts'
import type { Use } from './wires.ts'

export interface CombinationalPlan {
  readonly signal: Signal
  /** The value where no step says another; undefined only if the steps leave no gap. */
  readonly fallback: Node | undefined
  readonly steps: readonly Step[]
}

export interface RegisterPlan {
  readonly signal: Signal
  readonly domain: Domain
  /** Value in reset. */
  readonly reset: Node | undefined
  /** Value before the first edge, in a domain without reset. */
  readonly initial: Node | undefined
  readonly steps: readonly Step[]
}

export interface ProbePlan {
  readonly name: string
  readonly value: Node
}

export interface PropertyPlan {
  readonly check: Property['check']
  readonly sentence: string
  readonly domain: Domain
  /** What holds or happens; for a simulation, of what has to hold the opposite. */
  readonly condition: Node
  readonly origin: Origin
}

/** `readable`: for people and FPGA tools. `simulation`: with probes and checks. */
export type Variant = 'readable' | 'simulation'

export interface ModulePlan {
  readonly graph: Graph
  readonly variant: Variant
  readonly combinational: readonly CombinationalPlan[]
  readonly registers: readonly RegisterPlan[]
  readonly memories: readonly MemoryPlan[]
  readonly probes: readonly ProbePlan[]
  readonly properties: readonly PropertyPlan[]
  /** Signals that the designer did not make: registers beside a memory. */
  readonly made: readonly Signal[]
  /** Signals that stand for the reset of a domain. */
  readonly resets: ReadonlyMap<Signal, Domain>
  /** Wires that only carry a signal, some of its bits or a number into an instance: it is connected directly. */
  readonly direct: ReadonlyMap<Signal, Node>
  /** Wires that are always the same number; whoever reads them has the number. */
  readonly constants: ReadonlySet<Signal>
}

export const planModule = (module: Module, variant: Variant): ModulePlan => {
  // tools look through wires that always have the same source, so the builder does, too
  const make: Builder = createBuilder((signal) => {
    if (signal.role !== 'wire' && signal.role !== 'output') return undefined
    return constantSource({ signal, fallback: fallbackOf(signal), steps: project.of(signal) })
  })
  const project = createProjection(make, module.body)
  const fallbackOf = ({ fallback }: Signal): Node | undefined =>
    fallback === undefined ? undefined : make.node(fallback)

  // nodes are numbered in the order of the source, which is the order of the wires in the text
  for (const leaf of leavesOf(module.body)) make.node(leaf.kind === 'assign' ? leaf.value : leaf.data)

  const driven = [...module.ports, ...module.signals].filter(({ role }) => role === 'wire' || role === 'output')
  const combinational = driven.map((signal): CombinationalPlan => {
    const steps = project.of(signal)
    // a gap is a code that the subject of a match never has, as the checker makes sure; zero keeps it from being a latch
    const fallback = fallbackOf(signal) ?? (setsAlways(steps) ? undefined : make.literal(signal.bits, 0n))
    return { signal, fallback, steps }
  })
  const resets = new Map<Signal, Domain>()
  const resetNodes = new Map<string, Node>()
  const resetOf = (domain: Domain): Node | undefined => {
    if (domain.reset === 'none') return undefined
    const known = resetNodes.get(domain.name)
    if (known !== undefined) return known
    const signal = resetSignal(domain, module.origin)
    resets.set(signal, domain)
    const node = make.signal(signal)
    resetNodes.set(domain.name, node)
    return node
  }
  const memories = planMemories(module, make, project, resetOf)
  const registers = module.signals
    .filter(({ role }) => role === 'register')
    .map((signal): RegisterPlan => {
      const domain = domainOf(signal)
      const first = signal.reset === undefined ? undefined : make.literal(signal.bits, signal.reset)
      const [reset, initial] = domain.reset === 'none' ? [undefined, first] : [first, undefined]
      return { signal, domain, reset, initial, steps: project.of(signal) }
    })
  const probes = variant === 'readable' ? [] : module.probes
  const properties = module.properties.map((property): PropertyPlan => {
    const { check, sentence, domain, origin } = property
    return { check, sentence, domain, origin, condition: make.node(property.condition) }
  })
  const tested = (property: PropertyPlan): PropertyPlan =>
    variant === 'readable' || property.check === 'cover'
      ? property
      : { ...property, condition: make.operation('not', property.condition) }
  const plan = {
    graph: make.graph,
    variant,
    combinational: [...combinational, ...memories.combinational],
    registers: [...memories.registers, ...registers],
    memories: memories.memories,
    probes: probes.map(({ name, valid, record }) => ({ name, value: make.cat([make.node(valid), make.node(record)]) })),
    properties: [...properties, ...memories.properties].map(tested),
    made: memories.made,
    resets,
  }
  const connected = connectionCounts(module.instances)
  const everything = { ...plan, direct: new Map(), constants: new Set<Signal>() }
  const clocks = module.provided.flatMap(({ clock, reset }) => (reset === undefined ? [clock] : [clock, reset]))
  const read = new Set([...readSignals(usesOf(everything, () => '').map(({ node }) => node)), ...clocks])
  const inside = plan.combinational.filter(({ signal }) => signal.role === 'wire' && !read.has(signal))
  const direct = new Map(
    inside.flatMap((part): readonly (readonly [Signal, Node])[] => {
      const source = constantSource(part)
      return source !== undefined && isLeaf(source) && connected.get(part.signal) === 1 ? [[part.signal, source]] : []
    }),
  )
  const constants = new Set(
    inside.flatMap((part) => {
      const isConstant = constantSource(part)?.operator === 'literal' && !connected.has(part.signal)
      return isConstant ? [part.signal] : []
    }),
  )
  const needed = plan.combinational.filter(({ signal }) => !direct.has(signal) && !constants.has(signal))
  return { ...plan, combinational: needed, direct, constants }
}

/** Stands for the reset of a domain in expressions. */
const resetSignal = (domain: Domain, origin: Origin): Signal => ({
  kind: 'signal',
  name: 'reset',
  label: 'reset',
  bits: 1,
  signed: false,
  role: 'input',
  domain,
  cases: undefined,
  reset: undefined,
  fallback: undefined,
  crossing: undefined,
  ghost: false,
  origin,
})

/** The value of a signal that has one and the same source all the time. */
export const constantSource = ({ steps, fallback }: CombinationalPlan): Node | undefined => {
  const [first] = steps
  const start = first?.kind === 'set' ? first.value : fallback
  return valuesOf(steps).every((value) => value === start) ? start : undefined
}

/** How many ports each signal is connected to. */
const connectionCounts = (instances: readonly Instance[]): ReadonlyMap<Signal, number> => {
  const counts = new Map<Signal, number>()
  for (const { connections } of instances) {
    for (const signal of Object.values(connections)) counts.set(signal, (counts.get(signal) ?? 0) + 1)
  }
  return counts
}

const readSignals = (roots: readonly Node[]): ReadonlySet<Signal> => {
  const read = new Set<Signal>()
  const seen = new Set<Node>()
  const waiting = [...roots]
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (seen.has(node)) continue
    seen.add(node)
    if (node.signal !== undefined) read.add(node.signal)
    waiting.push(...node.operands)
  }
  return read
}

/** Every place where the module uses a node, in the order of the text. */
export const usesOf = (plan: ModulePlan, nameOf: (thing: Signal | Memory) => string): readonly Use[] => {
  const uses: Use[] = []
  const use = (node: Node, feeds: string, role: Use['role'], only?: 'proof'): void => {
    uses.push({ node, feeds, role, only })
  }
  const useSteps = (steps: readonly Step[], feeds: string, role: Use['role'], only?: 'proof'): void => {
    for (const step of steps) {
      if (step.kind === 'set') use(step.value, feeds, role, only)
      if (step.kind === 'write') {
        use(step.address, feeds, 'address')
        use(step.data, feeds, 'data')
      }
      if (step.kind === 'case') {
        use(step.subject, feeds, 'case', only)
        for (const { body } of step.items) useSteps(body, feeds, role, only)
      }
      if (step.kind === 'if') {
        for (const { conditions, body } of step.branches) {
          for (const condition of conditions) use(condition, feeds, 'condition', only)
          useSteps(body, feeds, role, only)
        }
        useSteps(step.otherwise, feeds, role, only)
      }
    }
  }
  const proof = plan.variant === 'readable' ? 'proof' : undefined
  for (const { signal, fallback, steps } of plan.combinational) {
    const only = signal.ghost ? proof : undefined
    if (fallback !== undefined && steps[0]?.kind !== 'set') use(fallback, nameOf(signal), 'value', only)
    useSteps(steps, nameOf(signal), 'value', only)
  }
  for (const [signal, source] of plan.direct) use(source, nameOf(signal), 'value')
  for (const { memory, blocks } of plan.memories) {
    for (const { writes, reads } of blocks) {
      useSteps(writes, nameOf(memory), 'data')
      for (const { output, steps } of reads) useSteps(steps, nameOf(output), 'next')
    }
  }
  for (const { signal, steps } of plan.registers) {
    useSteps(steps, nameOf(signal), 'next', signal.ghost ? proof : undefined)
  }
  for (const { name, value } of plan.probes) use(value, `probe_${name}`, 'value')
  for (const { condition } of plan.properties) use(condition, 'assertion', 'condition', proof)
  return uses
}
