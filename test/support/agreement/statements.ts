/** Statements of random modules: conditions around what is set at the clock edge. */
import { block, chained, type Line, wrapped } from './lines.ts'
import type { Clock, StatementRecipe } from './recipe.ts'
import { refsOf, type Scope } from './scope.ts'

/** `direct`: what this block sets already, whatever happens; nothing may be set so twice. */
export const writeStatement = (
  scope: Scope,
  clock: Clock,
  recipe: StatementRecipe,
  direct: Set<string>,
): readonly Line[] => {
  switch (recipe.kind) {
    case 'set': {
      const targets = scope.targets.filter((target) => target.clock === clock)
      const target = targets[recipe.target % Math.max(1, targets.length)]
      if (target === undefined) return []
      const refs = refsOf(recipe.refs)
      const set = target.set(recipe.part, refs)
      if (!direct.has(target.name)) {
        direct.add(target.name)
        return [set]
      }
      return [block(['when(', scope.bit(refs.next(), clock), ', '], [set], ')')]
    }
    case 'when': {
      const bodies = recipe.branches.map(({ body }) => inBlock(scope, clock, body, direct))
      const otherwise = inBlock(scope, clock, recipe.otherwise, direct)
      if ([...bodies, otherwise].every((body) => body.length === 0)) return []
      const parts = recipe.branches.map(({ condition }, index) =>
        block([index === 0 ? 'when(' : '.elseWhen(', scope.bit(condition, clock), ', '], bodies[index] ?? [], ')'),
      )
      return [chained(otherwise.length === 0 ? parts : [...parts, block(['.otherwise('], otherwise, ')')])]
    }
    case 'match': {
      const subjects = scope.subjects.filter((subject) => subject.clock === clock)
      const subject = subjects[recipe.subject % Math.max(1, subjects.length)]
      if (subject === undefined) return []
      const bodies = recipe.bodies.map((body) => inBlock(scope, clock, body, direct))
      if (bodies.every((body) => body.length === 0)) return []
      const cases = subject.cases.map((name, index) => block([`${name}: `], bodies[index] ?? [], ','))
      return [wrapped(`${subject.name}.match({`, cases, '})')]
    }
  }
}

const inBlock = (
  scope: Scope,
  clock: Clock,
  body: readonly StatementRecipe[],
  around: Set<string>,
): readonly Line[] => {
  const direct = new Set<string>()
  const lines = body.flatMap((each) => writeStatement(scope, clock, each, direct))
  // What a block inside sets, a later statement outside of a condition would override.
  for (const name of direct) around.add(name)
  return lines
}
