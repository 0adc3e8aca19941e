/** Named bits of a module: ports, wires, registers. Records are flattened: one signal per leaf, names joined by `_`. */
import type { Domain } from './domain.ts'
import type { Expression } from './expression.ts'
import type { Origin } from './origin.ts'

export interface Signal {
  readonly kind: 'signal'
  /** Legal and unique in its module: letters, digits and `_`. */
  readonly name: string
  /** The designer's spelling, for messages: `from.payload`, `held[2]`. */
  readonly label: string
  readonly bits: number
  /** How people read the bits: for waves and reports; operators say themselves what is signed. */
  readonly signed: boolean
  /**
   * Who sets it: `input` the parent; `output` and `wire` the body, combinationally; `register` the body, at the edge;
   * `instanceOutput` an instance; `memoryOutput` a memory's registered read port.
   */
  readonly role: 'input' | 'output' | 'wire' | 'register' | 'instanceOutput' | 'memoryOutput'
  /**
   * Registers and memory outputs: whose clock moves them. Inputs and outputs: whose clock the other side may rely on;
   * `asynchronous` for pins that belong to no clock. Wires and instance outputs: undefined, what they carry tells.
   */
  readonly domain: Domain | 'asynchronous' | undefined
  /** Names of the values it can have, for `oneOf` leaves. */
  readonly cases: Readonly<Record<string, number>> | undefined
  /** Registers: value after reset, undefined without reset. Starts random in simulation then. */
  readonly reset: bigint | undefined
  /** Wires and outputs: value where nothing drives. */
  readonly fallback: Expression | undefined
  /**
   * Registers that may take values of other domains (the first flop of a synchroniser): the reason why that is safe.
   * Undefined for all others.
   */
  readonly crossing: string | undefined
  /** Exists for properties only (history that `past` keeps): never part of the hardware for people. */
  readonly ghost: boolean
  readonly origin: Origin
}
