/** What a rule is. */
import type { Diagnostic, Module, Signal } from '#ir'

/** A mistake as a rule tells it; the hierarchy around it is added for all rules alike. */
export interface Finding extends Omit<Diagnostic, 'path'> {
  /** The signals by which an allowance may name it. */
  readonly about?: readonly Signal[]
}

/** Looks at one module and tells every mistake of one sort in it. */
export type Rule = (module: Module) => readonly Finding[]
