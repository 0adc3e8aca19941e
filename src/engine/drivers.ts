/** What each wire and output of a module is: one expression, made of the assignments in the order of the body. */
import type { Expression, Literal, Module, Operation, Signal, Statement } from '#ir'

/** The expression of every wire and output; those that nothing drives have their fallback, or 0. */
export const driversOf = (module: Module): ReadonlyMap<Signal, Expression> => {
  const before = known.get(module)
  if (before !== undefined) return before
  const start = new Map<Signal, Expression>()
  for (const signal of [...module.ports, ...module.signals]) {
    if (isCombinational(signal)) start.set(signal, signal.fallback ?? literal(signal.bits, 0n, signal))
  }
  const made = walk(module.body, { own: start, outer: undefined })
  known.set(module, made)
  return made
}

/** The condition of a case of a match. */
export const caseCondition = (subject: Expression, code: number): Expression => {
  const own = conditions.get(subject) ?? new Map<number, Expression>()
  conditions.set(subject, own)
  const before = own.get(code)
  if (before !== undefined) return before
  const made = operation('eq', [subject, literal(subject.bits, BigInt(code), subject)], 1, subject)
  own.set(code, made)
  return made
}

const known = new WeakMap<Module, ReadonlyMap<Signal, Expression>>()
const conditions = new WeakMap<Expression, Map<number, Expression>>()

/** What assignments have made of signals so far; `own` only those since a branch began. */
interface Environment {
  readonly own: Map<Signal, Expression>
  readonly outer: Environment | undefined
}

const isCombinational = ({ role }: Signal): boolean => role === 'wire' || role === 'output'

const lookUp = (signal: Signal, from: Environment): Expression => {
  for (let at: Environment | undefined = from; at !== undefined; at = at.outer) {
    const found = at.own.get(signal)
    if (found !== undefined) return found
  }
  throw new Error(`${signal.name} is set and not declared`)
}

const walk = (body: readonly Statement[], environment: Environment): Map<Signal, Expression> => {
  for (const statement of body) {
    if (statement.kind === 'assign') {
      if (isCombinational(statement.target)) environment.own.set(statement.target, statement.value)
    } else if (statement.kind === 'when') {
      const branches = statement.branches.map(({ condition, body: inner }) => [condition, inner] as const)
      choose(branches, statement.otherwise ?? [], environment)
    } else if (statement.kind === 'match') {
      const { subject, cases } = statement
      const branches = cases.map(({ code, body: inner }) => [caseCondition(subject, code), inner] as const)
      choose(branches, [], environment)
    }
  }
  return environment.own
}

const choose = (
  branches: readonly (readonly [condition: Expression, body: readonly Statement[]])[],
  otherwise: readonly Statement[],
  environment: Environment,
): void => {
  const branch = (body: readonly Statement[]): Map<Signal, Expression> =>
    walk(body, { own: new Map(), outer: environment })
  const ways = branches.map(([condition, body]) => ({ condition, set: branch(body) }))
  const rest = branch(otherwise)
  const targets = new Set([...ways.flatMap(({ set }) => [...set.keys()]), ...rest.keys()])
  for (const target of targets) {
    const before = lookUp(target, environment)
    const value = ways.reduceRight<Expression>(
      (no, { condition, set }) => {
        const yes = set.get(target) ?? before
        return yes === no ? no : operation('mux', [condition, yes, no], target.bits, target)
      },
      rest.get(target) ?? before,
    )
    environment.own.set(target, value)
  }
}

const operation = (
  operator: Operation['operator'],
  operands: readonly Expression[],
  bits: number,
  { origin }: Expression,
): Operation => ({ kind: 'operation', operator, operands, bits, origin })

const literal = (bits: number, value: bigint, { origin }: Expression): Literal => ({
  kind: 'literal',
  bits,
  value,
  origin,
})
