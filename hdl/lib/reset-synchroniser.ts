/** Resets that fit a clock. */
import { asynchronous, bit, domain, inDomain, input, module, output, reg } from '#edsl'

/** The clock that the reset is for. It has no reset of its own: this part makes it. */
const clock = domain('clock', { reset: 'none' })

/**
 * Makes the reset of a clock domain of a pin, or of anything else that is active high: `provideDomain(pixel, { clock, reset })`.
 *
 * Its two registers have the first value 1 and no reset, so a design that has just been loaded begins in reset, whatever the
 * pin does; where there are no first values (ASICs) the pin has to be 1 for two edges. The reset needs edges to begin, as
 * everything that it resets needs them.
 *
 * Ports: `from` the pin; `to` the reset, of the domain named `clock` here.
 * Timing: 1 after two edges, or one later when `from` rose too close to an edge; 0 as long after `from` has fallen.
 * Reset: none; starts with 1.
 */
export const resetSynchroniser = () =>
  module(
    'reset_synchroniser',
    { from: input(bit, { domain: asynchronous }), to: output(bit, { domain: clock }) },
    ({ from, to }) =>
      inDomain(clock, () => {
        const early = reg(bit, 1, {
          crossing: 'first register of a synchroniser: the next one waits until it has settled',
        })
        const settled = reg(bit, 1)
        early.next(from)
        settled.next(early)
        to.drive(settled)
      }),
  )
