/** Turns by level, with a bound on being passed over. */
import { assert, type Bit, bitsFor, cat, input, instance, literal, module, mux, output, reg, uint, when } from '#edsl'
import { leastRecent } from './least-recent.ts'
import { allPairs, orderOf, pairs } from './ranking.ts'

/**
 * Orders requesters by their levels, the lowest first; among equals by turns. One that was passed over `bound` times while it
 * requested goes before all levels.
 *
 * Ports: `request` one bit per requester; `served` who was served, one-hot or zero; `before` one bit per pair, see `orderOf`.
 * Timing: `before` comes out of registers.
 * Reset: nobody was passed over, requester 0 goes first among equals.
 * Source: NoC section 10.6, policy priority.
 */
export const byLevel = (levels: readonly number[], bound: number) =>
  module(
    `by_level_${levels.join('_')}_bound${bound}`,
    {
      request: input(uint(levels.length)),
      served: input(uint(levels.length)),
      before: output(uint(pairs(levels.length))),
    },
    ({ request, served, before }) => {
      const turns = instance(leastRecent(levels.length))
      turns.served.drive(served)
      const inTurn = orderOf(turns.before)
      const urgent = levels.map((_, one): Bit => {
        const passed = reg(uint(bitsFor(bound)), 0, `passed_${one}`)
        const isUrgent = passed.eq(bound).named(`urgent_${one}`)
        const passedOver = served.any().and(request.bit(one)).and(isUrgent.not())
        when(served.bit(one), () => passed.next(0)).elseWhen(passedOver, () => passed.next(passed.addWrap(1)))
        assert(passed.le(bound), `requester ${one} is urgent at the latest after ${bound} others`)
        return isUrgent
      })
      const order = allPairs(levels.length).map(([low, high]): Bit => {
        const [lowUrgent, highUrgent] = [urgent[low]!, urgent[high]!]
        const [lowLevel, highLevel] = [levels[low]!, levels[high]!]
        const usual = lowLevel === highLevel ? inTurn(low, high) : literal(1, lowLevel < highLevel ? 1 : 0)
        // Among the urgent the levels do not count, or two of them could keep out a third for ever.
        return mux(lowUrgent, highUrgent.not().or(inTurn(low, high)), highUrgent.not().and(usual))
      })
      before.drive(cat(...order.toReversed()))
    },
  )
