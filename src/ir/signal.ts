/** Named bits of a module: ports, wires, registers. Records are flattened: one signal per leaf, names joined by `_`. */
import type { Expression } from './expression.ts'
import type { Origin } from './origin.ts'

export interface Signal {
  readonly kind: 'signal'
  /** Legal and unique in its module: letters, digits and `_`. */
  readonly name: string
  readonly bits: number
  /**
   * Who sets it: `input` the parent; `output` and `wire` the body, combinationally; `register` the body, at the edge;
   * `instanceOutput` an instance; `memoryOutput` a memory's registered read port.
   */
  readonly role: 'input' | 'output' | 'wire' | 'register' | 'instanceOutput' | 'memoryOutput'
  /** Names of the values it can have, for `oneOf` leaves. */
  readonly cases: Readonly<Record<string, number>> | undefined
  /** Registers: value after reset, undefined without reset. Starts random in simulation then. */
  readonly reset: bigint | undefined
  /** Wires and outputs: value where nothing drives. */
  readonly fallback: Expression | undefined
  readonly origin: Origin
}
