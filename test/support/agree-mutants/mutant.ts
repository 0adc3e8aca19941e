/** Faults seeded into the hardware's descriptions. */
import type { Replacement } from '../mutated-soc.ts'

/** What kind of mistake a fault is. */
export type FaultKind =
  | 'dropped check'
  | 'swapped check order'
  | 'off by one'
  | 'width cut'
  | 'stale state'
  | 'missing interlock'
  | 'lost update'
  | 'wrong packet field'
  | 'wrong moment'
  | 'missing wrap'
  | 'credit race'
  | 'wrong register'

/** A fault: a text in one file of the hardware, which must be there exactly once, and its replacement. */
export interface Mutant extends Replacement {
  readonly name: string
  readonly kind: FaultKind
  /** What is wrong with it, as a sentence. */
  readonly fault: string
}

/** Faults of one file. */
export const faultsOf = (
  file: string,
  faults: readonly (readonly [name: string, kind: FaultKind, fault: string, find: string, put: string])[],
): readonly Mutant[] => faults.map(([name, kind, fault, find, put]) => ({ file, name, kind, fault, find, put }))
