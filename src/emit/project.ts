/** The part of a module's body that concerns one target: a signal, or a memory's contents. */
import type { Assign, Domain, Match, Memory, MemoryWrite, Origin, Signal, Statement, When } from '#ir'
import type { Builder } from './builder.ts'
import type { Node } from './graph.ts'

export interface SetStep {
  readonly kind: 'set'
  readonly origin: Origin | undefined
  readonly value: Node
}

export interface WriteStep {
  readonly kind: 'write'
  readonly origin: Origin
  readonly address: Node
  /** Bits of the word from `lsb` upwards. */
  readonly data: Node
  readonly lsb: number
}

export interface StepBranch {
  /** The branch is taken when all of them hold. */
  readonly conditions: readonly Node[]
  readonly body: readonly Step[]
}

export interface IfStep {
  readonly kind: 'if'
  readonly origin: Origin | undefined
  readonly branches: readonly StepBranch[]
  readonly otherwise: readonly Step[]
}

export interface CaseStep {
  readonly kind: 'case'
  readonly origin: Origin
  readonly subject: Node
  readonly items: readonly CaseStepItem[]
}

export interface CaseStepItem {
  /** The cases that do this. */
  readonly cases: readonly { readonly name: string; readonly code: Node }[]
  readonly body: readonly Step[]
}

export type Step = SetStep | WriteStep | IfStep | CaseStep

/** What steps are about: a signal, or the writes to a memory at one clock. */
type Target = Signal | Writes

interface Writes {
  readonly memory: Memory
  readonly domain: string
}

export interface Projection {
  /** The steps of a signal, in the order in which they were written. */
  readonly of: (signal: Signal) => readonly Step[]
  /** The writes to a memory that happen at the clock of a domain. */
  readonly writes: (memory: Memory, domain: Domain) => readonly Step[]
}

export const createProjection = (make: Builder, body: readonly Statement[]): Projection => {
  const targets = new Map<Statement, ReadonlySet<Target>>()
  const known: Writes[] = []
  const writesTo = (memory: Memory, { name: domain }: Domain): Writes => {
    const found = known.find((each) => each.memory === memory && each.domain === domain)
    if (found !== undefined) return found
    const made = { memory, domain }
    known.push(made)
    return made
  }
  for (const statement of body) collectTargets(statement, targets, writesTo)

  const project = (statements: readonly Statement[], target: Target): readonly Step[] => {
    let steps: Step[] = []
    for (const statement of statements) {
      if (targets.get(statement)?.has(target) !== true) continue
      for (const step of stepsOf(statement, target)) {
        if (step.kind === 'set') steps = []
        steps.push(step)
      }
    }
    return steps
  }

  const stepsOf = (statement: Statement, target: Target): readonly Step[] => {
    switch (statement.kind) {
      case 'assign':
        return [{ kind: 'set', origin: statement.origin, value: make.node(statement.value) }]
      case 'memoryWrite':
        return writeSteps(make, statement)
      case 'when':
        return whenSteps(statement, target)
      case 'match':
        return matchSteps(statement, target)
    }
  }

  const whenSteps = (statement: When, target: Target): readonly Step[] => {
    const branches: StepBranch[] = []
    for (const branch of statement.branches) {
      const condition = make.node(branch.condition)
      if (condition.operator !== 'literal') {
        branches.push({ conditions: [condition], body: project(branch.body, target) })
      } else if (condition.value === 1n) {
        return choose(make, branches, project(branch.body, target), statement.origin)
      }
    }
    return choose(make, branches, project(statement.otherwise ?? [], target), statement.origin)
  }

  const matchSteps = (statement: Match, target: Target): readonly Step[] => {
    const subject = make.node(statement.subject)
    const codes = new Set<number>()
    const items: CaseStepItem[] = []
    for (const { name, code, body: caseBody } of statement.cases) {
      if (codes.has(code)) continue
      codes.add(code)
      const steps = project(caseBody, target)
      const own = { name, code: make.literal(subject.bits, BigInt(code)) }
      if (subject.operator === 'literal' && subject.value === own.code.value) return steps
      if (steps.length === 0) continue
      const same = items.findIndex((item) => areSame(item.body, steps))
      const found = items[same]
      if (found === undefined) items.push({ cases: [own], body: steps })
      else items[same] = { cases: [...found.cases, own], body: steps }
    }
    const [first, ...others] = items
    const [single, ...more] = first?.cases ?? []
    if (subject.operator === 'literal' || first === undefined || single === undefined) return []
    if (others.length + more.length > 0) return [{ kind: 'case', origin: statement.origin, subject, items }]
    const holds = make.operation('eq', subject, single.code)
    return choose(make, [{ conditions: [holds], body: first.body }], [], statement.origin)
  }

  return {
    of: (signal) => project(body, signal),
    writes: (memory, domain) => project(body, writesTo(memory, domain)),
  }
}

/** Whether two lists of steps do the same; equal expressions are the same node. */
const areSame = (some: readonly Step[], others: readonly Step[]): boolean =>
  some.length === others.length && some.every((step, index) => isSame(step, others[index]))

const isSame = (a: Step, b: Step | undefined): boolean => {
  if (a.kind === 'set') return b?.kind === 'set' && a.value === b.value
  if (a.kind === 'write') return b?.kind === 'write' && a.address === b.address && a.data === b.data && a.lsb === b.lsb
  if (a.kind === 'case') {
    if (b?.kind !== 'case' || a.subject !== b.subject || a.items.length !== b.items.length) return false
    return a.items.every(({ cases, body }, index) => {
      const other = b.items[index]
      const sameCases =
        cases.length === other?.cases.length && cases.every(({ code }, at) => code === other.cases[at]?.code)
      return other !== undefined && sameCases && areSame(body, other.body)
    })
  }
  if (b?.kind !== 'if' || a.branches.length !== b.branches.length || !areSame(a.otherwise, b.otherwise)) return false
  return a.branches.every(({ conditions, body }, index) => {
    const other = b.branches[index]
    const sameConditions =
      conditions.length === other?.conditions.length && conditions.every((node, at) => node === other.conditions[at])
    return other !== undefined && sameConditions && areSame(body, other.body)
  })
}

const collectTargets = (
  statement: Statement,
  known: Map<Statement, ReadonlySet<Target>>,
  writesTo: (memory: Memory, domain: Domain) => Writes,
): ReadonlySet<Target> => {
  const targets = new Set<Target>()
  if (statement.kind === 'assign') targets.add(statement.target)
  if (statement.kind === 'memoryWrite') targets.add(writesTo(statement.memory, statement.domain))
  for (const inner of bodiesOf(statement).flat()) {
    for (const target of collectTargets(inner, known, writesTo)) targets.add(target)
  }
  known.set(statement, targets)
  return targets
}

/** The statements inside a statement, body by body. */
const bodiesOf = (statement: Statement): readonly (readonly Statement[])[] => {
  if (statement.kind === 'when') return [...statement.branches.map(({ body }) => body), statement.otherwise ?? []]
  return statement.kind === 'match' ? statement.cases.map(({ body }) => body) : []
}

/**
 * A choice without empty branches. A branch that does nothing for this target still keeps the later ones from being
 * taken, so its condition appears negated in front of them.
 */
const choose = (
  make: Builder,
  branches: readonly StepBranch[],
  otherwise: readonly Step[],
  origin: Origin,
): readonly Step[] => {
  const empty = branches.findIndex(({ body }) => body.length === 0)
  if (empty < 0) return branches.length === 0 ? otherwise : [plain(branches, otherwise, origin)]
  const before = branches.slice(0, empty)
  const behind = branches.slice(empty)
  const full = behind.findIndex(({ body }) => body.length > 0)
  const skipped = full < 0 ? behind : behind.slice(0, full)
  const rest = full < 0 ? otherwise : choose(make, behind.slice(full), otherwise, origin)
  if (rest.length === 0) return before.length === 0 ? [] : [plain(before, [], origin)]
  const none = skipped.map(({ conditions }) => negation(make, conditions))
  return [plain([...before, { conditions: none, body: rest }], [], origin)]
}

const negation = (make: Builder, conditions: readonly Node[]): Node => {
  const [first, ...others] = conditions
  if (first === undefined) throw new Error('a branch has no condition')
  return make.operation(
    'not',
    others.reduce((all, condition) => make.operation('and', all, condition), first),
  )
}

/** An `if` joined with an `if` that is all of its last branch or all of its `else`. */
const plain = (branches: readonly StepBranch[], otherwise: readonly Step[], origin: Origin): IfStep => {
  const [chained, ...behind] = otherwise
  if (chained?.kind === 'if' && behind.length === 0) {
    return { kind: 'if', origin, branches: [...branches, ...chained.branches], otherwise: chained.otherwise }
  }
  const last = branches.at(-1)
  const [inner, ...others] = last?.body ?? []
  const joins =
    inner?.kind === 'if' &&
    inner.branches.length === 1 &&
    inner.otherwise.length + others.length + otherwise.length === 0
  if (last === undefined || !joins) return { kind: 'if', origin, branches, otherwise }
  const joined = inner.branches.map(({ conditions, body }) => ({
    conditions: [...last.conditions, ...conditions],
    body,
  }))
  return { kind: 'if', origin, branches: [...branches.slice(0, -1), ...joined], otherwise }
}

/** A write, or with enables one conditional write per group of bits. */
const writeSteps = (make: Builder, statement: MemoryWrite): readonly Step[] => {
  const { memory, origin } = statement
  const address = make.address(memory, make.node(statement.address))
  const data = make.node(statement.data)
  if (statement.enables === undefined) return [{ kind: 'write', origin, address, data, lsb: 0 }]
  const enables = make.node(statement.enables)
  const groupBits = memory.bits / enables.bits
  return Array.from({ length: enables.bits }, (_, group) => {
    const lsb = group * groupBits
    const write: WriteStep = { kind: 'write', origin, address, data: make.slice(data, lsb, groupBits), lsb }
    return { enable: make.slice(enables, group, 1), write }
  }).flatMap(({ enable, write }): readonly Step[] => {
    if (enable.operator !== 'literal')
      return [{ kind: 'if', origin, branches: [{ conditions: [enable], body: [write] }], otherwise: [] }]
    return enable.value === 1n ? [write] : []
  })
}

/** The values that steps set, nested ones included. */
export const valuesOf = (steps: readonly Step[]): readonly Node[] =>
  steps.flatMap((step): readonly Node[] => {
    if (step.kind === 'set') return [step.value]
    if (step.kind === 'case') return step.items.flatMap(({ body }) => valuesOf(body))
    return step.kind === 'if'
      ? [...step.branches.flatMap(({ body }) => valuesOf(body)), ...valuesOf(step.otherwise)]
      : []
  })

/** Whether the signal is set whatever the conditions are. */
export const setsAlways = (steps: readonly Step[]): boolean =>
  steps.some((step) => {
    if (step.kind === 'set') return true
    if (step.kind === 'if') return setsAlways(step.otherwise) && step.branches.every(({ body }) => setsAlways(body))
    return step.kind === 'case' && coversAll(step) && step.items.every(({ body }) => setsAlways(body))
  })

/** Whether there is a case for every code of the subject's width. */
export const coversAll = ({ subject, items }: CaseStep): boolean =>
  subject.bits < 31 && items.reduce((sum, { cases }) => sum + cases.length, 0) === 2 ** subject.bits

/** The assignments and writes of a body, nested ones included, in the order of writing. */
export const leavesOf = (body: readonly Statement[]): readonly (Assign | MemoryWrite)[] =>
  body.flatMap((statement) =>
    statement.kind === 'assign' || statement.kind === 'memoryWrite'
      ? [statement]
      : bodiesOf(statement).flatMap((inner) => leavesOf(inner)),
  )
