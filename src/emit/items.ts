/** What a module plan becomes, item by item. */
import type { Domain, Instance, Signal } from '#ir'
import { outerDomain } from './domains.ts'
import type { Lowering } from './lower.ts'
import { constantSource, type CombinationalPlan, type ModulePlan, type RegisterPlan } from './module-plan.ts'
import { nameIn, pinsIn, scopeIn, type DomainPins, type Scope, type Scopes } from './scope.ts'
import type {
  AlwaysItem,
  AssignItem,
  Edge,
  InstanceItem,
  Name,
  SetStatement,
  VerilogExpression,
  VerilogItem,
  VerilogStatement,
} from './verilog-tree.ts'

/** A signal of one bit by its name. */
const bitNamed = (name: string): Name => ({ kind: 'name', name, bits: 1 })

/** That the domain is not in reset; undefined if it never is. */
export const notInReset = ({ reset }: DomainPins): VerilogExpression | undefined =>
  reset === undefined ? undefined : { kind: 'unary', operator: '!', operand: bitNamed(reset) }

/** The rising edge of a domain's clock. */
export const edgeOf = ({ clock }: DomainPins): Edge => ({ clock, reset: undefined })

/** Both conditions, if there are two. */
export const both = (left: VerilogExpression | undefined, right: VerilogExpression): VerilogExpression =>
  left === undefined ? right : { kind: 'binary', operator: '&&', left, right }

export interface CombinationalItems {
  readonly assigns: readonly { readonly signal: Signal; readonly item: AssignItem }[]
  readonly blocks: readonly AlwaysItem[]
  /** Signals that a block sets: `reg` in Verilog. */
  readonly variables: ReadonlySet<Signal>
}

/** Wires and outputs: `assign` with one source, a block with the fallback first otherwise. */
export const combinationalItems = (parts: readonly CombinationalPlan[], lower: Lowering): CombinationalItems => {
  const assigns: { readonly signal: Signal; readonly item: AssignItem }[] = []
  const blocks: AlwaysItem[] = []
  const variables = new Set<Signal>()
  for (const part of parts) {
    const { signal, steps } = part
    const target = lower.signal(signal)
    const source = constantSource(part)
    const start = steps[0]?.kind === 'set' ? steps[0] : undefined
    if (source !== undefined) {
      const at = lower.place(start?.origin ?? signal.origin)
      assigns.push({ signal, item: { kind: 'assign', at, target, value: lower.expression(source, signal) } })
      continue
    }
    const at = lower.place(signal.origin)
    const first: readonly SetStatement[] =
      part.fallback === undefined || start !== undefined
        ? []
        : [{ kind: 'set', at, target, operator: '=', value: lower.expression(part.fallback, signal) }]
    blocks.push({ kind: 'always', at, when: 'change', body: [...first, ...lower.sets(steps, signal, '=')] })
    variables.add(signal)
  }
  return { assigns, blocks, variables }
}

/** `if (rst) r <= R; else ...`, and what comes before the first edge. */
export const registerItems = (plan: RegisterPlan, lower: Lowering, scope: Scope): readonly VerilogItem[] => {
  const { signal, domain, reset, initial, steps } = plan
  const pins = pinsIn(scope, domain)
  const at = lower.place(signal.origin)
  const target = lower.signal(signal)
  const set = (value: VerilogExpression): SetStatement => ({ kind: 'set', at, target, operator: '<=', value })
  const lowered = lower.sets(steps, signal, '<=')
  const always = (when: Edge, body: readonly VerilogStatement[]): AlwaysItem => ({ kind: 'always', at, when, body })
  if (reset === undefined || pins.reset === undefined) {
    const block = always(edgeOf(pins), lowered.length === 0 ? [set(target)] : lowered)
    if (initial === undefined) return [block]
    return [{ kind: 'initial', at, target, value: lower.definition(initial, signal) }, block]
  }
  const edge: Edge = domain.reset === 'asynchronous' ? { clock: pins.clock, reset: pins.reset } : edgeOf(pins)
  const resets = { condition: bitNamed(pins.reset), body: [set(lower.definition(reset, signal))] }
  const [only, ...others] = lowered
  if (only?.kind === 'if' && others.length === 0) {
    return [always(edge, [{ kind: 'if', branches: [resets, ...only.branches], otherwise: only.otherwise }])]
  }
  return [always(edge, [{ kind: 'if', branches: [resets], otherwise: lowered }])]
}

export const instanceItem = (
  instance: Instance,
  scope: Scope,
  scopes: Scopes,
  plan: ModulePlan,
  lower: Lowering,
): InstanceItem => {
  const child = scopeIn(scopes, instance.module)
  const clocks = child.clocks.flatMap((inner) => clockConnections(inner, instance, scope))
  const connections = instance.module.ports.map((port) => {
    const signal = instance.connections[port.name]
    if (signal === undefined) throw new Error(`port ${port.name} of instance ${instance.name} is not connected`)
    const source = plan.direct.get(signal)
    const value = source === undefined ? lower.signal(signal) : lower.expression(source, signal)
    return { port: nameIn(child, child.signals, port), value }
  })
  return {
    kind: 'instance',
    at: lower.place(instance.origin),
    module: child.module,
    name: nameIn(scope, scope.instances, instance),
    parameters: Object.entries(instance.module.external?.parameters ?? {}).map(([name, value]) => ({ name, value })),
    connections: [...clocks, ...connections],
  }
}

const clockConnections = (
  inner: DomainPins,
  instance: Instance,
  scope: Scope,
): readonly { readonly port: string; readonly value: VerilogExpression }[] => {
  const outer: Domain = outerDomain(instance, inner.domain)
  const pins = pinsIn(scope, outer)
  const clock = { port: inner.clock, value: bitNamed(pins.clock) }
  if (inner.reset === undefined) return [clock]
  // a domain without reset is never in reset
  const reset: VerilogExpression =
    pins.reset === undefined ? { kind: 'sized', bits: 1, value: 0n } : bitNamed(pins.reset)
  return [clock, { port: inner.reset, value: reset }]
}
