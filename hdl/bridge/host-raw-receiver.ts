/** Raw flits from the host: which bytes belong together. */
import { bit, input, literal, module, mux, output, reg, stream, uint, when } from '#edsl'
import { framed } from '#hdl/lib'
import { flitBytes } from '#layout'

/**
 * Takes flits of 18 bytes. A datagram whose length is not a multiple of that leaves nothing behind; without datagrams, that
 * goes for a flit that has not come to its end when the line fell silent.
 *
 * Ports: `from` bytes, always taken, of datagrams that end with `last`, which is not looked at without datagrams; `expire`
 * 1 when the line was silent for too long; `write`, `byte`, `commit`, `abandon`, `full` of a `frameStore`; `open` 1 inside
 * of a flit; `good`, `wrongLength` 1 for a cycle per datagram, or flit, that was kept or dropped.
 * Timing: a byte per cycle.
 * Reset: a flit begins.
 * Source: NoC sections 8.2 and 8.3.
 */
export const rawReceiver = (ends: 'datagrams' | 'never') =>
  module(
    `raw_receiver_${ends}`,
    {
      from: input(stream(framed(uint(8)))),
      expire: input(bit),
      write: output(bit),
      byte: output(uint(8)),
      commit: output(bit),
      abandon: output(bit),
      full: input(bit),
      open: output(bit),
      good: output(bit),
      wrongLength: output(bit),
    },
    ({ from, expire, write, byte, commit, abandon, full, open, good, wrongLength }) => {
      const place = reg(uint(5), 0)
      const overflow = reg(bit, 0)
      const begun = reg(bit, 0)
      // The verdict comes a cycle after the last byte, when the store has it; bytes of the next one wait a cycle.
      const keep = reg(bit, 0)
      const drop = reg(bit, 0)
      const isLast = place.eq(flitBytes - 1)
      const ends1 = ends === 'datagrams' ? from.payload.last : isLast
      const fault = overflow.or(full).or(isLast.not())
      const ready = keep.or(drop).not()

      from.ready.drive(ready)
      write.drive(from.fire.and(full.not()).and(overflow.not()))
      byte.drive(from.payload.data)
      commit.drive(keep)
      abandon.drive(drop)
      open.drive(begun)
      good.drive(keep)
      wrongLength.drive(drop)
      keep.next(from.fire.and(ends1).and(fault.not()))
      drop.next(from.fire.and(ends1).and(fault))
      when(from.fire, () => {
        begun.next(ends1.not())
        place.next(mux(isLast.or(ends1), literal(5, 0), place.addWrap(1)))
        overflow.next(ends1.not().and(overflow.or(full)))
      }).elseWhen(expire.and(begun), () => {
        drop.next(1)
        begun.next(0)
        place.next(0)
        overflow.next(0)
      })
    },
  )
