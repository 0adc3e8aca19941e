/** Nodes of a design, made by hand. */
import type {
  Assign,
  Design,
  Domain,
  Expression,
  Instance,
  Literal,
  Match,
  Memory,
  MemoryRead,
  MemoryWrite,
  Module,
  Operation,
  Operator,
  Origin,
  Probe,
  Property,
  ReadPort,
  Select,
  Signal,
  Slice,
  Statement,
  When,
} from '#ir'

export const mainDomain: Domain = { kind: 'domain', name: 'main', reset: 'synchronous' }

/** A place in a made-up file; `name`: the variable that the value was bound to. */
const origin = (name?: string, line = 1): Origin => ({
  places: [{ file: 'hdl/lib/hand.ts', line, column: 1 }],
  name,
})

export const literal = (bits: number, value: number | bigint): Literal => ({
  kind: 'literal',
  bits,
  value: BigInt(value),
  origin: origin(),
})

export interface SignalOptions {
  readonly cases?: Signal['cases']
  readonly reset?: number | bigint
  readonly fallback?: Expression
}

export const signal = (role: Signal['role'], name: string, bits: number, options: SignalOptions = {}): Signal => ({
  kind: 'signal',
  name,
  label: name,
  bits,
  signed: false,
  role,
  domain: role === 'wire' || role === 'instanceOutput' ? undefined : mainDomain,
  cases: options.cases,
  reset: options.reset === undefined ? undefined : BigInt(options.reset),
  fallback: options.fallback,
  crossing: undefined,
  ghost: false,
  origin: origin(name),
})

const comparisons: readonly Operator[] = ['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'any', 'all', 'parity']

const widthOf = (operator: Operator, operands: readonly Expression[]): number => {
  if (operator === 'cat') return operands.reduce((sum, { bits }) => sum + bits, 0)
  if (comparisons.includes(operator)) return 1
  return operands[operator === 'mux' ? 1 : 0]?.bits ?? 0
}

export const op = (operator: Operator, ...operands: readonly Expression[]): Operation => ({
  kind: 'operation',
  operator,
  operands,
  bits: widthOf(operator, operands),
  origin: origin(),
})

/** The same value, bound to a variable; a signal keeps its own name. */
export const named = <Made extends Expression>(name: string, expression: Made): Made =>
  expression.kind === 'signal' ? expression : { ...expression, origin: origin(name) }

export const slice = (operand: Expression, lsb: number, bits: number): Slice => ({
  kind: 'slice',
  operand,
  lsb,
  bits,
  origin: origin(),
})

export const select = (operand: Expression, index: Expression, bits: number): Select => ({
  kind: 'select',
  operand,
  index,
  bits,
  origin: origin(),
})

export const read = (memory: Memory, address: Expression): MemoryRead => ({
  kind: 'memoryRead',
  memory,
  address,
  bits: memory.bits,
  origin: origin(),
})

export const memory = (
  name: string,
  bits: number,
  depth: number,
  options: { readonly read?: 'now' | 'next'; readonly initial?: bigint } = {},
): Memory => ({
  kind: 'memory',
  name,
  bits,
  depth,
  read: options.read ?? 'now',
  initial: options.initial,
  style: 'auto',
  origin: origin(name),
})

export const readPort = (of: Memory, address: Expression, output: Signal, enable?: Expression): ReadPort => ({
  kind: 'readPort',
  memory: of,
  address,
  enable,
  output,
  domain: mainDomain,
  during: 'old',
  origin: origin(),
})

export const set = (target: Signal, value: Expression): Assign => ({ kind: 'assign', target, value, origin: origin() })

export const write = (of: Memory, address: Expression, data: Expression, enables?: Expression): MemoryWrite => ({
  kind: 'memoryWrite',
  memory: of,
  address,
  data,
  enables,
  domain: mainDomain,
  origin: origin(),
})

/** `when([a, [...]], [b, [...]])`, with `otherwise` last. */
export const when = (
  branches: readonly (readonly [condition: Expression, body: readonly Statement[]])[],
  otherwise?: readonly Statement[],
): When => ({
  kind: 'when',
  branches: branches.map(([condition, body]) => ({ condition, body })),
  otherwise,
  origin: origin(),
})

export const match = (
  subject: Expression,
  cases: readonly (readonly [name: string, code: number, body: readonly Statement[]])[],
): Match => ({
  kind: 'match',
  subject,
  cases: cases.map(([name, code, body]) => ({ name, code, body })),
  origin: origin(),
})

export const instance = (name: string, of: Module, connections: Readonly<Record<string, Signal>>): Instance => ({
  kind: 'instance',
  name,
  module: of,
  connections,
  domains: { main: mainDomain },
  origin: origin(name),
})

export const probe = (name: string, valid: Expression, record: Expression): Probe => ({
  kind: 'probe',
  name,
  valid,
  record,
  domain: mainDomain,
  origin: origin(name),
})

export const assertion = (sentence: string, condition: Expression): Property => ({
  kind: 'property',
  check: 'assert',
  domain: mainDomain,
  sentence,
  condition,
  origin: origin(),
})

export const module = (
  name: string,
  parts: Partial<Omit<Module, 'kind' | 'name' | 'summary'>> & { readonly summary?: string },
): Module => ({
  kind: 'module',
  name,
  summary: '',
  domains: [mainDomain],
  provided: [],
  ports: [],
  signals: [],
  memories: [],
  readPorts: [],
  instances: [],
  machines: [],
  body: [],
  probes: [],
  properties: [],
  allowances: [],
  external: undefined,
  origin: origin(name, 4),
  ...parts,
})

/** The design with this top, children before parents. */
export const design = (top: Module): Design => {
  const modules = new Set<Module>()
  const visit = (of: Module): void => {
    for (const child of of.instances) visit(child.module)
    modules.add(of)
  }
  visit(top)
  return { kind: 'design', top, modules: [...modules] }
}
