/** All invariants of kernel section 7, and how they are watched. */
import type { KernelState } from '../../../src/kernel/kernel-state.ts'
import { quotaConservation, revocationCompleteness, serviceDistrust, treeSoundness } from './capabilities.ts'
import {
  fixedWords,
  kernelOnlyConfiguration,
  memoryAuthority,
  revocationPrecision,
  sendAuthority,
  singleActivation,
} from './endpoints.ts'
import { newPast } from './invariant.ts'
import type { Invariant, Past } from './invariant.ts'
import {
  boundedBuffers,
  channelsOf,
  creditConservation,
  labelIntegrity,
  noStaleReplies,
  oneSystemCall,
} from './messages.ts'
import { death, privilege, silence } from './tiles.ts'
import { placeOf, viewOf } from './view.ts'
import type { Machine, View } from './view.ts'

/** In the order of their numbers. */
export const invariants: readonly Invariant[] = [
  kernelOnlyConfiguration,
  privilege,
  sendAuthority,
  memoryAuthority,
  labelIntegrity,
  revocationCompleteness,
  revocationPrecision,
  treeSoundness,
  quotaConservation,
  singleActivation,
  creditConservation,
  noStaleReplies,
  oneSystemCall,
  death,
  silence,
  serviceDistrust,
  boundedBuffers,
]

/** Watches a kernel: every look checks all invariants and remembers what the next one needs. */
export interface Monitor {
  readonly past: Past
  /** Throws an error that starts with the number of the invariant. */
  readonly look: (kernel: KernelState) => void
  looks: number
}

export const createMonitor = (machine: Machine, distrusted: ReadonlySet<number> = new Set()): Monitor => {
  const past = newPast()
  const monitor: Monitor = {
    past,
    looks: 0,
    look: (kernel) => {
      monitor.looks++
      const view = viewOf(kernel, machine)
      for (const found of channelsOf(view)) past.channels.add(found)
      for (const { id, title, check } of invariants)
        try {
          check(view, past, distrusted)
        } catch (cause) {
          throw new Error(`${id} (${title}): ${(cause as Error).message}`, { cause })
        }
      remember(past, view)
    },
  }
  return monitor
}

const remember = (past: Past, view: View): void => {
  past.children = new Map(view.capabilities.map((each) => [each, [...each.children]]))
  past.byId = new Map(view.kernel.activities)
  past.active = new Map(
    view.endpoints.flatMap((endpoint) => {
      const registers = view.valid.get(placeOf({ tile: endpoint.tile.id, ep: endpoint.ep }))
      if (endpoint.active === undefined || registers === undefined) return []
      return [[endpoint, { active: endpoint.active, words: fixedWords(registers) }] as const]
    }),
  )
}
