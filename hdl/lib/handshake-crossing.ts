/** Payloads from one clock to another, one at a time. */
import {
  assert,
  bit,
  implies,
  inDomain,
  input,
  module,
  output,
  past,
  reg,
  type Shape,
  stable,
  stream,
  when,
} from '#edsl'
import { read, write } from './crossing-domains.ts'
import { give, keep } from './generic-payload.ts'
import { shapeName } from './shape-name.ts'
import { offerStays } from './stream-rules.ts'
import { synchronised } from './synchroniser.ts'

/**
 * Brings payloads from domain `write` to domain `read`, one after the other: the payload holds still while a bit that changes
 * for each of them is on its way, and the next one waits until a bit has come back.
 *
 * Ports: `from` the payloads, in domain `write`; `to` the payloads, in domain `read`.
 * Timing: a payload every three cycles of `write` and three of `read`, about; it is there after three to four cycles of
 * `read`. For one in each cycle there is `asyncFifo`.
 * Reset: nothing is on the way. Both domains are reset together, for one cycle of each at the same time.
 */
export const handshakeCrossing = <const S extends Shape>(shape: S) =>
  module(
    `handshake_${shapeName(shape)}`,
    { from: input(stream(shape), { domain: write }), to: output(stream(shape), { domain: read }) },
    ({ from, to }) => {
      const asked = reg(bit, 0, { domain: write })
      const held = reg(shape, undefined, { domain: write })
      const answered = reg(bit, 0, { domain: read })

      inDomain(write, () => {
        const back = synchronised(answered, 'back')
        from.ready.drive(asked.eq(back))
        when(from.fire, () => {
          asked.next(asked.not())
          keep(held, from.payload)
        })

        const waits = asked.ne(back)
        assert(implies(past(waits), stable(held as object)), 'a payload holds still until its answer has come')
      })

      inDomain(read, () => {
        const arrived = synchronised(asked, 'arrived')
        const full = reg(bit, 0)
        const shown = reg(shape, undefined, {
          crossing: 'what it takes holds still until the answer to it has gone back',
        })
        to.valid.drive(full)
        give(to.payload, shown as never)
        when(to.fire, () => full.next(0))
        when(arrived.ne(answered).and(full.not().or(to.ready)), () => {
          keep(shown, held as never)
          full.next(1)
          answered.next(arrived)
        })

        assert(offerStays(to), 'what is offered stays until it is taken')
      })
    },
  )
