/** An invariant of kernel section 7, as a check of one moment against the moments before. */
import type { Activity } from '../../../src/kernel/activity.ts'
import type { Capability } from '../../../src/kernel/capability.ts'
import type { Endpoint } from '../../../src/kernel/objects.ts'
import type { View } from './view.ts'

/** What was seen before. */
export interface Past {
  /** Capabilities in tables at the moment before, with their children then. */
  children: ReadonlyMap<Capability, readonly Capability[]>
  /** What was active where, and the words that the kernel wrote there. */
  active: ReadonlyMap<Endpoint, { readonly active: NonNullable<Endpoint['active']>; readonly words: readonly bigint[] }>
  /** Every channel that ever was: sender, label and receiver. */
  readonly channels: Set<string>
  /** Activities by number. */
  byId: ReadonlyMap<number, Activity>
  /** Messages that the kernel's TCU refused. */
  readonly refused: string[]
}

export const newPast = (): Past => ({
  children: new Map(),
  active: new Map(),
  channels: new Set(),
  byId: new Map(),
  refused: [],
})

export interface Invariant {
  /** Number in kernel section 7. */
  readonly id: `I${number}`
  readonly title: string
  /** Throws when it does not hold. Tiles in `distrusted` run software that may do anything. */
  readonly check: (view: View, past: Past, distrusted: ReadonlySet<number>) => void
}
