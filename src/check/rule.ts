/** What a rule is. */
import type { Diagnostic, Module } from '#ir'

/** A mistake as a rule tells it; the hierarchy around it is added for all rules alike. */
export type Finding = Omit<Diagnostic, 'path'>

/** Looks at one module and tells every mistake of one sort in it. */
export type Rule = (module: Module) => readonly Finding[]
