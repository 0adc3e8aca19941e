/** What a module plan becomes, item by item. */
import type { Instance, Signal } from '#ir'
import type { Lowering } from './lower.ts'
import { constantSource, type MemoryPlan, type ModulePlan, type RegisterPlan } from './module-plan.ts'
import { labelName, type Names } from './names.ts'
import { nameIn, scopeIn, type Scope, type Scopes } from './scope.ts'
import type {
  AlwaysItem,
  AssignItem,
  Declaration,
  InstanceItem,
  Name,
  SetStatement,
  VerilogExpression,
  VerilogItem,
  VerilogStatement,
} from './verilog-tree.ts'

const clk: Name = { kind: 'name', name: 'clk', bits: 1 }
const rst: Name = { kind: 'name', name: 'rst', bits: 1 }
const notInReset: VerilogExpression = { kind: 'unary', operator: '!', operand: rst }

export interface CombinationalItems {
  readonly assigns: readonly { readonly signal: Signal; readonly item: AssignItem }[]
  readonly blocks: readonly AlwaysItem[]
  /** Signals that a block sets: `reg` in Verilog. */
  readonly variables: ReadonlySet<Signal>
}

/** Wires and outputs: `assign` with one source, a block with the fallback first otherwise. */
export const combinationalItems = (plan: ModulePlan, lower: Lowering): CombinationalItems => {
  const assigns: { readonly signal: Signal; readonly item: AssignItem }[] = []
  const blocks: AlwaysItem[] = []
  const variables = new Set<Signal>()
  for (const part of plan.combinational) {
    const { signal, steps } = part
    const target = lower.signal(signal)
    const source = constantSource(part)
    if (source !== undefined) {
      assigns.push({ signal, item: { kind: 'assign', target, value: lower.expression(source, signal) } })
      continue
    }
    const startsSet = steps[0]?.kind === 'set'
    const first: readonly SetStatement[] =
      part.fallback === undefined || startsSet
        ? []
        : [{ kind: 'set', target, operator: '=', value: lower.expression(part.fallback, signal) }]
    blocks.push({ kind: 'always', when: 'change', body: [...first, ...lower.sets(steps, signal, '=')] })
    variables.add(signal)
  }
  return { assigns, blocks, variables }
}

/** `if (rst) r <= R; else ...`. */
export const registerItem = ({ signal, reset, steps }: RegisterPlan, lower: Lowering): AlwaysItem => {
  const target = lower.signal(signal)
  const set = (value: VerilogExpression): SetStatement => ({ kind: 'set', target, operator: '<=', value })
  const lowered = lower.sets(steps, signal, '<=')
  const clocked = (...body: readonly VerilogStatement[]): AlwaysItem => ({ kind: 'always', when: 'clock', body })
  if (reset === undefined) return clocked(...(lowered.length === 0 ? [set(target)] : lowered))
  const resets = { condition: rst, body: [set(lower.definition(reset, signal))] }
  const [only, ...others] = lowered
  if (only?.kind === 'if' && others.length === 0) {
    return clocked({ kind: 'if', branches: [resets, ...only.branches], otherwise: only.otherwise })
  }
  return clocked({ kind: 'if', branches: [resets], otherwise: lowered })
}

const unlessReset = (body: readonly VerilogStatement[]): VerilogStatement => {
  const [only, ...others] = body
  if (only?.kind !== 'if' || others.length + only.otherwise.length > 0 || only.branches.length > 1) {
    return { kind: 'if', branches: [{ condition: notInReset, body }], otherwise: [] }
  }
  const branches = only.branches.map((branch) => ({ ...branch, condition: both(notInReset, branch.condition) }))
  return { kind: 'if', branches, otherwise: [] }
}

const both = (left: VerilogExpression, right: VerilogExpression): VerilogExpression => ({
  kind: 'binary',
  operator: '&&',
  left,
  right,
})

/** First contents of the memories that have some. */
export const fillItems = (plan: ModulePlan, lower: Lowering, names: Names): readonly VerilogItem[] => {
  const memories = plan.memories.flatMap(({ memory, first }) =>
    first === undefined ? [] : [{ name: lower.memory(memory), depth: memory.depth, word: lower.definition(first) }],
  )
  return memories.length === 0 ? [] : [{ kind: 'fill', index: names.take('i'), memories }]
}

/** One block with the writes and the registered reads, which tools recognise as block RAM. */
export const memoryItems = (plan: MemoryPlan, lower: Lowering): readonly VerilogItem[] => {
  const { memory, writes, reads } = plan
  // What comes before reset may be anything, but first contents stay: such a memory is not written in reset.
  const written = lower.writes(writes, memory)
  const kept = memory.initial !== undefined && written.length > 0
  const body: readonly VerilogStatement[] = [
    ...(kept ? [unlessReset(written)] : written),
    ...reads.flatMap(({ output, steps }): readonly VerilogStatement[] => {
      const target = lower.signal(output)
      if (steps.length > 0) return lower.sets(steps, output, '<=')
      return [{ kind: 'set', target, operator: '<=', value: target }]
    }),
  ]
  return body.length === 0 ? [] : [{ kind: 'always', when: 'clock', body }]
}

export const instanceItem = (
  instance: Instance,
  scope: Scope,
  scopes: Scopes,
  plan: ModulePlan,
  lower: Lowering,
): InstanceItem => {
  const child = scopeIn(scopes, instance.module)
  const clock = child.clocked ? [clk, rst].map((value) => ({ port: value.name, value })) : []
  const connections = instance.module.ports.map((port) => {
    const signal = instance.connections[port.name]
    if (signal === undefined) throw new Error(`port ${port.name} of instance ${instance.name} is not connected`)
    const source = plan.direct.get(signal)
    const value = source === undefined ? lower.signal(signal) : lower.expression(source, signal)
    return { port: nameIn(child, child.signals, port), value }
  })
  const name = nameIn(scope, scope.instances, instance)
  return { kind: 'instance', module: child.module, name, connections: [...clock, ...connections] }
}

/** Groups of items: checks that end a simulation, or facts for proofs. */
export const assertionItems = (
  plan: ModulePlan,
  lower: Lowering,
  proofWires: readonly Declaration[],
  names: Names,
): readonly (readonly VerilogItem[])[] => {
  if (plan.assertions.length === 0) return []
  if (plan.variant === 'simulation') {
    return plan.assertions.map(({ sentence, node }) => {
      const violated: VerilogExpression = {
        kind: 'binary',
        operator: '&&',
        left: notInReset,
        right: lower.expression(node),
      }
      const body: VerilogStatement = {
        kind: 'if',
        branches: [{ condition: violated, body: [{ kind: 'fatal', sentence }] }],
        otherwise: [],
      }
      return [{ kind: 'always', when: 'clock', body: [body] }]
    })
  }
  const facts = plan.assertions.map(({ sentence, node }): VerilogStatement => {
    return { kind: 'assert', label: names.take(labelName(sentence)), condition: lower.expression(node) }
  })
  const checks: VerilogStatement = { kind: 'if', branches: [{ condition: notInReset, body: facts }], otherwise: [] }
  const always: VerilogItem = { kind: 'always', when: 'clock', body: [checks] }
  return [[{ kind: 'formal', items: [...proofWires, { kind: 'assumeReset' }, always] }]]
}
