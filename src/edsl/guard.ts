/** When a statement counts: the conditions of the blocks around it, as one bit. */
import type { Expression, Operator } from '#ir'
import type { Builder, Guard } from './context.ts'
import { capture } from './origin.ts'

const oneBit = (operator: Operator, ...operands: readonly Expression[]): Expression =>
  Object.freeze({ kind: 'operation', operator, operands: Object.freeze(operands), bits: 1, origin: capture() })

/** A guard that is made once. */
const once = (make: Guard): Guard => {
  let made: Expression | undefined
  return () => (made ??= make())
}

/** Of a branch of `when`: its condition, and none of those before. */
export const branchGuard = (condition: Expression | undefined, before: readonly Expression[]): Guard =>
  once(() => allOf([...before.map((earlier) => oneBit('not', earlier)), ...(condition ? [condition] : [])]))

/** Of a case of `match`. */
export const caseGuard = (subject: Expression, code: number): Guard =>
  once(() => {
    const literal: Expression = Object.freeze({
      kind: 'literal',
      bits: subject.bits,
      value: BigInt(code),
      origin: capture(),
    })
    return oneBit('eq', subject, literal)
  })

/** All of these 1-bit conditions; always true when there are none. */
export const allOf = (conditions: readonly Expression[]): Expression =>
  conditions.length === 0
    ? Object.freeze({ kind: 'literal', bits: 1, value: 1n, origin: capture() })
    : conditions.reduce((left, right) => oneBit('and', left, right))

/** `consequence`, wherever `condition` is 1. */
export const impliedBy = (condition: Expression, consequence: Expression): Expression =>
  oneBit('or', oneBit('not', condition), consequence)

/** The conditions around the statement that is now being run, outermost first; none at the top of a body. */
export const guardsAround = (owner: Builder): readonly Expression[] => owner.guards.map((guard) => guard())
