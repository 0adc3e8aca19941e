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

/** ` - did you mean "x"?` for a word close to one of `known`, else nothing. */
export const didYouMean = (word: string, known: readonly string[]): string => {
  const [best] = known
    .map((name) => ({ name, distance: editDistance(word, name) }))
    .filter(({ name, distance }) => distance <= Math.ceil(name.length / 3))
    .sort((a, b) => a.distance - b.distance)
  return best === undefined ? '' : ` Did you mean '${best.name}'?`
}

const editDistance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1))
    }
    row = next
  }
  return row[b.length] as number
}
