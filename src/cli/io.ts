/** What all commands share: streams, exit codes, how bad input is told. */
import { closestName } from '#report'

/** Where the command line writes. Tests pass their own. */
export interface Io {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** Whether progress and colours make sense on the error output. */
  readonly interactive: boolean
  /** Ends the run when somebody presses Ctrl-C. */
  readonly signal?: AbortSignal
}

/** A command cannot run because of what it was given; the message says what is wrong. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'UsageError'
  }
}

/** Exit codes of every command. */
export const exitCodes = Object.freeze({ fine: 0, found: 1, couldNotRun: 2, interrupted: 130 })

/** ` Did you mean 'x'?` for a word close to one of `known`, else nothing. */
export const didYouMean = (word: string, known: readonly string[]): string => {
  const meant = closestName(word, known)
  return meant === undefined ? '' : ` Did you mean '${meant}'?`
}
