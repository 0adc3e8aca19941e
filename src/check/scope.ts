/** What a validation knows while it walks through a module. */
import type { Expression, Memory, Module, Signal } from '#ir'

/** The nodes that belong to a module, and where faults go. */
export interface Scope {
  readonly signals: ReadonlySet<Signal>
  readonly memories: ReadonlySet<Memory>
  /** Expressions that were looked at. */
  readonly seen: Set<Expression>
  readonly fault: (text: string) => void
}

/** The scope of a module; `fault` takes every fault with the module's name in front. */
export const scopeOf = (module: Module, fault: (text: string) => void): Scope => ({
  signals: new Set([...module.ports, ...module.signals]),
  memories: new Set(module.memories),
  seen: new Set(),
  fault: (text) => fault(`${module.name}: ${text}`),
})
