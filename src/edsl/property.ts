/** What simulation watches: records of what happens, and facts that hold. */
import type { Shape } from '#layout'
import { type Assignable, pack } from './bundle.ts'
import { builder } from './context.ts'
import { main as mainDomain } from './domain.ts'
import { capture } from './origin.ts'
import type { Bit } from './value.ts'

/** Reports `record` in every simulated cycle in which `valid` is 1. Costs no hardware. */
export const probe = <S extends Shape>(name: string, valid: Bit, shape: S, record: Assignable<S>): void => {
  builder('probe()').probes.push(
    Object.freeze({
      kind: 'probe',
      name,
      valid: valid.expression,
      record: pack(shape, record).expression,
      domain: mainDomain,
      origin: capture(name),
    }),
  )
}

/** States that `condition` is 1 in every cycle outside of reset. */
export const assert = (condition: Bit, sentence: string): void => {
  builder('assert()').properties.push(
    Object.freeze({
      kind: 'property',
      check: 'assert',
      condition: condition.expression,
      sentence,
      domain: mainDomain,
      origin: capture(),
    }),
  )
}
