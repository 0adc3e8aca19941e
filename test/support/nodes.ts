/** Designs made node by node: what rules, emitter and engines are tested on, without the language. */
import type {
  Assign,
  Design,
  Domain,
  Diagnostic,
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

// Places

/** A place in a file that does not exist; the line tells marks apart. `name`: the variable that the value was bound to. */
export const at = (line: number, name?: string): Origin => ({
  places: [{ file: 'hdl/lib/hand.ts', line, column: 1 }],
  name,
})

// Domains

export const domain = (name: string, reset: Domain['reset'] = 'synchronous'): Domain => ({
  kind: 'domain',
  name,
  reset,
})

export const mainDomain = domain('main')

// Signals

/** What is special about a signal; a reset may be a plain number. */
export type SignalOptions = Partial<
  Pick<Signal, 'fallback' | 'cases' | 'origin' | 'domain' | 'crossing' | 'ghost' | 'signed' | 'label'>
> & { readonly reset?: number | bigint }

export const signal = (role: Signal['role'], name: string, bits: number, options: SignalOptions = {}): Signal => ({
  kind: 'signal',
  name,
  label: name,
  bits,
  signed: false,
  role,
  domain: role === 'wire' || role === 'instanceOutput' ? undefined : mainDomain,
  cases: undefined,
  fallback: undefined,
  crossing: undefined,
  ghost: false,
  origin: at(1, name),
  ...options,
  reset: options.reset === undefined ? undefined : BigInt(options.reset),
})

const signalOf =
  (role: Signal['role']) =>
  (name: string, bits = 1, options: SignalOptions = {}): Signal =>
    signal(role, name, bits, options)

export const input = signalOf('input')
export const output = signalOf('output')
export const wire = signalOf('wire')
export const register = signalOf('register')
export const instanceOutput = signalOf('instanceOutput')
export const memoryOutput = signalOf('memoryOutput')

// Values

export const literal = (bits: number, value: number | bigint): Literal => ({
  kind: 'literal',
  bits,
  value: BigInt(value),
  origin: at(1),
})

/** An operation of any widths, also those that do not fit together. */
export const operation = (
  operator: Operator,
  operands: readonly Expression[],
  bits = operands[0]?.bits ?? 1,
  origin: Origin = { places: [], name: undefined },
): Operation => ({ kind: 'operation', operator, operands, bits, origin })

const oneBit: readonly Operator[] = [
  ...(['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'ltSigned', 'leSigned', 'gtSigned', 'geSigned'] as const),
  ...(['any', 'all', 'parity'] as const),
]

const widthOf = (operator: Operator, operands: readonly Expression[]): number => {
  if (operator === 'cat') return operands.reduce((sum, { bits }) => sum + bits, 0)
  if (oneBit.includes(operator)) return 1
  return operands[operator === 'mux' ? 1 : 0]?.bits ?? 0
}

/** An operation as wide as its operands make it. */
export const op = (operator: Operator, ...operands: readonly Expression[]): Operation =>
  operation(operator, operands, widthOf(operator, operands), at(1))

export const not = (operand: Expression): Operation => operation('not', [operand])
export const and = (...operands: readonly [Expression, Expression]): Operation => operation('and', operands)

/** The same value, bound to a variable; a signal keeps its own name. */
export const named = <Made extends Expression>(name: string, expression: Made): Made =>
  expression.kind === 'signal' ? expression : { ...expression, origin: at(1, name) }

export const slice = (operand: Expression, lsb: number, bits: number): Slice => ({
  kind: 'slice',
  operand,
  lsb,
  bits,
  origin: at(1),
})

export const select = (operand: Expression, index: Expression, bits: number): Select => ({
  kind: 'select',
  operand,
  index,
  bits,
  origin: at(1),
})

// Memories

export const memory = (
  name: string,
  bits: number,
  depth: number,
  options: Partial<Pick<Memory, 'read' | 'initial' | 'style' | 'origin'>> = {},
): Memory => ({
  kind: 'memory',
  name,
  bits,
  depth,
  read: 'now',
  initial: undefined,
  style: 'auto',
  origin: at(1, name),
  ...options,
})

export const read = (from: Memory, address: Expression): MemoryRead => ({
  kind: 'memoryRead',
  memory: from,
  address,
  bits: from.bits,
  origin: at(1),
})

export const readPort = (
  from: Memory,
  address: Expression,
  to: Signal,
  enable?: Expression,
  options: Partial<Pick<ReadPort, 'domain' | 'during' | 'origin'>> = {},
): ReadPort => ({
  kind: 'readPort',
  memory: from,
  address,
  enable,
  output: to,
  domain: mainDomain,
  during: 'old',
  origin: at(1),
  ...options,
})

export const write = (
  to: Memory,
  address: Expression,
  data: Expression,
  enables?: Expression,
  options: Partial<Pick<MemoryWrite, 'domain' | 'origin'>> = {},
): MemoryWrite => ({
  kind: 'memoryWrite',
  memory: to,
  address,
  data,
  enables,
  domain: mainDomain,
  origin: at(1),
  ...options,
})

// Statements

export const assign = (target: Signal, value: Expression, line = 1): Assign => ({
  kind: 'assign',
  target,
  value,
  origin: at(line),
})

/** A `when` with one condition, and what happens otherwise. */
export const when = (
  condition: Expression,
  body: readonly Statement[],
  otherwise?: readonly Statement[],
  line = 1,
): When => whenChain([[condition, body]], otherwise, line)

/** A `when` with several conditions. */
export const whenChain = (
  branches: readonly (readonly [condition: Expression, body: readonly Statement[]])[],
  otherwise?: readonly Statement[],
  line = 1,
): When => ({
  kind: 'when',
  branches: branches.map(([condition, body]) => ({ condition, body })),
  otherwise,
  origin: at(line),
})

/** A match; the cases have the codes 0, 1, 2 ... in the order given. */
export const match = (subject: Expression, cases: Readonly<Record<string, readonly Statement[]>>, line = 1): Match =>
  matchCodes(
    subject,
    Object.entries(cases).map(([name, body], code) => [name, code, body]),
    line,
  )

/** A match whose cases have codes of their own. */
export const matchCodes = (
  subject: Expression,
  cases: readonly (readonly [name: string, code: number, body: readonly Statement[]])[],
  line = 1,
): Match => ({
  kind: 'match',
  subject,
  cases: cases.map(([name, code, body]) => ({ name, code, body })),
  origin: at(line),
})

// Properties

export const probe = (name: string, valid: Expression, record: Expression): Probe => ({
  kind: 'probe',
  name,
  valid,
  record,
  domain: mainDomain,
  origin: at(1, name),
})

export const property = (
  check: Property['check'],
  sentence: string,
  condition: Expression,
  options: Partial<Pick<Property, 'domain' | 'origin'>> = {},
): Property => ({ kind: 'property', check, sentence, condition, domain: mainDomain, origin: at(1), ...options })

export const assertion = (sentence: string, condition: Expression): Property => property('assert', sentence, condition)

// Structure

export const instance = (
  name: string,
  child: Module,
  connections: Readonly<Record<string, Signal>>,
  line = 1,
  domains: Readonly<Record<string, Domain>> = { main: mainDomain },
): Instance => ({ kind: 'instance', name, module: child, connections, domains, origin: at(line, name) })

/** A module of the parts given; signals that have no list of their own. */
export const module = (name: string, parts: Partial<Omit<Module, 'kind' | 'name'>>): Module => ({
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
  origin: at(4, name),
  ...parts,
})

/** The design with this top, children before parents. */
export const design = (top: Module): Design => {
  const modules = new Set<Module>()
  const visit = (each: Module): void => {
    for (const { module: child } of each.instances) visit(child)
    modules.add(each)
  }
  visit(top)
  return { kind: 'design', top, modules: [...modules] }
}

// Mistakes

/** A mistake in short: its code and title, then a line and a note for every mark. */
export const inShort = ({ code, title, at: place, also }: Diagnostic): string =>
  [
    `${code} ${title}`,
    ...[place, ...also].map(({ origin, note }) => `  ${origin.places[0]?.line ?? '?'}: ${note}`),
  ].join('\n')
