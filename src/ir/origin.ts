/** Where a node was written. */

/** A position in a designer's file; line and column count from 1. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** The call that made a node, outermost library frame removed. Resolved only when somebody asks: it costs microseconds. */
export interface Origin {
  /** The designer's frames, innermost first: a helper function, then who called it. Empty when unknown. */
  readonly places: readonly Place[]
  /** The variable or record key that the value was bound to at the call site. */
  readonly name: string | undefined
}
