/** Arrays of words. */
import type { Expression } from './expression.ts'
import type { Origin } from './origin.ts'
import type { Signal } from './signal.ts'

export interface Memory {
  readonly kind: 'memory'
  readonly name: string
  /** Bits of a word. */
  readonly bits: number
  readonly depth: number
  /** `now`: the word appears in the cycle of the address. `next`: one cycle later, through ReadPorts. */
  readonly read: 'now' | 'next'
  /** First contents: every word this value, or undefined (random in simulation). */
  readonly initial: bigint | undefined
  readonly origin: Origin
}

/**
 * A registered read port: `output` (role memoryOutput) shows, after an edge at which `enable` was 1, the word at
 * `address` as it was before that edge's writes, and holds otherwise.
 */
export interface ReadPort {
  readonly kind: 'readPort'
  readonly memory: Memory
  readonly address: Expression
  readonly enable: Expression | undefined
  readonly output: Signal
  readonly origin: Origin
}
