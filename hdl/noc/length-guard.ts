/** Packets are as long as they say, whatever the module does. */
import { bit, input, module, output, pack, reg, states, stream, uint, when } from '#edsl'
import { bodyFlit, burstLengthBits } from '#layout'
import { asBody, asHead, flit, isTail } from './flit.ts'

/**
 * Gives every burst exactly the number of continuation flits that its head announces in data0[12:0].
 *
 * A longer burst is closed there and the rest is taken and forgotten up to the module's own tail; a shorter one is completed
 * with flits of bsel 0x00; a burst of no continuation flits is forgotten as a whole.
 *
 * Ports: `from` what the module sends; `to` what enters the network; `cut`, `filled`, `empty` one cycle per such packet.
 * Timing: flits pass within the cycle. Filling and forgetting take one cycle per flit.
 * Reset: a packet begins.
 * Source: NoC section 10.5, item 4.
 */
export const lengthGuard = module(
  'length_guard',
  {
    from: input(stream(flit)),
    to: output(stream(flit)),
    cut: output(bit),
    filled: output(bit),
    empty: output(bit),
  },
  ({ from, to, cut, filled, empty }) => {
    const state = states('head', 'body', 'fill', 'discard')
    const left = reg(uint(burstLengthBits), 0)

    const head = asHead(from.payload)
    const announced = head.data0.truncate(burstLengthBits)
    const nothingFollows = head.burst.and(announced.eq(0))
    const ownTail = isTail(from.payload)
    const more = left.ne(1)
    const continued = { ...asBody(from.payload), burst: more }
    const aborted = { burst: more, arq: 0, bsel: 0, data1: 0, data0: 0 }

    from.ready.drive(0)
    to.valid.drive(0)
    to.payload.drive(from.payload)
    cut.drive(0)
    filled.drive(0)
    empty.drive(0)

    state.match({
      head: () => {
        from.ready.drive(to.ready.or(nothingFollows))
        to.valid.drive(from.valid.and(nothingFollows.not()))
        when(from.fire, () => {
          left.next(announced)
          empty.drive(nothingFollows)
          when(nothingFollows, () => state.go('discard')).elseWhen(head.burst, () => state.go('body'))
        })
      },
      body: () => {
        from.ready.drive(to.ready)
        to.valid.drive(from.valid)
        to.payload.drive(pack(bodyFlit, continued))
        when(from.fire, () => {
          left.next(left.subWrap(1))
          cut.drive(more.or(ownTail).not())
          filled.drive(more.and(ownTail))
          when(more.not().and(ownTail), () => state.go('head'))
            .elseWhen(more.not(), () => state.go('discard'))
            .elseWhen(ownTail, () => state.go('fill'))
        })
      },
      fill: () => {
        to.valid.drive(1)
        to.payload.drive(pack(bodyFlit, aborted))
        when(to.fire, () => {
          left.next(left.subWrap(1))
          when(more.not(), () => state.go('head'))
        })
      },
      discard: () => {
        from.ready.drive(1)
        when(from.fire.and(ownTail), () => state.go('head'))
      },
    })
  },
)
