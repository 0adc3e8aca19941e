/** Facts about several cycles, as bits that `assert`, `assume` and `cover` take. */
import type { Expression } from '#ir'
import { builder, type Builder, reportMistake } from './context.ts'
import { literalOf, operation } from './expressions.ts'
import { ghost, knownBit } from './history.ts'
import { capture } from './origin.ts'
import { type Bit, UInt } from './value.ts'

/** 1 unless `condition` is 1 and `consequence` is 0, in the same cycle. */
export const implies = (condition: Bit, consequence: Bit): Bit => condition.not().or(consequence)

/** 1 from the first cycle after reset on in which `event` is 1, that one included. */
export const once = (event: Bit): Bit => {
  const owner = builder('once()')
  const happens = knownBit(owner, event.expression, 0)
  const before = ghost(owner, 'happened', 1, 0n, (now) => operation('or', [now, happens], 1))
  return new UInt<1>(before).or(event)
}

/** How long `follows` waits, in cycles after that of the trigger; 0 is the cycle of the trigger itself. */
export interface Window {
  /** The last cycle in which the response still counts. */
  readonly within: number
  /** The first cycle in which it counts, 0 unless given. */
  readonly after?: number
}

/**
 * Every `trigger` has a `response`, in one of the cycles of the window: `follows(request, grant, { within: 4 })`. One
 * response answers all triggers that wait. 0 from the cycle on in which the time of a trigger is over, until it is answered.
 *
 * Rejects: HDL-0107 for a window that ends before it begins.
 */
export const follows = (trigger: Bit, response: Bit, { within, after = 0 }: Window): Bit => {
  const owner = builder('follows()')
  if (!Number.isInteger(within) || !Number.isInteger(after) || after < 0 || within < after) {
    reportMistake(
      'HDL-0107',
      `a window from cycle ${after} to cycle ${within} holds nothing`,
      { origin: capture(), note: 'whole numbers, 0 <= after <= within' },
      [],
      ['follows(trigger, response, { within: 4 })', 'exactly 4 cycles later: { after: 4, within: 4 }'],
    )
    return new UInt<1>(literalOf(1, 1, 'unsigned'))
  }
  // In exactly one cycle each trigger needs a response of its own; in a longer window the oldest one decides.
  const start = delayed(owner, knownBit(owner, trigger.expression, 0), after)
  const cycles = within - after
  // What is not known yet is nobody's fault.
  const missing = operation('not', [knownBit(owner, response.expression, 1)], 1)
  if (cycles === 0) return implies(new UInt<1>(start), response)
  const bits = cycles.toString(2).length
  const number = (value: number): Expression => literalOf(bits, value, 'unsigned')
  const waited = ghost(owner, 'waited', bits, 0n, (now) => {
    const waits = operation('or', [start, operation('any', [now], 1)], 1)
    const late = operation('eq', [now, number(cycles)], 1)
    const more = operation('mux', [late, now, operation('add', [now, number(1)], bits)], bits)
    return operation('mux', [operation('and', [waits, missing], 1), more, number(0)], bits)
  })
  const over = operation('eq', [waited, number(cycles)], 1)
  return new UInt<1>(operation('not', [operation('and', [over, missing], 1)], 1))
}

/** A bit some cycles ago, and 0 in the first cycles after reset. */
const delayed = (owner: Builder, bit: Expression, cycles: number): Expression => {
  let now = bit
  for (let cycle = 0; cycle < cycles; cycle++) {
    const before = now
    now = ghost(owner, 'triggered', 1, 0n, () => before)
  }
  return now
}

/**
 * From each `start` on, `condition` is 1 in every cycle up to that of `release`, both included:
 * `holdsUntil(valid, valid, ready)` for a valid that is not taken back.
 */
export const holdsUntil = (start: Bit, condition: Bit, release: Bit): Bit => {
  const owner = builder('holdsUntil()')
  const starts = knownBit(owner, start.expression, 0)
  const ends = knownBit(owner, release.expression, 1)
  const open = ghost(owner, 'open', 1, 0n, (now) =>
    operation('and', [operation('or', [now, starts], 1), operation('not', [ends], 1)], 1),
  )
  return implies(new UInt<1>(open).or(start), condition)
}
