/** Time as the link sees it, so that a test may be its own clock. */
export interface LinkClock {
  /** Milliseconds since some moment. */
  now(): number
  /** Runs `action` once, `milliseconds` from now; the result takes it back. */
  after(milliseconds: number, action: () => void): () => void
}

/** The clock of the computer. */
export const computerClock: LinkClock = {
  now: () => performance.now(),
  after: (milliseconds, action) => {
    const timer = setTimeout(action, milliseconds)
    return () => clearTimeout(timer)
  },
}
