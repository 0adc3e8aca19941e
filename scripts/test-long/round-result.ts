/** What a round of a long campaign is told, and what it says. */

/** One round, a process of its own. */
export interface Round {
  readonly campaign: string
  readonly seed: number
  /** When no more should begin, in milliseconds as of `Date.now()`. */
  readonly until: number
}

export interface RoundDone {
  readonly kind: 'done'
  readonly cases: number
  readonly cycles: number
  /** All that is needed to understand a difference and to run it again. */
  readonly difference: string | undefined
}

export type RoundResult =
  RoundDone | { readonly kind: 'stopped' } | { readonly kind: 'broken'; readonly reason: string }
