/** Expressions of a flat design as words. */
import type { Expression, Memory, Operation, Signal } from '#ir'
import { createArithmetic, type Arithmetic } from './arithmetic.ts'
import { driversOf } from './drivers.ts'
import type { Scope } from './flatten.ts'
import { createValueOperations, limbBits, limbsOf, sizeOf, type Value, type ValueOperations } from './value.ts'
import type { Word } from './word.ts'
import { createWordOperations, type WordOperations } from './word-operations.ts'

/** Where state is: the numbers that words of operator `load` and `fetch` have. */
export interface Places {
  readonly signal: (scope: Scope, signal: Signal) => number
  readonly memory: (scope: Scope, memory: Memory) => number
}

export interface Lowering {
  readonly words: WordOperations
  readonly values: ValueOperations
  /** Entries of every table, by number. */
  readonly tables: readonly (readonly Word[])[]
  readonly valueOf: (scope: Scope, expression: Expression) => Value
  /** A condition as a word of 32 bits. */
  readonly conditionOf: (scope: Scope, expression: Expression) => Word
  /** Number of a word in a memory, as an address in bytes; one behind the last when it is out of range. */
  readonly addressOf: (scope: Scope, memory: Memory, address: Expression) => Word
  readonly isInRange: (scope: Scope, memory: Memory, address: Expression) => Word
  readonly fetch: (scope: Scope, memory: Memory, address: Word) => Value
}

interface Task {
  readonly scope: Scope
  readonly expression: Expression
  open: boolean
}

export const createLowering = (places: Places): Lowering => {
  const words = createWordOperations()
  const values = createValueOperations(words)
  const tables: (readonly Word[])[] = []
  const tableNumbers = new Map<string, number>()
  const known: Map<Expression, Value>[] = []

  const makeTable = (entries: readonly Word[]): number => {
    const key = entries.map(({ id }) => id).join()
    const number = tableNumbers.get(key) ?? tables.push(entries) - 1
    tableNumbers.set(key, number)
    return number
  }
  const arithmetic = createArithmetic(words, values, makeTable)

  const knownIn = (scope: Scope): Map<Expression, Value> => (known[scope.index] ??= new Map())

  /** Works on a stack of its own: expressions may be deeper than calls can nest. */
  const valueOf = (scope: Scope, expression: Expression): Value => {
    const before = knownIn(scope).get(expression)
    if (before !== undefined) return before
    const stack: Task[] = [{ scope, expression, open: false }]
    for (let task = stack.at(-1); task !== undefined; task = stack.at(-1)) {
      const found = knownIn(task.scope)
      if (found.has(task.expression)) {
        stack.pop()
      } else if (task.open) {
        found.set(task.expression, build(task.scope, task.expression))
        stack.pop()
      } else {
        task.open = true
        for (const [inner, needed] of needs(task.scope, task.expression))
          if (!knownIn(inner).has(needed)) stack.push({ scope: inner, expression: needed, open: false })
      }
    }
    return done(scope, expression)
  }

  const done = (scope: Scope, expression: Expression): Value => {
    const value = knownIn(scope).get(expression)
    if (value === undefined) throw new Error(`a value of ${scope.module.name} depends on itself`)
    return value
  }

  const needs = (scope: Scope, expression: Expression): readonly (readonly [Scope, Expression])[] => {
    switch (expression.kind) {
      case 'literal':
        return []
      case 'signal': {
        const source = sourceOf(scope, expression)
        return source === undefined ? [] : [source]
      }
      case 'operation':
        return expression.operands.map((operand) => [scope, operand])
      case 'slice':
        return [[scope, expression.operand]]
      case 'select':
        return [
          [scope, expression.operand],
          [scope, expression.index],
        ]
      case 'memoryRead':
        return [[scope, expression.address]]
    }
  }

  const build = (scope: Scope, expression: Expression): Value => {
    switch (expression.kind) {
      case 'literal':
        return values.literal(expression.bits, expression.value)
      case 'signal': {
        const source = sourceOf(scope, expression)
        return source === undefined ? values.load(expression.bits, places.signal(scope, expression)) : done(...source)
      }
      case 'operation':
        return operate(
          values,
          words,
          arithmetic,
          expression,
          expression.operands.map((operand) => done(scope, operand)),
        )
      case 'slice':
        return values.slice(done(scope, expression.operand), expression.lsb, expression.bits)
      case 'select':
        return arithmetic.element(done(scope, expression.operand), done(scope, expression.index), expression.bits)
      case 'memoryRead':
        return fetch(scope, expression.memory, addressOf(scope, expression.memory, expression.address))
    }
  }

  /** The bits of an address that count: as many as the largest one needs. */
  const indexOf = (scope: Scope, { depth }: Memory, address: Expression): Value => {
    const value = valueOf(scope, address)
    const bits = Math.ceil(Math.log2(depth))
    return bits === 0 ? values.literal(1, 0n) : value.bits <= bits ? value : values.resize(value, bits)
  }
  const addressOf = (scope: Scope, memory: Memory, address: Expression): Word => {
    const index = values.atMost(indexOf(scope, memory, address), memory.depth)
    return words.mul(index, words.constant(32, BigInt(8 * limbsOf(memory.bits))))
  }
  const isInRange = (scope: Scope, memory: Memory, address: Expression): Word =>
    values.below(indexOf(scope, memory, address), memory.depth)

  const fetch = (scope: Scope, memory: Memory, address: Word): Value => {
    const { bits } = memory
    const place = places.memory(scope, memory)
    const limbs = Array.from({ length: limbsOf(bits) }, (_, limb) =>
      words.fetch(sizeOf(bits), limbBits(bits, limb), place, limb, address),
    )
    return { bits, words: limbs }
  }

  const conditionOf = (scope: Scope, expression: Expression): Word => valueOf(scope, expression).words[0] as Word

  return { words, values, tables, valueOf, conditionOf, addressOf, isInRange, fetch }
}

/** The expression that a signal stands for; undefined: it is state, or an input of the design. */
const sourceOf = (scope: Scope, signal: Signal): readonly [Scope, Expression] | undefined => {
  switch (signal.role) {
    case 'register':
    case 'memoryOutput':
      return undefined
    case 'input': {
      const outside = scope.connections[signal.name]
      if (scope.parent === undefined) return undefined
      if (outside === undefined) throw new Error(`${signal.name} of ${scope.module.name} is not connected`)
      return [scope.parent, outside]
    }
    case 'instanceOutput': {
      const source = scope.sources.get(signal)
      if (source === undefined) throw new Error(`nothing drives ${signal.name} of ${scope.module.name}`)
      return [source.scope, source.port]
    }
    case 'wire':
    case 'output': {
      const driver = driversOf(scope.module).get(signal)
      if (driver === undefined) throw new Error(`${signal.name} is no signal of ${scope.module.name}`)
      return [scope, driver]
    }
  }
}

const operate = (
  values: ValueOperations,
  words: WordOperations,
  arithmetic: Arithmetic,
  { operator, bits }: Operation,
  operands: readonly Value[],
): Value => {
  const [a, b, c] = operands
  if (a === undefined) throw new Error(`${operator} without operands`)
  const second = b ?? a
  switch (operator) {
    case 'add':
    case 'sub':
    case 'mul':
      return arithmetic[operator](a, second)
    case 'and':
    case 'or':
    case 'xor':
      return values.each(a, second, words[operator])
    case 'not':
      return values.not(a)
    case 'eq':
      return values.fromWord(values.equal(a, second))
    case 'ne':
      return values.fromWord(words.flip(values.equal(a, second)))
    case 'lt':
    case 'le':
    case 'gt':
    case 'ge':
    case 'ltSigned':
    case 'leSigned':
    case 'gtSigned':
    case 'geSigned':
      return values.fromWord(arithmetic.compare(operator, a, second))
    case 'any':
    case 'all':
    case 'parity':
      return values.fromWord(values[operator](a))
    case 'shiftLeft':
    case 'shiftRight':
    case 'shiftRightSigned':
      return arithmetic.shift(operator, a, second)
    case 'signExtend':
      return values.signExtend(a, bits)
    case 'cat':
      return values.join(operands.toReversed())
    case 'mux':
      return values.mux(a.words[0] as Word, second, c ?? second)
  }
}
