/** What is true of a design. */
import type { Domain } from './domain.ts'
import type { Expression } from './expression.ts'
import type { Origin } from './origin.ts'

/**
 * A fact about every cycle outside of the domain's reset. `assert`: holds. `assume`: holds, because whoever drives the
 * inputs sees to it; simulation checks it, a proof relies on it. `cover`: happens in some cycle.
 */
export interface Property {
  readonly kind: 'property'
  readonly check: 'assert' | 'assume' | 'cover'
  readonly condition: Expression
  readonly sentence: string
  readonly domain: Domain
  readonly origin: Origin
}
