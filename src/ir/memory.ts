/** Arrays of words. */
import type { Domain } from './domain.ts'
import type { Expression } from './expression.ts'
import type { Origin } from './origin.ts'
import type { Signal } from './signal.ts'

export interface Memory {
  readonly kind: 'memory'
  readonly name: string
  /** Bits of a word. */
  readonly bits: number
  /** `now`: the word appears in the cycle of the address. `next`: one cycle later, through ReadPorts. */
  readonly read: 'now' | 'next'
  /**
   * Addresses are below `depth`; what happens above is not defined. In reset nothing is written to a memory with first
   * contents.
   */
  readonly depth: number
  /** First contents: every word this value; the words from 0 on (zeros behind them); or undefined (random in simulation). */
  readonly initial: bigint | readonly bigint[] | undefined
  /** What FPGA tools are told to make of it; `auto` leaves it to them. */
  readonly style: 'auto' | 'block' | 'distributed' | 'registers'
  readonly origin: Origin
}

/** A registered read port: `output` (role memoryOutput) takes the word at `address` at each edge at which `enable` is 1. */
export interface ReadPort {
  readonly kind: 'readPort'
  readonly memory: Memory
  readonly address: Expression
  readonly enable: Expression | undefined
  readonly output: Signal
  readonly domain: Domain
  /**
   * What a read sees of a write to its address at the same edge: `old` the word before it, `new` the word after it, `never`
   * the design promises that it does not happen (checked in simulation; reads `old`).
   */
  readonly during: 'old' | 'new' | 'never'
  readonly origin: Origin
}
