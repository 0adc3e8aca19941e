/** Properties: facts for proofs, or checks and counts of a simulation. */
import type { Domain, Origin, Property } from '#ir'
import { both, edgeOf, notInReset } from './items.ts'
import type { Lowering } from './lower.ts'
import type { ModulePlan, PropertyPlan } from './module-plan.ts'
import { labelName, type Names } from './names.ts'
import { placeText } from './place-text.ts'
import { pinsIn, type DomainPins, type Scope } from './scope.ts'
import { sinkOfItems } from './sink.ts'
import type {
  AlwaysItem,
  Declaration,
  MemoryFill,
  VerilogExpression,
  VerilogItem,
  VerilogStatement,
  Word,
} from './verilog-tree.ts'

/** What became of a property in the simulation. */
export interface SimulatedProperty {
  readonly check: Property['check']
  readonly sentence: string
  readonly domain: Domain
  readonly origin: Origin
  /** What the simulation says when it ends because of it; of a `cover`: undefined. */
  readonly message: string | undefined
  /** Where a `cover` is counted: a word of a memory of 32-bit words. */
  readonly count: { readonly variable: string; readonly index: number; readonly depth: number } | undefined
}

export interface SimulatedProperties {
  readonly properties: readonly SimulatedProperty[]
  /** Memories that count. */
  readonly declarations: readonly Declaration[]
  readonly fills: readonly MemoryFill[]
  readonly blocks: readonly AlwaysItem[]
}

const countBits = 32

/** A block per property; covers of a clock count in one memory, which costs nothing per cycle to look into. */
export const simulatedProperties = (
  plan: ModulePlan,
  lower: Lowering,
  scope: Scope,
  names: Names,
): SimulatedProperties => {
  const counters = new Map<string, { readonly variable: string; depth: number }>()
  for (const { check, domain } of plan.properties) {
    if (check !== 'cover') continue
    const counter = counters.get(domain.name) ?? { variable: names.take('cover_counts'), depth: 0 }
    counter.depth += 1
    counters.set(domain.name, counter)
  }
  const next = new Map<string, number>()
  const properties: SimulatedProperty[] = []
  const blocks = plan.properties.map((property): AlwaysItem => {
    const { check, sentence, domain, origin, condition } = property
    const at = lower.place(origin)
    const pins = pinsIn(scope, domain)
    const facts = { check, sentence, domain, origin }
    const counter = counters.get(domain.name)
    let effect: VerilogStatement
    if (check === 'cover' && counter !== undefined) {
      const index = next.get(domain.name) ?? 0
      next.set(domain.name, index + 1)
      properties.push({ ...facts, message: undefined, count: { ...counter, index } })
      effect = countAt(counter.variable, index, counter.depth)
    } else {
      const message = messageOf(property)
      properties.push({ ...facts, message, count: undefined })
      effect = { kind: 'fatal', sentence: message }
    }
    const holds = both(notInReset(pins), lower.expression(condition))
    return {
      kind: 'always',
      at,
      when: edgeOf(pins),
      body: [{ kind: 'if', at, branches: [{ condition: holds, body: [effect] }], otherwise: [] }],
    }
  })
  const memories = [...counters.values()]
  const zero: VerilogExpression = { kind: 'sized', bits: countBits, value: 0n }
  return {
    properties,
    declarations: memories.map(({ variable, depth }): Declaration => {
      return { kind: 'declaration', net: 'reg', name: variable, bits: countBits, depth, value: undefined }
    }),
    fills: memories.map(({ variable, depth }): MemoryFill => {
      return { name: variable, bits: countBits, depth, from: { kind: 'word', word: zero } }
    }),
    blocks,
  }
}

/** `never holds more than its depth (hdl/lib/fifo.ts:31)`. */
const messageOf = ({ check, sentence, origin }: PropertyPlan): string => {
  const [place] = origin.places
  const where = place === undefined ? '' : ` (${placeText(place)})`
  return `${check === 'assume' ? 'an assumption does not hold: ' : ''}${sentence}${where}`
}

const countAt = (memory: string, index: number, depth: number): VerilogStatement => {
  const address: VerilogExpression = {
    kind: 'sized',
    bits: Math.max(1, (depth - 1).toString(2).length),
    value: BigInt(index),
  }
  const count: Word = { kind: 'word', memory, address }
  const one: VerilogExpression = { kind: 'sized', bits: countBits, value: 1n }
  const value: VerilogExpression = { kind: 'binary', operator: '+', left: count, right: one }
  return { kind: 'set', target: { kind: 'wordTarget', memory, address, range: undefined }, operator: '<=', value }
}

/** What only proofs have: `ghosts` is what properties look back at. */
export const formalItems = (
  plan: ModulePlan,
  lower: Lowering,
  scope: Scope,
  names: Names,
  ghosts: readonly VerilogItem[],
): readonly VerilogItem[] => {
  if (plan.properties.length === 0) return []
  const domains = [...new Map(plan.properties.map(({ domain }) => [domain.name, domain])).values()]
  const resets = domains.flatMap((domain): readonly VerilogItem[] => {
    const { reset } = pinsIn(scope, domain)
    return reset === undefined ? [] : [{ kind: 'assumeReset', reset }]
  })
  const blocks = domains.map((domain): VerilogItem => {
    const own = plan.properties.filter((property) => property.domain.name === domain.name)
    const pins = pinsIn(scope, domain)
    const facts = own.map(({ check, sentence, condition, origin }): VerilogStatement => {
      const label = names.take(labelName(sentence))
      return { kind: 'property', at: lower.place(origin), check, label, condition: lower.expression(condition) }
    })
    return { kind: 'always', when: edgeOf(pins), body: outsideReset(facts, pins) }
  })
  const items = [...ghosts, ...resets, ...blocks]
  return [{ kind: 'formal', items: [...items, ...sinkOfItems(items, () => names.take('unused_in_proofs'))] }]
}

const outsideReset = (facts: readonly VerilogStatement[], pins: DomainPins): readonly VerilogStatement[] => {
  const outside = notInReset(pins)
  return outside === undefined
    ? facts
    : [{ kind: 'if', branches: [{ condition: outside, body: facts }], otherwise: [] }]
}
