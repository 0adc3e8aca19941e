/** Who sets which signal of a module, and who writes which memory. */
import type { Assign, Expression, MemoryWrite, Module, Signal, Statement } from '#ir'

/** An assignment and every condition that decides whether it acts, also those of branches that come before its own. */
export interface Drive {
  readonly assign: Assign
  readonly conditions: readonly Expression[]
}

/** A write to a memory and every condition that decides whether it happens. */
export interface Write {
  readonly write: MemoryWrite
  readonly conditions: readonly Expression[]
}

/** The assignments of a body, by the signal that they set, in the order in which they were written. */
export const drivesOf = (module: Module): ReadonlyMap<Signal, readonly Drive[]> => actionsOf(module).drives

/** The writes of a body to memories, in the order in which they were written. */
export const writesOf = (module: Module): readonly Write[] => actionsOf(module).writes

interface Actions {
  readonly drives: Map<Signal, Drive[]>
  readonly writes: Write[]
}

const actionsOf = (module: Module): Actions => {
  const before = known.get(module)
  if (before !== undefined) return before

  const actions: Actions = { drives: new Map(), writes: [] }
  collect(module.body, [], actions)
  known.set(module, actions)
  return actions
}

const known = new WeakMap<Module, Actions>()

const collect = (body: readonly Statement[], conditions: readonly Expression[], actions: Actions): void => {
  for (const statement of body) {
    switch (statement.kind) {
      case 'assign': {
        const others = actions.drives.get(statement.target)
        if (others === undefined) actions.drives.set(statement.target, [{ assign: statement, conditions }])
        else others.push({ assign: statement, conditions })
        break
      }
      case 'when': {
        let decided = conditions
        for (const branch of statement.branches) {
          decided = [...decided, branch.condition]
          collect(branch.body, decided, actions)
        }
        collect(statement.otherwise ?? [], decided, actions)
        break
      }
      case 'match':
        for (const { body: inner } of statement.cases) collect(inner, [...conditions, statement.subject], actions)
        break
      case 'memoryWrite':
        actions.writes.push({ write: statement, conditions })
        break
    }
  }
}
