/** Taking turns. */
import { assert, bit, type Bit, cat, implies, input, module, output, past, reg, uint, type UInt } from '#edsl'
import { once } from '../once.ts'
import { allOf, allPairs, anyOf, atMostOne, orderOf, pairs } from './ranking.ts'

/**
 * Orders `n` requesters by when they were served last, longest ago first. Those that request all the time are served in
 * turn, like with a pointer that moves behind the winner; but one that requests now and then loses its place to nobody: each
 * of the others goes before it once at most.
 *
 * Ports: `served` n bits, who was served in this cycle, one-hot or zero; `before` one bit per pair, see `orderOf`.
 * Timing: `before` comes out of registers.
 * Reset: requester 0 goes first, then 1, and so on.
 * Source: NoC section 10.6, policy roundRobin.
 */
export const leastRecent = once((n: number) => {
  return module(
    `least_recent_${n}`,
    { served: input(uint(n)), before: output(uint(pairs(n))) },
    ({ served, before }) => {
      const earlier = allPairs(n).map(([low, high]) => {
        const lowFirst = reg(bit, 1, `first_${low}_${high}`)
        lowFirst.next(served.bit(low).not().and(served.bit(high).or(lowFirst)))
        return lowFirst
      })
      before.drive(cat(...earlier.toReversed()))

      const goesBefore = orderOf(before)
      // P-11: with an order without circles, this lets each of the others go first once at most.
      for (let one = 0; one < n; one++) {
        const others = Array.from({ length: n }, (_, other) => other).filter((other) => other !== one)
        assert(
          implies(
            past(served.bit(one)).and(past(atMostOne(bitsOf(served, n)))),
            allOf(others.map((other) => goesBefore(other, one))),
          ),
          `requester ${one} goes behind all others when it was served`,
        )
      }
      const circles = allPairs(n).flatMap(([low, middle]) =>
        Array.from({ length: n - 1 - middle }, (_, more) => middle + 1 + more).map((high) =>
          goesBefore(low, middle)
            .eq(goesBefore(middle, high))
            .and(goesBefore(low, high).ne(goesBefore(low, middle))),
        ),
      )
      if (circles.length > 0) assert(anyOf(circles).not(), 'the order has no circle')
    },
  )
})

const bitsOf = (value: UInt, n: number): readonly Bit[] => Array.from({ length: n }, (_, place) => value.bit(place))
