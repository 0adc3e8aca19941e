/** A bound on what a module may send in the long run. */
import { assert, bit, input, module, mux, output, reg, struct, uint, when } from '#edsl'

/** What a rate limiter allows; a rate of 256 flits is the whole link. NoC section 10.6. */
export const rateLimit = struct({
  /** Flits that may be sent at once after a pause. */
  burst: uint(12),
  /** Flits per 256 cycles in the long run. */
  flits: uint(9),
})

/**
 * A bucket of tokens, one per flit: `flits` of them come in 256 cycles, `burst` fit. A packet may begin while there is a token;
 * its flits then take theirs without waiting, so that no packet stops in the middle, and the next one waits until the
 * debt is paid.
 *
 * Ports: `limit` rate and burst, which may change at any time; `sent` a flit leaves in this cycle; `allowed` a packet may begin.
 * Timing: `allowed` comes from a register. Between two moments with a full bucket at most `burst` + rate * time + one packet
 * of flits are sent.
 * Reset: the bucket is empty, and fills.
 * Source: NoC section 10.6.
 */
export const rateLimiter = () =>
  module(
    'rate_limiter',
    { limit: input(rateLimit), sent: input(bit), allowed: output(bit) },
    ({ limit, sent, allowed }) => {
      /** Tokens in 1/256, above `zero`; debts are below it. A packet of 8192 flits is the greatest debt. */
      const zero = 1 << 22
      const tokens = reg(uint(24), zero)
      const full = limit.burst.extend(24).shiftLeft(8).addWrap(zero).named('full')
      const grown = tokens.addWrap(limit.flits.extend(24)).named('grown')
      const paid = mux(sent, grown.subWrap(256), grown).named('paid')

      tokens.next(mux(paid.gt(full), full, paid))
      when(paid.lt(1 << 12), () => tokens.next(1 << 12))
      allowed.drive(tokens.ge(zero + 256))

      assert(tokens.ge(1 << 12), 'a debt has a bound')
    },
  )
