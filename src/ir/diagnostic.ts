/** What is wrong with a design, as data. `#report` turns it into text. */
import type { Origin } from './origin.ts'

/** A place that belongs to a mistake, with what it has to do with it: `first driver, always active`. */
export interface Mark {
  readonly origin: Origin
  readonly note: string
}

export interface Diagnostic {
  /** `HDL-` and four digits; the page docs/errors/CODE.md explains it. */
  readonly code: string
  /** What is wrong, in the designer's words and with the designer's names. */
  readonly title: string
  /** Where: the place to edit. */
  readonly at: Mark
  /** The other half: where a width was declared, the other driver, every hop of a loop. */
  readonly also: readonly Mark[]
  /** Hierarchy: module names from the top. */
  readonly path: readonly string[]
  /** Edits that fix it, as code. */
  readonly help: readonly string[]
}
