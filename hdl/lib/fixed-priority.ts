/** Choice by rank. */
import { allow, assert, bit, input, lowestOne, module, output, uint } from '#edsl'
import { atLeast } from './arguments.ts'

/**
 * Grants the requester with the lowest number. The others wait as long as it requests.
 *
 * Ports: `request` n bits, one per requester; `accepted` is not looked at, for the other arbiters have it; `grant` n bits,
 * one-hot or zero.
 * Timing: `grant` answers in the same cycle; there is no state.
 * Rejects: RangeError when `n` is below 1.
 */
export const fixedPriority = (n: number) => {
  atLeast(1, n, `fixedPriority(): ${n} is no number of requesters`)
  return module(
    `fixed_priority_${n}`,
    { request: input(uint(n)), accepted: input(bit), grant: output(uint(n)) },
    ({ request, accepted, grant }) => {
      allow('HDL-0305', 'ranks do not change by what was granted', accepted)
      grant.drive(lowestOne(request))

      assert(grant.and(grant.subWrap(1)).eq(0), 'grants one requester at most')
      assert(grant.any().eq(request.any()), 'grants whenever somebody requests')
    },
  )
}
