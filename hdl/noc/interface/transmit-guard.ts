/** Packets are as long as they say and end in time, whatever the module does. */
import {
  allow,
  assert,
  bit,
  bitsFor,
  implies,
  input,
  module,
  output,
  pack,
  past,
  reg,
  states,
  stream,
  uint,
  when,
} from '#edsl'
import { bodyFlit, burstLengthBits } from '#layout'
import { asBody, asHead, flit, isTail } from '../flit.ts'

/**
 * Gives every burst exactly the number of continuation flits that its head announces in data0[12:0], and ends the packet of
 * a module that stops.
 *
 * A longer burst is closed there and the rest is taken and forgotten up to the module's own tail; a shorter one is completed
 * with flits of bsel 0x00; a burst of no continuation flits is forgotten as a whole. When a module has let the network wait
 * for `limit` cycles in total since its head, its packet is completed in the same way, and what it still sends of it is
 * forgotten. `limit` 0 waits for ever. Data of flits of bsel 0x00 mean nothing.
 *
 * Ports: `from` what the module sends; `to` what enters the network; `open` the network could take a flit of this packet now;
 * `cut`, `filled`, `empty`, `stopped` one cycle per such packet; `inside` a packet has begun and not ended.
 * Timing: flits pass within the cycle. Filling and forgetting take one cycle per flit; a packet that stops is filled from the
 * cycle after the one that made `limit` on.
 * Reset: a packet begins.
 * Rejects: RangeError when `limit` is negative or no whole number.
 * Source: NoC sections 10.5, item 4, and 10.7.
 */
export const transmitGuard = (limit: number) => {
  if (!Number.isInteger(limit) || limit < 0)
    throw new RangeError(`transmitGuard(): ${limit} cycles are no limit, use a whole number from 1, or 0 for none`)
  return module(
    `transmit_guard_${limit}`,
    {
      from: input(stream(flit)),
      to: output(stream(flit)),
      open: input(bit),
      cut: output(bit),
      filled: output(bit),
      empty: output(bit),
      stopped: output(bit),
      inside: output(bit),
    },
    ({ from, to, open, cut, filled, empty, stopped, inside }) => {
      const state = states('head', 'body', 'fill', 'discard')
      const left = reg(uint(burstLengthBits), 0)
      /** The module's own tail has not come yet, although the packet ends. */
      const orphaned = reg(bit, 0)
      const silence = limit === 0 ? undefined : reg(uint(bitsFor(limit - 1)), 0, 'silence')

      if (silence === undefined) allow('HDL-0305', 'a guard without a limit does not count', open)

      const head = asHead(from.payload)
      const announced = head.data0.truncate(burstLengthBits)
      const nothingFollows = head.burst.and(announced.eq(0))
      const ownTail = isTail(from.payload)
      const more = left.ne(1)
      // Data of a flit that completes a packet are what the module shows: masking them would cost 128 gates per class.
      const continued = { ...asBody(from.payload), burst: more, arq: 0 }
      const aborted = { ...continued, bsel: 0 }

      from.ready.drive(0)
      to.valid.drive(0)
      to.payload.drive(from.payload)
      cut.drive(0)
      filled.drive(0)
      empty.drive(0)
      stopped.drive(0)
      inside.drive(state.is('body').or(state.is('fill')))

      state.match({
        head: () => {
          from.ready.drive(to.ready.or(nothingFollows))
          to.valid.drive(from.valid.and(nothingFollows.not()))
          silence?.next(0)
          when(from.fire, () => {
            left.next(announced)
            orphaned.next(0)
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
          if (silence !== undefined)
            when(open.and(from.valid.not()), () => {
              silence.next(silence.addWrap(1))
              when(silence.eq(limit - 1), () => {
                stopped.drive(1)
                orphaned.next(1)
                state.go('fill')
              })
            })
        },
        fill: () => {
          to.valid.drive(1)
          to.payload.drive(pack(bodyFlit, aborted))
          when(to.fire, () => {
            left.next(left.subWrap(1))
            when(more.not(), () => when(orphaned, () => state.go('discard')).otherwise(() => state.go('head')))
          })
        },
        discard: () => {
          from.ready.drive(1)
          when(from.fire.and(ownTail), () => state.go('head'))
        },
      })

      // P-14, P-15: in a packet each flit brings the end nearer, and so does each cycle in which the module is silent.
      const begun = inside.named('begun')
      assert(implies(begun, left.ne(0)), 'an open packet has flits to come')
      assert(implies(past(begun.and(to.fire)), left.eq(past(left).subWrap(1))), 'every flit counts')
      assert(implies(past(to.fire.and(begun).and(isTail(to.payload))), begun.not()), 'a tail ends the packet')
      assert(implies(to.fire.and(begun), isTail(to.payload).eq(left.eq(1))), 'the announced flit is the tail')
      if (silence !== undefined) {
        const kept = past(state.is('body').and(open).and(from.valid.not()))
        const counted = silence.eq(past(silence).addWrap(1)).or(state.is('fill'))
        assert(implies(kept, counted), 'silence counts while the network is open')
      }
    },
  )
}
