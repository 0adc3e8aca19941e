/** Counts the packets of a write whose acknowledgements are due. */
import { bit, bitsFor, input, literal, module, mux, output, reg, uint, when } from '#edsl'

/**
 * Waits until all packets of a transaction are acknowledged, or none is for `timeoutCycles` cycles (0: for ever).
 *
 * Ports: `sent` a packet has begun; `acknowledged` one is stored, `refused` it is not; `waiting` the transaction is complete;
 * `over` its end, in a cycle with `waiting`, `failed` whether not all of it is stored; `unasked` an acknowledgement that
 * belongs to nothing.
 * Timing: `over` answers in the same cycle; counting starts anew behind it.
 * Reset: nothing is due.
 * Source: NoC section 7.4 (`ackBypassWrites`); TCU section 7.9.
 */
export const storedPackets = (timeoutCycles: number) =>
  module(
    `stored_packets_timeout_${timeoutCycles}`,
    {
      sent: input(bit),
      acknowledged: input(bit),
      refused: input(bit),
      waiting: input(bit),
      over: output(bit),
      failed: output(bit),
      unasked: output(bit),
    },
    ({ sent, acknowledged, refused, waiting, over, failed, unasked }) => {
      const due = reg(uint(13), 0)
      const bad = reg(bit, 0)
      const late = ((): ReturnType<typeof due.any> => {
        if (timeoutCycles === 0) return literal(1, 0)
        const waited = reg(uint(bitsFor(timeoutCycles)), 0)
        const runsOut = waited.eq(timeoutCycles)
        waited.next(mux(sent.or(acknowledged).or(waiting.not()), literal(bitsFor(timeoutCycles), 0), waited.addWrap(1)))
        return runsOut
      })()
      const counts = acknowledged.and(due.any())
      const ends = waiting.and(due.any().not().or(late))
      over.drive(ends)
      failed.drive(bad.or(due.any()))
      unasked.drive(acknowledged.and(due.any().not()))
      when(sent.and(counts.not()), () => due.next(due.addWrap(1)))
      when(counts.and(sent.not()), () => due.next(due.subWrap(1)))
      when(counts.and(refused), () => bad.next(1))
      when(ends, () => {
        due.next(0)
        bad.next(0)
      })
    },
  )
