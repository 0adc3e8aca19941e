/** Designs made node by node: what rules are tested on, without the language. */
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
  Signal,
  Statement,
  When,
} from '#ir'

export const mainDomain: Domain = { kind: 'domain', name: 'main', reset: 'synchronous' }

/** A place in a file that does not exist; the line tells marks apart. */
export const at = (line: number, name?: string): Origin => ({
  places: [{ file: '/design/part.ts', line, column: 3 }],
  name,
})

type SignalOptions = Partial<Pick<Signal, 'reset' | 'fallback' | 'cases' | 'origin'>>

const signalOf =
  (role: Signal['role']) =>
  (name: string, bits = 1, options: SignalOptions = {}): Signal => ({
    kind: 'signal',
    name,
    label: name,
    bits,
    signed: false,
    role,
    domain: role === 'wire' || role === 'instanceOutput' ? undefined : mainDomain,
    cases: undefined,
    reset: undefined,
    fallback: undefined,
    crossing: undefined,
    ghost: false,
    origin: at(1),
    ...options,
  })

export const input = signalOf('input')
export const output = signalOf('output')
export const wire = signalOf('wire')
export const register = signalOf('register')
export const instanceOutput = signalOf('instanceOutput')
export const memoryOutput = signalOf('memoryOutput')

export const literal = (bits: number, value: number | bigint): Literal => ({
  kind: 'literal',
  bits,
  value: BigInt(value),
  origin: at(1),
})

export const operation = (
  operator: Operator,
  operands: readonly Expression[],
  bits = operands[0]?.bits ?? 1,
): Operation => ({
  kind: 'operation',
  operator,
  operands,
  bits,
  origin: { places: [], name: undefined },
})

export const not = (operand: Expression): Operation => operation('not', [operand])
export const and = (...operands: readonly [Expression, Expression]): Operation => operation('and', operands)

export const memory = (name: string, bits: number, depth: number, read: Memory['read'] = 'now'): Memory => ({
  kind: 'memory',
  name,
  bits,
  depth,
  read,
  initial: undefined,
  style: 'auto',
  origin: at(1),
})

export const read = (from: Memory, address: Expression): MemoryRead => ({
  kind: 'memoryRead',
  memory: from,
  address,
  bits: from.bits,
  origin: at(1),
})

export const write = (to: Memory, address: Expression, data: Expression, enables?: Expression): MemoryWrite => ({
  kind: 'memoryWrite',
  memory: to,
  address,
  data,
  enables,
  domain: mainDomain,
  origin: at(1),
})

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
): When => ({ kind: 'when', branches: [{ condition, body }], otherwise, origin: at(line) })

/** A `when` with several conditions. */
export const whenChain = (
  branches: readonly (readonly [Expression, readonly Statement[]])[],
  otherwise?: readonly Statement[],
  line = 1,
): When => ({
  kind: 'when',
  branches: branches.map(([condition, body]) => ({ condition, body })),
  otherwise,
  origin: at(line),
})

/** A match; the cases have the codes 0, 1, 2 ... in the order given. */
export const match = (subject: Expression, cases: Readonly<Record<string, readonly Statement[]>>, line = 1): Match => ({
  kind: 'match',
  subject,
  cases: Object.entries(cases).map(([name, body], code) => ({ name, code, body })),
  origin: at(line),
})

export const instance = (
  name: string,
  child: Module,
  connections: Readonly<Record<string, Signal>>,
  line = 1,
): Instance => ({ kind: 'instance', name, module: child, connections, domains: { main: mainDomain }, origin: at(line) })

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
  origin: at(1),
  ...parts,
})

/** The design below a module. */
export const design = (top: Module): Design => {
  const modules = new Set<Module>()
  const visit = (each: Module): void => {
    for (const { module: child } of each.instances) visit(child)
    modules.add(each)
  }
  visit(top)
  return { kind: 'design', top, modules: [...modules] }
}

/** A mistake in short: its code and title, then a line and a note for every mark. */
export const inShort = ({ code, title, at: place, also }: Diagnostic): string =>
  [
    `${code} ${title}`,
    ...[place, ...also].map(({ origin, note }) => `  ${origin.places[0]?.line ?? '?'}: ${note}`),
  ].join('\n')
