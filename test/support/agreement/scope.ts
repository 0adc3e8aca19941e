/** A module that is being written: what is there so far. */
import type { Shape } from '#edsl'
import { assignable, Refs } from './assignable.ts'
import { declaration, type Line, line } from './lines.ts'
import { fitted, noLiteral, resolve, unsigned } from './operands.ts'
import type { Clock, Ref } from './recipe.ts'
import { type Text, type Value, valueOf } from './value.ts'

/** Something that statements set at the clock edge. */
export interface Target {
  readonly name: string
  readonly clock: Clock
  /** Text that sets it; `part` chooses a part of it. */
  readonly set: (part: number, refs: Refs) => Line
}

/** Something that a `match` looks at. */
export interface Subject {
  readonly name: string
  readonly cases: readonly string[]
  readonly clock: Clock
}

export class Scope {
  readonly otherReset: 'synchronous' | 'asynchronous' | 'none'
  readonly pool: Value[] = []
  /** What registers hold. */
  readonly state = new Set<Value>()
  /** What stands in the body, in its order. */
  readonly lines: Line[] = []
  /** What happens at clock edges and with properties: it sees every value, and stands behind them. */
  readonly atEnd: (() => void)[] = []
  readonly targets: Target[] = []
  readonly subjects: Subject[] = []
  /** Domains that something here belongs to. */
  readonly clocks = new Set<Clock>()
  readonly #counts = new Map<string, number>()

  constructor(otherReset: Scope['otherReset']) {
    this.otherReset = otherReset
  }

  /** `r0`, `r1`, ... */
  name(letter: string): string {
    const count = this.#counts.get(letter) ?? 0
    this.#counts.set(letter, count + 1)
    return `${letter}${count}`
  }

  /** The clock that a recipe wants, or the other one if nothing moves with it yet. */
  clock(wanted: Clock): Clock {
    const other = wanted === 'main' ? 'other' : 'main'
    const has = (clock: Clock): boolean => this.pool.some((value) => value.clock === clock)
    return has(wanted) || !has(other) ? wanted : other
  }

  /** A value that gets a variable if it is used more than once. */
  shared(value: Value, letter = 'v'): Value {
    if (value.name !== undefined || this.pool.includes(value)) return value
    const named: Value = { ...value, name: this.name(letter) }
    this.lines.push(declaration(named))
    return named
  }

  /** Makes numbers readable for all that comes later. */
  add(...values: readonly Value[]): void {
    for (const value of values) this.pool.push(value.bits > 200 ? fitted(value, 200) : value)
  }

  addState(...values: readonly Value[]): void {
    this.add(...values)
    for (const value of values) this.state.add(value)
  }

  assignable(shape: Shape, refs: Refs, clock: Clock): Text {
    return assignable(shape, { pool: this.pool, refs, clock })
  }

  number(ref: Ref, bits: number, clock: Clock): Value {
    return fitted(unsigned(resolve(this.pool, ref, clock, bits)), bits, ref.k)
  }

  bit(ref: Ref, clock: Clock): Value {
    const value = unsigned(resolve(this.pool, noLiteral(ref), clock, 1))
    return value.bits === 1 ? value : valueOf('unsigned', 1, clock, [value, `.bit(${ref.k % value.bits})`])
  }

  /** `, { domain: other }` where it has to be said. */
  domainOption(clock: Clock, ...more: readonly Text[]): Text {
    this.clocks.add(clock)
    const options = [...more, ...(clock === 'other' ? [['domain: other']] : [])]
    if (options.length === 0) return []
    return [', { ', ...options.flatMap((option, index) => (index === 0 ? option : [', ', ...option])), ' }']
  }

  /** What belongs to a domain because of where it stands. */
  inClock(clock: Clock, text: Text): Text {
    this.clocks.add(clock)
    return clock === 'main' ? text : ['inDomain(other, () => ', ...text, ')']
  }

  say(...text: Text): void {
    this.lines.push(line(...text))
  }
}

export const refsOf = (refs: readonly Ref[]): Refs => new Refs(refs)
