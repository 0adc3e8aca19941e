/** The module whose body is running, and the design it belongs to. */
import type {
  Allowance,
  Diagnostic,
  Domain,
  Expression,
  Fix,
  Instance,
  Mark,
  Memory,
  Module,
  Origin,
  Probe,
  Property,
  ProvidedDomain,
  ReadPort,
  Signal,
  StateMachine,
  Statement,
} from '#ir'
import { isVerilogName } from '#layout'
import { DesignError } from '#report'
import { callersOf, capture } from './origin.ts'

/** A module under construction. */
export interface Builder {
  readonly name: string
  /** What the module is made from: the same for every use of it. */
  readonly definition: object
  readonly ports: Signal[]
  readonly signals: Signal[]
  readonly memories: Memory[]
  readonly readPorts: ReadPort[]
  readonly instances: Instance[]
  readonly probes: Probe[]
  readonly properties: Property[]
  readonly provided: ProvidedDomain[]
  readonly machines: StateMachine[]
  readonly allowances: Allowance[]
  readonly names: Set<string>
  /** Domains that were switched to, innermost last. */
  readonly domains: Domain[]
  /** Domains that the module has to do with, by name, in order of first use. */
  readonly seenDomains: Map<string, SeenDomain>
  /** Blocks of statements that are open, innermost last. */
  readonly blocks: Statement[][]
  /** When the open blocks count: their conditions, outermost first. Made only when somebody needs them. */
  readonly guards: Guard[]
  /** Run after the body: checks that need to have seen all of it. */
  readonly atEnd: (() => void)[]
}

/** A domain that a module under construction has to do with. */
export interface SeenDomain {
  readonly domain: Domain
  readonly origin: Origin
  /** Whether the module needs its clock; a port alone does not. */
  readonly clocked: boolean
  /** Names of its inputs that something else had before. */
  readonly clash: readonly string[]
}

/** Makes the 1-bit condition under which a block of statements counts. */
export type Guard = () => Expression

/** Whose body made a signal or a memory. */
export const ownedBy = new WeakMap<object, Builder>()

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
  fixes: readonly Fix[] = [],
): void => {
  const mistake: Diagnostic = {
    code,
    title,
    at,
    also,
    path: current?.stack.map((module) => module.name) ?? [],
    help,
    fixes,
  }
  if (!current || current.stack.length === 0) throw new DesignError([mistake])
  current.diagnostics.push(mistake)
}

/** Verilog spelling of a name: words joined by `_`. */
const spelled = (name: string): string => {
  const plain = name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9_]/g, '_')
    .toLowerCase()
  const legal = /^[a-z_]/.test(plain) ? plain : `_${plain}`
  return isVerilogName(legal) ? legal : `${legal}_`
}

/** Takes a name exactly as it is; false when something else has it. */
export const addClaim = (owner: Builder, name: string): boolean => {
  if (owner.names.has(name)) return false
  owner.names.add(name)
  return true
}

/**
 * Takes a name in the module: the wanted one; or with the variable in front that takes what the calling helper returns, so
 * that further uses of a helper do not number each other; or with the smallest free number behind it.
 */
export const claimName = (owner: Builder, wanted: string, origin?: Origin): string => {
  const name = spelled(wanted)
  if (addClaim(owner, name)) return name
  for (const caller of origin ? callersOf(origin) : []) {
    const qualified = spelled(`${caller}_${wanted}`)
    if (addClaim(owner, qualified)) return qualified
  }
  let free = name
  for (let number = 2; owner.names.has(free); number++) free = `${name}_${number}`
  owner.names.add(free)
  return free
}

export const newBuilder = (name: string, definition: object): Builder => ({
  name,
  definition,
  ports: [],
  signals: [],
  memories: [],
  readPorts: [],
  instances: [],
  probes: [],
  properties: [],
  provided: [],
  machines: [],
  allowances: [],
  names: new Set(),
  domains: [],
  seenDomains: new Map(),
  blocks: [[]],
  guards: [],
  atEnd: [],
})

/** Adds a statement to the innermost open block. */
export const addStatement = (owner: Builder, statement: Statement): void => {
  owner.blocks.at(-1)?.push(statement)
}

/** Runs `body` and returns the statements that it made; they count when `guard` holds. */
export const collect = (owner: Builder, body: () => void, guard: Guard): Statement[] => {
  const block: Statement[] = []
  owner.blocks.push(block)
  owner.guards.push(guard)
  try {
    body()
  } finally {
    owner.blocks.pop()
    owner.guards.pop()
  }
  return block
}

/** Adds a statement that counts always, whatever blocks are open. */
export const addUnconditional = (owner: Builder, statement: Statement): void => {
  owner.blocks[0]?.push(statement)
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
