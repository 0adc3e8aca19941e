/** What is wrong with a design, as data. `#report` turns it into text. */
import type { Origin } from './origin.ts'

/** A place that belongs to a mistake, with what it has to do with it: `first driver, always active`. */
export interface Mark {
  readonly origin: Origin
  readonly note: string
}

/** An edit of a designer's file, for tools: the one that is certain, or one for each way out in `help`. */
export interface Fix {
  /** What it does, as a button says it: `drop the upper bits`. */
  readonly title: string
  /** The call that the edit is about. */
  readonly origin: Origin
  /** Text behind the call, a text inside of it for another, or the statement away. */
  readonly edit:
    | { readonly kind: 'append'; readonly text: string }
    | { readonly kind: 'replace'; readonly text: string; readonly by: string }
    | { readonly kind: 'remove' }
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
  /** Edits that a tool can make by itself; none when somebody has to think. */
  readonly fixes?: readonly Fix[]
}
