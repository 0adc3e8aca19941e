/** One line on the error output that says how far a command is, for people who watch. */
import type { Io } from './io.ts'

export interface ProgressLine {
  readonly show: (text: string) => void
  /** Says that a long stage begins; also where nobody watches a line, as in the log of a machine. */
  readonly stage: (text: string) => void
  /** Takes the line away, before other output. */
  readonly clear: () => void
}

const eraseLine = '\r\u001b[2K'

/** Shows stages only, one line each, when nobody watches. */
export const progressLine = (io: Io): ProgressLine => {
  let shown = false
  let announced = ''
  return {
    stage: (text) => {
      if (text !== announced && !io.interactive) io.err(`${text}\n`)
      announced = text
    },
    show: (text) => {
      if (!io.interactive) return
      io.err(`${eraseLine}${text}`)
      shown = true
    },
    clear: () => {
      if (shown) io.err(eraseLine)
      shown = false
    },
  }
}
