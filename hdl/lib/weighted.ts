/** Choice in proportion to weights. */
import { bitsFor, assert, bit, cat, implies, input, instance, module, mux, output, past, reg, uint, when } from '#edsl'
import { atLeast } from './arguments.ts'
import { assertAtMost } from './at-most.ts'
import { roundRobin } from './round-robin.ts'

/**
 * Grants requesters in proportion to their weights: in a round each has as many grants as its weight says, and who has some
 * left takes turns with the others. A round ends when nobody who requests has a grant left.
 *
 * Ports: `request` n bits, one per requester; `accepted` the grant of this cycle counts; `grant` n bits, one-hot or zero.
 * Timing: `grant` answers in the same cycle; turns move at the edge after `accepted`. One that requests waits for at most as
 * many accepted grants as the weights of the others add up to, and n - 1 more.
 * Reset: a round begins, requester 0 goes first.
 * Rejects: RangeError when `n` is below 1, there are not `n` weights, or one is below 1.
 */
export const weighted = (n: number, weights: readonly number[]) => {
  atLeast(1, n, `weighted(): ${n} is no number of requesters`)
  if (weights.length !== n)
    throw new RangeError(`weighted(): ${n} requesters and ${weights.length} weights, give one each`)
  for (const weight of weights) atLeast(1, weight, `weighted(): a weight of ${weight} grants nothing`)
  return module(
    `weighted_${weights.join('_')}`,
    { request: input(uint(n)), accepted: input(bit), grant: output(uint(n)) },
    ({ request, accepted, grant }) => {
      const left = weights.map((weight, index) => reg(uint(bitsFor(weight)), weight, `left_${index}`))
      const entitled = request.and(cat(...left.map((each) => each.any()).reverse())).named('entitled')
      const inRound = entitled.any().named('in_round')

      const turns = instance(roundRobin(n))
      turns.request.drive(mux(inRound, entitled, request))
      turns.accepted.drive(accepted)
      grant.drive(turns.grant)

      when(accepted.and(request.any()), () =>
        left.forEach((each, index) => {
          const before = mux(inRound, each, weights[index] as number)
          each.next(mux(turns.grant.bit(index), before.subWrap(1), before))
        }),
      )

      left.forEach((each, index) =>
        assertAtMost(each, weights[index] as number, `requester ${index} never has more grants left than its weight`),
      )
      left.forEach((each, index) =>
        assert(
          implies(past(entitled.any()), each.le(past(each))),
          `requester ${index} gets no new grants within a round`,
        ),
      )
      assert(grant.any().eq(request.any()), 'grants whenever somebody requests')
      const fair = grant.and(entitled.not()).eq(0)
      assert(implies(entitled.any(), fair), 'grants those who have some left before others')
    },
  )
}
