/** Fair choice between requesters. */
import { assert, bit, input, module, mux, output, reg, uint, type UInt, when } from '#edsl'

/**
 * Grants one of `n` requesters, rotating so that none waits longer than `n - 1` accepted grants.
 *
 * Ports: `request` n bits, one per requester; `accepted` the grant of this cycle counts; `grant` n bits, one-hot or zero.
 * Timing: `grant` answers in the same cycle; the turn moves at the edge after `accepted`.
 * Reset: requester 0 goes first.
 * Rejects: RangeError when `n` is below 1.
 * Source: NoC section 10.6, policy roundRobin.
 */
export const roundRobin = (n: number) => {
  if (!Number.isInteger(n) || n < 1)
    throw new RangeError(`roundRobin(): ${n} is no number of requesters, use 1 or more`)
  return module(
    `round_robin_${n}`,
    { request: input(uint(n)), accepted: input(bit), grant: output(uint(n)) },
    ({ request, accepted, grant }) => {
      // The requesters behind the one that was served last, who go before the others.
      const behind = reg(uint(n), 0)
      const early = request.and(behind)

      grant.drive(mux(early.any(), lowest(early), lowest(request)))
      when(accepted.and(request.any()), () => behind.next(above(grant)))

      assert(grant.and(grant.subWrap(1)).eq(0), 'grants one requester at most')
      assert(grant.and(request.not()).eq(0), 'grants only who requests')
      assert(grant.any().eq(request.any()), 'grants whenever somebody requests')
    },
  )
}

/** The lowest bit that is 1. */
const lowest = (bits: UInt): UInt => bits.and(bits.subWrap(1).not())

/** Ones above the only bit that is 1. */
const above = (oneHot: UInt): UInt => oneHot.or(oneHot.subWrap(1)).not()
