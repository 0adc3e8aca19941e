/** How a state machine moves: from which state to which other, and when. */
import type { Assign, Expression, Match, Module, Origin, Signal, StateMachine, Statement, When } from '#ir'
import { valueOf } from './bit-masks.ts'
import type { KnownBits } from './bit-masks.ts'
import { knownBits } from './known-bits.ts'

/** Something that has to hold for a transition besides the state itself. */
export type TransitionCondition =
  | { readonly kind: 'when'; readonly condition: Expression; readonly holds: boolean }
  | { readonly kind: 'match'; readonly subject: Expression; readonly name: string; readonly code: number }

/** A move of a machine; also one to the same state, if the body says so. Staying without a word is none. */
export interface Transition {
  readonly from: string
  readonly to: string
  /** Outermost first. Conditions that are certain in this state are left out. */
  readonly conditions: readonly TransitionCondition[]
  /** The assignment. */
  readonly origin: Origin
}

/** The state that a machine has after reset. */
export const firstStateOf = ({ register }: StateMachine): string | undefined =>
  Object.entries(register.cases ?? {}).find(([, code]) => BigInt(code) === register.reset)?.[0]

/**
 * Every transition of a machine that its module's body contains, state by state. Conditions that contradict the state, and
 * moves that a later assignment overrides in any case, are none. Values that are not constants may be any state that their
 * known bits allow.
 */
export const transitionsOf = (module: Module, machine: StateMachine): readonly Transition[] => {
  const before = known.get(machine)
  if (before !== undefined) return before

  const found = Object.entries(machine.register.cases ?? {}).flatMap(([from, code]) => {
    const walk = new Walk(module, machine.register, from, BigInt(code))
    return walk.moves().map((move) => ({ from, ...move }))
  })
  known.set(machine, found)
  return found
}

const known = new WeakMap<StateMachine, readonly Transition[]>()

type Move = Omit<Transition, 'from'>

/** What may happen at the edge: a move, or nothing so far. */
type Outcome = Move | 'stays'

/** A walk through the body as it acts in one state. */
class Walk {
  readonly #register: Signal
  readonly #cases: readonly (readonly [name: string, code: number])[]
  readonly #bits: (value: Expression) => KnownBits
  readonly #touching = new Map<Statement, boolean>()
  readonly #body: readonly Statement[]

  constructor(module: Module, register: Signal, from: string, code: bigint) {
    this.#register = register
    this.#cases = Object.entries(register.cases ?? {})
    this.#bits = knownBits(module, new Map([[register, code]]))
    this.#body = module.body
  }

  moves(): readonly Move[] {
    return this.#block(this.#body, ['stays'], []).filter((outcome) => outcome !== 'stays')
  }

  #block(
    block: readonly Statement[],
    before: readonly Outcome[],
    conditions: readonly TransitionCondition[],
  ): readonly Outcome[] {
    let outcomes = before
    for (const statement of block) {
      if (!this.#touches(statement)) continue
      if (statement.kind === 'assign') outcomes = this.#assigned(statement, statement.value, conditions)
      else if (statement.kind === 'when') outcomes = this.#when(statement, outcomes, conditions)
      else if (statement.kind === 'match') outcomes = this.#match(statement, outcomes, conditions)
    }
    return outcomes
  }

  #when(statement: When, before: readonly Outcome[], conditions: readonly TransitionCondition[]): readonly Outcome[] {
    const outcomes: Outcome[] = []
    let passed = conditions
    for (const { condition, body } of statement.branches) {
      const value = this.#value(condition)
      if (value === 0n) continue
      if (value === 1n) return joined([...outcomes, ...this.#block(body, before, passed)])
      outcomes.push(...this.#block(body, before, [...passed, { kind: 'when', condition, holds: true }]))
      passed = [...passed, { kind: 'when', condition, holds: false }]
    }
    return joined([...outcomes, ...this.#block(statement.otherwise ?? [], before, passed)])
  }

  #match(
    { subject, cases }: Match,
    before: readonly Outcome[],
    conditions: readonly TransitionCondition[],
  ): readonly Outcome[] {
    const possible = cases.filter(({ code }) => allows(this.#bits(subject), BigInt(code)))
    const value = this.#value(subject)
    const declared = subject.kind === 'signal' ? Object.keys(subject.cases ?? {}).length : 0
    const covered =
      value === undefined ? cases.length >= Math.min(declared || Infinity, 2 ** subject.bits) : possible.length > 0
    const outcomes = possible.flatMap(({ name, code, body }) =>
      this.#block(
        body,
        before,
        value === undefined ? [...conditions, { kind: 'match', subject, name, code }] : conditions,
      ),
    )
    return joined(covered ? outcomes : [...outcomes, ...before])
  }

  #assigned({ origin }: Assign, value: Expression, conditions: readonly TransitionCondition[]): readonly Outcome[] {
    if (value.kind === 'operation' && value.operator === 'mux') {
      const [condition, yes, no] = value.operands
      if (condition !== undefined && yes !== undefined && no !== undefined) {
        const assign = { origin } as Assign
        const chosen = this.#value(condition)
        const when = (holds: boolean): TransitionCondition => ({ kind: 'when', condition, holds })
        if (chosen !== undefined) return this.#assigned(assign, chosen === 1n ? yes : no, conditions)
        return joined([
          ...this.#assigned(assign, yes, [...conditions, when(true)]),
          ...this.#assigned(assign, no, [...conditions, when(false)]),
        ])
      }
    }
    const bits = this.#bits(value)
    return this.#cases.filter(([, code]) => allows(bits, BigInt(code))).map(([to]) => ({ to, conditions, origin }))
  }

  #value(value: Expression): bigint | undefined {
    return valueOf(this.#bits(value), value.bits)
  }

  #touches(statement: Statement): boolean {
    const before = this.#touching.get(statement)
    if (before !== undefined) return before
    const touches =
      statement.kind === 'assign'
        ? statement.target === this.#register
        : blocksOf(statement).some((block) => block.some((each) => this.#touches(each)))
    this.#touching.set(statement, touches)
    return touches
  }
}

const blocksOf = (statement: Statement): readonly (readonly Statement[])[] => {
  if (statement.kind === 'when') return [...statement.branches.map(({ body }) => body), statement.otherwise ?? []]
  return statement.kind === 'match' ? statement.cases.map(({ body }) => body) : []
}

const allows = ({ zeros, ones }: KnownBits, code: bigint): boolean => (code & zeros) === 0n && (~code & ones) === 0n

/** Outcomes of several ways, each once: what was there before a branch comes out of all that do not touch it. */
const joined = (outcomes: readonly Outcome[]): readonly Outcome[] => [...new Set(outcomes)]
