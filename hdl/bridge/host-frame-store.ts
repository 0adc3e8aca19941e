/** Bytes of a frame, until it is known whether the frame is good. */
import { assert, bit, bitsFor, input, memory, module, mux, output, reg, stream, uint, when } from '#edsl'
import { slotAfter } from './host-byte-memory.ts'

/**
 * A queue of bytes that are handed on when they are committed, and gone when they are abandoned.
 *
 * Ports: `write` takes `byte` unless `full`; `commit` and `abandon` are for all bytes before, never together with `write`;
 * `to` committed bytes in order; `empty` 1 when there are no committed bytes.
 * Timing: a byte leaves in the second cycle after its commit, or later; one per cycle.
 * Reset: empty.
 * Source: NoC section 8.3: a frame with a wrong CRC leaves nothing behind.
 */
export const frameStore = (bytes: number) =>
  module(
    `frame_store_${bytes}`,
    {
      write: input(bit),
      byte: input(uint(8)),
      commit: input(bit),
      abandon: input(bit),
      full: output(bit),
      empty: output(bit),
      to: output(stream(uint(8))),
    },
    ({ write, byte, commit, abandon, full, empty, to }) => {
      const words = memory(uint(8), bytes, { read: 'next', during: 'never', style: 'block' })
      const front = reg(uint(bitsFor(bytes - 1)), 0)
      const back = reg(uint(bitsFor(bytes - 1)), 0)
      /** Where the bytes begin that are not committed. */
      const open = reg(uint(bitsFor(bytes - 1)), 0)
      const pending = reg(uint(bitsFor(bytes)), 0)
      const committed = reg(uint(bitsFor(bytes)), 0)
      const shown = reg(bit, 0)

      const isFull = pending.addWrap(committed).ge(bytes).named('is_full')
      const takes = write.and(isFull.not()).named('takes')
      const remaining = mux(to.fire, committed.subWrap(1), committed).named('remaining')
      const nextFront = mux(to.fire, slotAfter(front, bytes), front).named('next_front')
      const more = remaining.any().named('more')
      // Always 1 where `more` is, as in `blockFifo`.
      const apart = nextFront.ne(back).or(isFull).named('apart')
      to.payload.drive(words.read(nextFront, { enable: more.and(apart) }))
      to.valid.drive(shown)
      full.drive(isFull)
      empty.drive(committed.eq(0))

      front.next(nextFront)
      shown.next(more)
      committed.next(remaining)
      when(takes, () => {
        words.write(back, byte)
        back.next(slotAfter(back, bytes))
        pending.next(pending.addWrap(1))
      })
      when(commit, () => {
        committed.next(remaining.addWrap(pending))
        pending.next(0)
        open.next(back)
      }).elseWhen(abandon, () => {
        pending.next(0)
        back.next(open)
      })

      assert(write.and(commit.or(abandon)).not(), 'a byte comes before or after the verdict')
      assert(more.not().or(apart), 'reads where nothing is written')
    },
  )
