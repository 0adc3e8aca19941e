/** What a module's body does, in the order in which it was written. Later assignments win. */
import type { Domain } from './domain.ts'
import type { Expression } from './expression.ts'
import type { Memory } from './memory.ts'
import type { Origin } from './origin.ts'
import type { Signal } from './signal.ts'

/** `drive` of a wire or output, or `next` of a register: the target's role tells which. */
export interface Assign {
  readonly kind: 'assign'
  readonly target: Signal
  readonly value: Expression
  readonly origin: Origin
}

/** The first branch whose 1-bit condition holds. */
export interface When {
  readonly kind: 'when'
  readonly branches: readonly { readonly condition: Expression; readonly body: readonly Statement[] }[]
  readonly otherwise: readonly Statement[] | undefined
  readonly origin: Origin
}

/**
 * The case whose code the subject has; none when the subject has a code outside of its cases. The cases cover every code
 * that the subject can take by its type.
 */
export interface Match {
  readonly kind: 'match'
  readonly subject: Expression
  readonly cases: readonly { readonly name: string; readonly code: number; readonly body: readonly Statement[] }[]
  readonly origin: Origin
}

/**
 * Writes a word at the edge. With `enables`, bit i of it stands for the i-th group of `memory.bits / enables.bits` bits.
 */
export interface MemoryWrite {
  readonly kind: 'memoryWrite'
  readonly memory: Memory
  readonly address: Expression
  readonly data: Expression
  readonly enables: Expression | undefined
  readonly domain: Domain
  readonly origin: Origin
}

export type Statement = Assign | When | Match | MemoryWrite
