/** The module whose body is running, and the design it belongs to. */
import type {
  Diagnostic,
  Expression,
  Instance,
  Mark,
  Memory,
  Module,
  Probe,
  Property,
  ReadPort,
  Signal,
  Statement,
} from '#ir'
import { DesignError } from '#report'
import { capture } from './origin.ts'

/** A module under construction. */
export interface Builder {
  readonly name: string
  readonly ports: Signal[]
  readonly signals: Signal[]
  readonly memories: Memory[]
  readonly readPorts: ReadPort[]
  readonly instances: Instance[]
  readonly probes: Probe[]
  readonly properties: Property[]
  readonly names: Set<string>
  /** Blocks of statements that are open, innermost last. */
  readonly blocks: Statement[][]
  /** Run after the body: checks that need to have seen all of it. */
  readonly atEnd: (() => void)[]
}

/** A design under construction: what all its modules share. */
export interface Elaboration {
  /** What each definition became: its body runs once, however often the module is used. */
  readonly elaborated: Map<object, Module>
  readonly modules: Map<string, { readonly module: Module; readonly fingerprint: string }>
  readonly diagnostics: Diagnostic[]
  readonly stack: Builder[]
}

let current: Elaboration | undefined

/** Runs `work` as the elaboration of a design; elaborations do not nest. */
export const inElaboration = <T>(work: (elaboration: Elaboration) => T): T => {
  const outer = current
  current = { elaborated: new Map(), modules: new Map(), diagnostics: [], stack: [] }
  try {
    return work(current)
  } finally {
    current = outer
  }
}

export const elaboration = (): Elaboration => {
  if (current) return current
  return outside('this')
}

/** The module whose body is running. Rejects: HDL-0301 outside of a body. */
export const builder = (what: string): Builder => current?.stack.at(-1) ?? outside(what)

const outside = (what: string): never => {
  throw new DesignError([
    {
      code: 'HDL-0301',
      title: `${what} is used outside of a module body`,
      at: { origin: capture(), note: 'no module is being built here' },
      also: [],
      path: [],
      help: ['move the call into the function that you pass to module(name, ports, body)'],
    },
  ])
}

/** Adds a mistake to the design's list; elaboration goes on, so that all of them come out in one run. */
export const reportMistake = (
  code: string,
  title: string,
  at: Mark,
  also: readonly Mark[],
  help: readonly string[],
): void => {
  const mistake: Diagnostic = {
    code,
    title,
    at,
    also,
    path: current?.stack.map((module) => module.name) ?? [],
    help,
  }
  if (!current || current.stack.length === 0) throw new DesignError([mistake])
  current.diagnostics.push(mistake)
}

/** Words that Verilog keeps for itself and that designers are likely to choose, and names that the emitter uses. */
const taken = new Set(
  (
    'always and assign automatic begin bit buf byte case casex casez cell class clk clocking config const continue cover deassign ' +
    'default define disable do edge else end endcase enum event expect export extern final first_match for force ' +
    'forever fork function generate genvar global if iff import include initial inout input inside instance int ' +
    'integer interface join large let library local logic long loop macromodule match matches medium module nand new ' +
    'next nor not null or output package packed parameter primitive priority program property protected pull0 pull1 ' +
    'pure rand real ref reg release repeat restrict return rst scalared sequence shortint signed small solve specify ' +
    'static string strong struct super supply0 supply1 table tagged task this throughout time timeout type typedef ' +
    'union unique unsigned until unused use var vectored virtual void wait weak while wildcard wire with within xor xnor'
  ).split(' '),
)

/** Whether Verilog can have a module of this name. */
export const isLegalName = (name: string): boolean => /^[A-Za-z_]\w*$/.test(name) && !taken.has(name)

/** Verilog spelling of a name: words joined by `_`. */
const spelled = (name: string): string => {
  const plain = name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9_]/g, '_')
    .toLowerCase()
  const legal = /^[a-z_]/.test(plain) ? plain : `_${plain}`
  return taken.has(legal) ? `${legal}_` : legal
}

/** Takes a name in the module: the wanted one, or with the smallest free number behind it. */
export const claimName = (owner: Builder, wanted: string): string => {
  const name = spelled(wanted)
  let free = name
  for (let number = 2; owner.names.has(free); number++) free = `${name}_${number}`
  owner.names.add(free)
  return free
}

export const newBuilder = (name: string): Builder => ({
  name,
  ports: [],
  signals: [],
  memories: [],
  readPorts: [],
  instances: [],
  probes: [],
  properties: [],
  names: new Set(),
  blocks: [[]],
  atEnd: [],
})

/** Adds a statement to the innermost open block. */
export const addStatement = (owner: Builder, statement: Statement): void => {
  owner.blocks.at(-1)?.push(statement)
}

/** Runs `body` and returns the statements that it made. */
export const collect = (owner: Builder, body: () => void): Statement[] => {
  const block: Statement[] = []
  owner.blocks.push(block)
  try {
    body()
  } finally {
    owner.blocks.pop()
  }
  return block
}

/** Rejects: HDL-0302, for a signal that JavaScript asks for its value. */
export const usedAsPlainValue = (expression: Expression, help: readonly string[]): never => {
  throw new DesignError([
    {
      code: 'HDL-0302',
      title: `${expression.kind === 'signal' ? `\`${expression.name}\`` : 'a signal'} is used like a plain value`,
      at: { origin: capture(), note: 'a signal has no value while the design is built' },
      also: [{ origin: expression.origin, note: 'the signal' }],
      path: current?.stack.map((module) => module.name) ?? [],
      help,
    },
  ])
}
