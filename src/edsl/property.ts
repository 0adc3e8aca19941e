/** What simulation watches and proofs show: facts that hold, cases that happen, records of what happens. */
import type { Shape } from '#layout'
import type { Expression, Property } from '#ir'
import { pack } from './bundle.ts'
import { builder, type Builder } from './context.ts'
import { currentDomain, seeDomain } from './domain.ts'
import { allOf, guardsAround, impliedBy } from './guard.ts'
import { historyNeeded } from './history.ts'
import { capture } from './origin.ts'
import type { Assignable } from './shapes-to-values.ts'
import type { Bit } from './value.ts'

/**
 * Reports `record` in every simulated cycle in which `valid` is 1, and the conditions of the blocks around hold. Costs no
 * hardware.
 */
export const probe = <S extends Shape>(name: string, valid: Bit, shape: S, record: Assignable<S>): void => {
  const owner = builder('probe()')
  const origin = capture(name)
  const guards = guardsAround(owner)
  const domain = currentDomain(owner)
  seeDomain(owner, domain, origin, 'clocked')
  owner.probes.push(
    Object.freeze({
      kind: 'probe',
      name,
      valid: allOf([...guards, valid.expression]),
      record: pack(shape, record).expression,
      domain,
      origin,
    }),
  )
}

/**
 * States that `condition` is 1 in every cycle outside of reset in which the conditions of the blocks around hold. Where it
 * looks n cycles back (`past`), the first n cycles after reset do not count.
 */
export const assert = (condition: Bit, sentence: string): void => {
  const owner = builder('assert()')
  addProperty(owner, 'assert', whereverChecked(owner, condition), sentence)
}

/**
 * The same about what others drive: simulation checks it, a proof relies on it.
 */
export const assume = (condition: Bit, sentence: string): void => {
  const owner = builder('assume()')
  addProperty(owner, 'assume', whereverChecked(owner, condition), sentence)
}

/**
 * Counts the cycles outside of reset in which `condition` is 1 and the conditions of the blocks around hold: something that
 * tests should see happen. Where it looks n cycles back (`past`), the first n cycles after reset do not count.
 */
export const cover = (condition: Bit, sentence: string): void => {
  const owner = builder('cover()')
  const all = [...guardsAround(owner), condition.expression]
  addProperty(owner, 'cover', allOf([...historyNeeded(owner, all), ...all]), sentence)
}

const whereverChecked = (owner: Builder, condition: Bit): Expression => {
  const guards = guardsAround(owner)
  const needed = [...historyNeeded(owner, [...guards, condition.expression]), ...guards]
  return needed.length === 0 ? condition.expression : impliedBy(allOf(needed), condition.expression)
}

const addProperty = (owner: Builder, check: Property['check'], condition: Expression, sentence: string): void => {
  const domain = currentDomain(owner)
  const origin = capture()
  seeDomain(owner, domain, origin, 'clocked')
  owner.properties.push(Object.freeze({ kind: 'property', check, condition, sentence, domain, origin }))
}
