/** Oldest packets first. */
import { type Bit, cat, input, instance, module, output, uint } from '#edsl'
import { ageBits } from '../channel.ts'
import { leastRecent } from './least-recent.ts'
import { allPairs, orderOf, pairs } from './ranking.ts'

/**
 * Orders `n` inputs by the age of their packets, the greatest first; among equals by turns.
 *
 * Ports: `ages` of the packets at the inputs, 16 bits, saturating; `served` n bits, whose flit leaves, one-hot or zero; `before`
 * one bit per pair, see `orderOf`.
 * Timing: `before` answers in the cycle of the ages.
 * Reset: among equals input 0 goes first.
 * Source: NoC section 10.6, policy age.
 */
export const oldest = (n: number) =>
  module(
    `oldest_${n}`,
    {
      ages: Array.from({ length: n }, () => input(uint(ageBits))),
      served: input(uint(n)),
      before: output(uint(pairs(n))),
    },
    ({ ages, served, before }) => {
      const turns = instance(leastRecent(n))
      turns.served.drive(served)
      const inTurn = orderOf(turns.before)
      const order = allPairs(n).map(([low, high]): Bit => {
        const [one, other] = [ages[low]!, ages[high]!]
        return one.gt(other).or(one.eq(other).and(inTurn(low, high)))
      })
      before.drive(cat(...order.toReversed()))
    },
  )
