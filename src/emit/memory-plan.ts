/** Memories: what is written and read at which clock, and what stands beside them to see a write of the same edge. */
import type { Domain, Memory, Module, Origin, ReadPort, Signal } from '#ir'
import type { Builder } from './builder.ts'
import { domainOf, writesOf } from './domains.ts'
import { forwarded, type Forwarded } from './forward.ts'
import type { Node } from './graph.ts'
import type { CombinationalPlan, PropertyPlan, RegisterPlan } from './module-plan.ts'
import type { Projection, Step } from './project.ts'

/** What happens to a memory at one clock. */
export interface MemoryBlock {
  readonly domain: Domain
  readonly writes: readonly Step[]
  readonly reads: readonly { readonly output: Signal; readonly steps: readonly Step[] }[]
}

export interface MemoryPlan {
  readonly memory: Memory
  readonly blocks: readonly MemoryBlock[]
}

/** The memories of a module, and the registers, values and facts beside them. */
export interface MemoryPlans {
  readonly memories: readonly MemoryPlan[]
  readonly registers: readonly RegisterPlan[]
  readonly combinational: readonly CombinationalPlan[]
  readonly properties: readonly PropertyPlan[]
  /** Signals that the designer did not make. */
  readonly made: readonly Signal[]
}

/** `resetOf`: the signal that is 1 in the reset of a domain. */
export const planMemories = (
  module: Module,
  make: Builder,
  project: Projection,
  resetOf: (domain: Domain) => Node | undefined,
): MemoryPlans => {
  const beside: Beside = { registers: [], combinational: [], properties: [], made: [] }
  const writes = writesOf(module)
  const memories = module.memories.map((memory): MemoryPlan => {
    const ports = module.readPorts.filter((port) => port.memory === memory)
    const clocks = [...writes.filter((one) => one.memory === memory), ...ports].map(({ domain }) => domain)
    const domains = [...new Map(clocks.map((domain) => [domain.name, domain])).values()]
    const blocks = domains.map((domain): MemoryBlock => {
      const written = project.writes(memory, domain)
      const reads = ports
        .filter((port) => port.domain.name === domain.name)
        .map((port) => readOf(make, port, written, resetOf(domain), beside))
      return { domain, writes: written, reads }
    })
    return { memory, blocks }
  })
  return { memories, ...beside }
}

type Beside = { readonly [Key in Exclude<keyof MemoryPlans, 'memories'>]: MemoryPlans[Key][number][] }

const readOf = (
  make: Builder,
  port: ReadPort,
  written: readonly Step[],
  reset: Node | undefined,
  beside: Beside,
): MemoryBlock['reads'][number] => {
  const { memory, output, origin, during } = port
  const address = make.address(memory, make.node(port.address))
  const enable = port.enable === undefined ? make.literal(1, 1n) : make.node(port.enable)
  const stored = enabled(enable, make.word(memory, address), origin)
  const pieces = during === 'old' ? [] : forwarded(make, memory, address, written)
  const hits = pieces.map((piece) => piece.written)
  const none = hits.every((hit) => hit.operator === 'literal' && hit.value === 0n)
  if (none) return { output, steps: stored }
  if (during === 'never') {
    const hit = hits.reduce((any, one) => make.operation('or', any, one))
    beside.properties.push({
      check: 'assert',
      sentence: `${memory.name} is not read where it is written at the same edge`,
      domain: port.domain,
      condition: make.operation('not', make.operation('and', enable, hit)),
      origin,
    })
    return { output, steps: stored }
  }
  // in reset nothing is written to a memory with first contents
  const kept = memory.initial !== undefined && reset !== undefined
  const counted = kept ? hits.map((hit) => make.operation('and', make.operation('not', reset), hit)) : hits
  return { output: besideBlock(make, port, enable, pieces, counted, beside), steps: stored }
}

const enabled = (enable: Node, value: Node, origin: Origin): readonly Step[] => {
  const set: Step = { kind: 'set', origin, value }
  if (enable.operator === 'literal') return enable.value === 1n ? [set] : []
  return [{ kind: 'if', origin, branches: [{ conditions: [enable], body: [set] }], otherwise: [] }]
}

/** Registers that keep what was written at the read's edge; the block keeps the plain form that tools recognise. */
const besideBlock = (
  make: Builder,
  { memory, output, origin }: ReadPort,
  enable: Node,
  pieces: readonly Forwarded[],
  written: readonly Node[],
  beside: Beside,
): Signal => {
  const domain = domainOf(output)
  const signalLike = (suffix: string, bits: number): Signal => {
    const made = { ...output, name: `${output.name}_${suffix}`, role: 'register', bits, cases: undefined } as const
    beside.made.push(made)
    return made
  }
  const register = (suffix: string, value: Node): Node => {
    const signal = signalLike(suffix, value.bits)
    const plan = { signal, domain, reset: undefined, initial: undefined, steps: enabled(enable, value, origin) }
    beside.registers.push(plan)
    return make.signal(signal)
  }
  const high = <Item>(items: readonly Item[]): readonly Item[] => items.toReversed()
  const isNew = register('is_written', make.cat(high(written)))
  const data = pieces.map((piece) => piece.data ?? make.literal(piece.bits, 0n))
  const fresh = register('written', make.cat(high(data)))
  const stored = signalLike('stored', memory.bits)
  const choices = pieces.map(({ lsb, bits }, index) => {
    const cut = (of: Node): Node => make.slice(of, lsb, bits)
    return make.operation('mux', make.slice(isNew, index, 1), cut(fresh), cut(make.signal(stored)))
  })
  const value = make.cat(high(choices))
  beside.combinational.push({ signal: output, fallback: undefined, steps: [{ kind: 'set', origin, value }] })
  return stored
}
