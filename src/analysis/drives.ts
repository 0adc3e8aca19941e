/** Who sets which signal of a module. */
import type { Assign, Expression, Module, Signal, Statement } from '#ir'

/** An assignment and every condition that decides whether it acts, also those of branches that come before its own. */
export interface Drive {
  readonly assign: Assign
  readonly conditions: readonly Expression[]
}

/** The assignments of a body, by the signal that they set, in the order in which they were written. */
export const drivesOf = (module: Module): ReadonlyMap<Signal, readonly Drive[]> => {
  const before = known.get(module)
  if (before !== undefined) return before

  const drives = new Map<Signal, Drive[]>()
  collect(module.body, [], drives)
  known.set(module, drives)
  return drives
}

const known = new WeakMap<Module, ReadonlyMap<Signal, readonly Drive[]>>()

const collect = (body: readonly Statement[], conditions: readonly Expression[], drives: Map<Signal, Drive[]>): void => {
  for (const statement of body) {
    if (statement.kind === 'assign') {
      const others = drives.get(statement.target)
      if (others === undefined) drives.set(statement.target, [{ assign: statement, conditions }])
      else others.push({ assign: statement, conditions })
    } else if (statement.kind === 'when') {
      let decided = conditions
      for (const branch of statement.branches) {
        decided = [...decided, branch.condition]
        collect(branch.body, decided, drives)
      }
      collect(statement.otherwise ?? [], decided, drives)
    } else if (statement.kind === 'match') {
      for (const { body: inner } of statement.cases) collect(inner, [...conditions, statement.subject], drives)
    }
  }
}
