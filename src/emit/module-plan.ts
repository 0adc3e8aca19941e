/** What a module is made of, sorted by what sets it: the step between a design and its Verilog. */
import type { Instance, Memory, Module, ReadPort, Signal } from '#ir'
import { createBuilder, type Builder } from './builder.ts'
import { isLeaf, type Graph, type Node } from './graph.ts'
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
  readonly reset: Node | undefined
  readonly steps: readonly Step[]
}

export interface MemoryPlan {
  readonly memory: Memory
  /** First contents of every word. */
  readonly first: Node | undefined
  readonly writes: readonly Step[]
  readonly reads: readonly { readonly output: Signal; readonly steps: readonly Step[] }[]
}

export interface ProbePlan {
  readonly name: string
  readonly value: Node
}

export interface AssertionPlan {
  readonly sentence: string
  /** Readable: what holds. Simulation: what does not hold when it fails. */
  readonly node: Node
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
  readonly assertions: readonly AssertionPlan[]
  /** Wires that only carry a signal, some of its bits or a number into an instance: it is connected directly. */
  readonly direct: ReadonlyMap<Signal, Node>
  /** Wires that are always the same number; whoever reads them has the number. */
  readonly constants: ReadonlySet<Signal>
}

export const planModule = (module: Module, variant: Variant): ModulePlan => {
  // tools look through wires that always have the same source, so the builder does, too
  const make: Builder = createBuilder((signal) => {
    if (signal.role !== 'wire' && signal.role !== 'output') return undefined
    return constantSource({ signal, fallback: fallbackOf(signal), steps: project(signal) })
  })
  const project = createProjection(make, module.body)
  const fallbackOf = ({ fallback }: Signal): Node | undefined =>
    fallback === undefined ? undefined : make.node(fallback)

  // nodes are numbered in the order of the source, which is the order of the wires in the text
  for (const leaf of leavesOf(module.body)) make.node(leaf.kind === 'assign' ? leaf.value : leaf.data)

  const driven = [...module.ports, ...module.signals].filter(({ role }) => role === 'wire' || role === 'output')
  const combinational = driven.map((signal): CombinationalPlan => {
    const steps = project(signal)
    // a gap is a code that the subject of a match never has, as the checker makes sure; zero keeps it from being a latch
    const fallback = fallbackOf(signal) ?? (setsAlways(steps) ? undefined : make.literal(signal.bits, 0n))
    return { signal, fallback, steps }
  })
  const registers = module.signals.filter(({ role }) => role === 'register')
  const memories = module.memories.map((memory): MemoryPlan => {
    const ports = module.readPorts.filter((port) => port.memory === memory)
    const reads = ports.map((port) => ({ output: port.output, steps: readSteps(make, port) }))
    const first = typeof memory.initial === 'bigint' ? make.literal(memory.bits, memory.initial) : undefined
    return { memory, first, writes: project(memory), reads }
  })
  const probes = variant === 'readable' ? [] : module.probes
  const plan = {
    graph: make.graph,
    variant,
    combinational,
    registers: registers.map((signal) => {
      const reset = signal.reset === undefined ? undefined : make.literal(signal.bits, signal.reset)
      return { signal, reset, steps: project(signal) }
    }),
    memories,
    probes: probes.map(({ name, valid, record }) => ({ name, value: make.cat([make.node(valid), make.node(record)]) })),
    assertions: module.properties.map(({ sentence, condition }) => {
      const holds = make.node(condition)
      return { sentence, node: variant === 'readable' ? holds : make.operation('not', holds) }
    }),
  }
  const connected = connectionCounts(module.instances)
  const everything = { ...plan, direct: new Map(), constants: new Set<Signal>() }
  const read = readSignals(usesOf(everything, () => '').map(({ node }) => node))
  const inside = combinational.filter(({ signal }) => signal.role === 'wire' && !read.has(signal))
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
  const needed = combinational.filter(({ signal }) => !direct.has(signal) && !constants.has(signal))
  return { ...plan, combinational: needed, direct, constants }
}

const readSteps = (make: Builder, { memory, address, enable: given }: ReadPort): readonly Step[] => {
  const value = make.word(memory, make.node(address))
  const enable = given === undefined ? make.literal(1, 1n) : make.node(given)
  if (enable.operator === 'literal' && enable.value === 1n) return [{ kind: 'set', value }]
  if (enable.operator === 'literal') return []
  return [{ kind: 'if', branches: [{ conditions: [enable], body: [{ kind: 'set', value }] }], otherwise: [] }]
}

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
  const useSteps = (steps: readonly Step[], feeds: string, role: Use['role']): void => {
    for (const step of steps) {
      if (step.kind === 'set') use(step.value, feeds, role)
      if (step.kind === 'write') {
        use(step.address, feeds, 'address')
        use(step.data, feeds, 'data')
      }
      if (step.kind === 'case') {
        use(step.subject, feeds, 'case')
        for (const { body } of step.items) useSteps(body, feeds, role)
      }
      if (step.kind === 'if') {
        for (const { conditions, body } of step.branches) {
          for (const condition of conditions) use(condition, feeds, 'condition')
          useSteps(body, feeds, role)
        }
        useSteps(step.otherwise, feeds, role)
      }
    }
  }
  for (const { signal, fallback, steps } of plan.combinational) {
    if (fallback !== undefined && steps[0]?.kind !== 'set') use(fallback, nameOf(signal), 'value')
    useSteps(steps, nameOf(signal), 'value')
  }
  for (const [signal, source] of plan.direct) use(source, nameOf(signal), 'value')
  for (const { memory, writes, reads } of plan.memories) {
    useSteps(writes, nameOf(memory), 'data')
    for (const { output, steps } of reads) useSteps(steps, nameOf(output), 'next')
  }
  for (const { signal, steps } of plan.registers) useSteps(steps, nameOf(signal), 'next')
  for (const { name, value } of plan.probes) use(value, `probe_${name}`, 'value')
  const only = plan.variant === 'readable' ? 'proof' : undefined
  for (const { node } of plan.assertions) use(node, 'assertion', 'condition', only)
  return uses
}
