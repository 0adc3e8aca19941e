/** Long memory bursts of a host as bursts that the network knows. */
import {
  bit,
  cat,
  input,
  literal,
  module,
  mux,
  output,
  pack,
  reg,
  states,
  stream,
  struct,
  uint,
  unpack,
  when,
} from '#edsl'
import { burstBytes, burstLengthBits, burstSelect, flitBits, headFlit, modes } from '#layout'
import { markedFlit } from './host-arrival-buffer.ts'
import { burstLines } from './host-packet-assembly.ts'

/**
 * Cuts memory bursts of more than 32 lines: each piece gets a head with its address and length. Everything else passes.
 *
 * A burst that ends early, because the rest of it was discarded, ends with the pieces that came: the next head says so.
 *
 * Ports: `from` marked flits, pieces complete; `to` packets.
 * Timing: flits pass within the cycle; a cycle more for each further head.
 * Reset: a packet begins.
 * Source: NoC sections 2.6 and 8.3, NDEV-14.
 */
export const burstCutter = module(
  'burst_cutter',
  { from: input(stream(markedFlit)), to: output(stream(uint(flitBits))) },
  ({ from, to }) => {
    const state = states('pass', 'head')
    const cuts = reg(bit, 0)
    const kept = reg(struct({ ids: uint(28), mode: uint(4), address: uint(32), lastLane: uint(4) }))
    const left = reg(uint(burstLengthBits))
    const line = reg(uint(5))

    const { head: isHead, flit } = from.payload
    const head = unpack(headFlit, flit)
    const select = unpack(burstSelect, head.bsel)
    const announced = head.data0.truncate(burstLengthBits)
    const toMemory = head.mode.in(modes.READ_RSP, modes.WRITE_POSTED)
    const isLong = isHead.and(head.burst).and(toMemory).and(announced.gt(burstLines)).named('is_long')
    const endsPiece = isHead.not().and(cuts).and(line.all()).named('ends_piece')

    const length = (lines: ReturnType<typeof announced.truncate>) => cat(head.data0.slice(13, 51), lines)
    const firstOfMany = pack(headFlit, {
      ...head,
      bsel: pack(burstSelect, { lastLane: 15, firstLaneInverted: select.firstLaneInverted }),
      data0: length(literal(burstLengthBits, burstLines)),
    })
    const isRest = left.le(burstLines).named('is_rest')
    const further = cat(
      literal(2, 0b10),
      pack(burstSelect, { lastLane: mux(isRest, kept.lastLane, 15), firstLaneInverted: 15 }),
      kept.ids,
      kept.mode,
      kept.address,
      literal(64 - burstLengthBits, 0),
      mux(isRest, left, burstLines),
    )
    const withoutBurst = cat(literal(1, 0), flit.truncate(flitBits - 1))
    // In 'head' a line of the next piece waits, or the burst is over and this is a head.
    const inserts = state.is('head').and(isHead.not()).named('inserts')

    to.valid.drive(from.valid)
    from.ready.drive(to.ready.and(inserts.not()))
    to.payload.drive(mux(inserts, further, mux(isLong, firstOfMany, mux(endsPiece, withoutBurst, flit))))

    when(to.fire, () => {
      when(inserts, () => {
        state.go('pass')
        line.next(0)
        left.next(left.subWrap(mux(isRest, left, burstLines)))
        kept.address.next(kept.address.addWrap(burstBytes))
      })
        .elseWhen(isHead, () => {
          state.go('pass')
          cuts.next(isLong)
          line.next(0)
          left.next(announced.subWrap(burstLines))
          kept.next({
            ids: flit.slice(100, 28),
            mode: head.mode,
            // The first line may begin in its middle.
            address: head.address.addWrap(select.firstLaneInverted.extend(32)).addWrap(burstBytes - 15),
            lastLane: select.lastLane,
          })
        })
        .otherwise(() => {
          line.next(line.addWrap(1))
          when(endsPiece.and(left.any()), () => state.go('head'))
          when(head.burst.not(), () => cuts.next(0))
        })
    })
  },
)
