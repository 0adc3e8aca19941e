/** Notices modules that do not take what they get. */
import { assert, bit, bitsFor, implies, input, module, output, past, reg, uint, when } from '#edsl'

/**
 * Counts how long a module has refused the flits of a packet, and says when that is too long: from the cycle after the
 * `limit`-th refusal within a packet until the module takes a flit again.
 *
 * Ports: `offered` a flit is at the module; `taken` it takes the flit in this cycle; `tail` the flit ends its packet; `draining`
 * the module has to do without the packets that come now; `fired` one cycle when that begins.
 * Timing: `draining` comes from a register.
 * Reset: nothing was refused.
 * Rejects: RangeError when `limit` is below 1.
 * Source: NoC section 10.7.
 */
export const receiveGuard = (limit: number) => {
  if (!Number.isInteger(limit) || limit < 1)
    throw new RangeError(`receiveGuard(): ${limit} cycles are no limit, use a whole number from 1`)
  return module(
    `receive_guard_${limit}`,
    { offered: input(bit), taken: input(bit), tail: input(bit), draining: output(bit), fired: output(bit) },
    ({ offered, taken, tail, draining, fired }) => {
      const refusals = reg(uint(bitsFor(limit - 1)), 0)
      const drains = reg(bit, 0)
      const refused = offered.and(taken.not()).and(drains.not())
      const last = refused.and(refusals.eq(limit - 1)).named('last')

      when(refused, () => refusals.next(refusals.addWrap(1)))
      when(last, () => {
        drains.next(1)
        refusals.next(0)
      })
      when(taken, () => {
        drains.next(0)
        when(tail, () => refusals.next(0))
      })
      draining.drive(drains)
      fired.drive(last)

      assert(implies(past(taken), drains.not()), 'who takes a flit gets the next packets')
    },
  )
}
