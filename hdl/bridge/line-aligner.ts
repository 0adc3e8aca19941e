/** Moves the lines of packets from the lanes of their source to those of their destination. */
import { assert, bit, cat, input, literal, module, mux, output, reg, stream, uint, when } from '#edsl'
import { offerStays } from '#hdl/lib'
import { placedLine, sourceLine } from './line-port.ts'

/**
 * Rotates the lines of a packet, one per cycle. Bytes that belong into the following line are carried over and leave with
 * the next one; one more line takes what is left of the last one.
 *
 * Ports: `from` lines of packets, from `first` to `last`; `to` lines at consecutive addresses, the last one of a packet with
 * `last`. A first line of which nothing stays in the line of `address` is carried over completely. Lines without valid bytes
 * leave without enables, so every packet has a last line; none lies outside of the lines from the first to the last byte.
 * Timing: a line passes within the cycle.
 * Reset: nothing is carried.
 * Source: TCU interface 2.0.1, section 7.3; NoC section 2.6.
 */
export const lineAligner = module(
  'line_aligner',
  { from: input(stream(sourceLine)), to: output(stream(placedLine)) },
  ({ from, to }) => {
    const { first, last, address, lane, enables, data } = from.payload
    const carriedData = reg(uint(128))
    const carriedEnables = reg(uint(16), 0)
    const flushing = reg(bit, 0)
    const nextAddress = reg(uint(32))
    const heldShift = reg(uint(4))

    // Where lane 0 of the first line goes.
    const origin = address.subWrap(lane.extend(32))
    const shift = mux(first, origin.truncate(4), heldShift)
    const shiftedData = data.extend(256).shiftLeft(cat(shift, literal(3, 0)))
    const shiftedEnables = enables.extend(32).shiftLeft(shift)
    const left = shiftedEnables.slice(16, 16)
    const placed = shiftedEnables.truncate(16).or(carriedEnables)
    const leaves = placed.any().or(first.not()).or(last.and(left.any().not())).named('leaves')
    const bytes = Array.from({ length: 16 }, (_, index) =>
      mux(carriedEnables.bit(index), carriedData.slice(8 * index, 8), shiftedData.slice(8 * index, 8)),
    )

    to.valid.drive(flushing.or(from.valid.and(leaves)))
    to.payload.drive({
      last: flushing.or(last.and(left.any().not())),
      address: mux(first.and(flushing.not()), cat(address.slice(4, 28), literal(4, 0)), nextAddress),
      enables: mux(flushing, carriedEnables, placed),
      data: mux(flushing, carriedData, cat(...bytes.reverse())),
    })
    from.ready.drive(flushing.not().and(leaves.not().or(to.ready)))

    when(from.fire, () => {
      carriedData.next(shiftedData.slice(128, 128))
      carriedEnables.next(left)
      nextAddress.next(mux(first, cat(origin.slice(4, 28), literal(4, 0)), nextAddress).addWrap(16))
      heldShift.next(shift)
      flushing.next(last.and(left.any()))
    }).elseWhen(flushing.and(to.ready), () => {
      flushing.next(0)
      carriedEnables.next(0)
    })

    assert(flushing.not().or(carriedEnables.any()), 'a further line has bytes')
    assert(offerStays(to), 'a line that waits does not change')
  },
)
