/** Properties of random modules: assertions that always hold, covers that are counted. */
import { block, line } from './lines.ts'
import type { PropertyItem } from './recipe.ts'
import { refsOf, type Scope } from './scope.ts'
import type { Text } from './value.ts'

export const writeProperty = (scope: Scope, item: PropertyItem): void => {
  scope.atEnd.push(() => {
    const { clock, guarded } = item
    const sentence = `${scope.name('p')} of ${sorts} sorts`
    const refs = refsOf(item.refs)
    const guard = guarded ? scope.bit(refs.next(), clock) : undefined
    const text = scope.inClock(clock, propertyText(scope, item, sentence))
    scope.lines.push(guard === undefined ? line(...text) : block(['when(', guard, ', '], [line(...text)], ')'))
  })
}

const sorts = 14

const propertyText = (scope: Scope, { sort, n, clock, refs: given }: PropertyItem, sentence: string): Text => {
  const refs = refsOf(given)
  const bit = () => scope.shared(scope.bit(refs.next(), clock))
  const number = () => {
    const ref = refs.next()
    return scope.shared(scope.number(ref, 1 + (ref.k % 70), clock))
  }
  const holds = (...text: Text): Text => ['assert(', ...text, `, '${sentence}')`]
  const covered = (...text: Text): Text => ['cover(', ...text, `, '${sentence}')`]
  switch (sort) {
    case 0: {
      const [a, b] = [number(), refs.next()]
      return holds(a, '.and(', scope.number(b, a.bits, clock), ').le(', a, ')')
    }
    case 1: {
      const [a, b] = [number(), refs.next()]
      const other = scope.shared(scope.number(b, a.bits, clock))
      return holds(a, '.addWrap(', other, ').subWrap(', other, ').eq(', a, ')')
    }
    case 2: {
      const a = bit()
      return holds('rose(', a, ').not().or(', a, ')')
    }
    case 3: {
      const a = number()
      return holds('implies(stable(', a, '), past(', a, ').eq(', a, '))')
    }
    case 4:
      return covered('past(', number(), `, ${n + 1}).parity()`)
    case 5:
      return covered('rose(', bit(), ')')
    case 6:
      return covered('fell(', bit(), ')')
    case 7:
      return covered('stable(', number(), ')')
    case 8:
      return covered('changed(', number(), ')')
    case 9:
      return covered('follows(', bit(), ', ', bit(), `, { within: ${n} })`)
    case 10:
      return covered('once(', bit(), ')')
    case 11:
      return covered('holdsUntil(', bit(), ', ', bit(), ', ', bit(), ')')
    case 12:
      return covered('past(past(', number(), `), ${n + 1}).any()`)
    default:
      return covered(bit())
  }
}
