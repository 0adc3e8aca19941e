/** Acknowledges writes. */
import { bit, input, instance, literal, module, mux, output, pack, stream, uint } from '#edsl'
import { storedRun } from '#hdl/bridge'
import { fifo } from '#hdl/lib'

import { errorCodes, flitBits, headFlit, nocId, writeAcknowledgement } from '#layout'
import { pendingWrite } from './memory-records.ts'

/** Writes that may wait for their end: four bursts of an AXI4 memory, and some on their way to it. */
const writesPending = 8

/**
 * Acknowledges one write after the other, with the bytes that are stored and the error if there is one: nothing where the
 * memory refused it, what came before the sender's abort.
 *
 * Ports: `write` in the order of their coming; `stored` runs that have ended, in that order, one for each write that is not
 * refused; `flit` the acknowledgements, of mode `mode`; `own` the ids of this tile.
 * Timing: an acknowledgement per cycle, the first one in the cycle after its write was stored.
 * Reset: nothing is pending.
 * Source: TCU interface 2.0.1, section 7.7 and DEV-18; NoC sections 7.2 and 7.4 (`ackBypassWrites`), NDEV-9.
 */
export const memoryAcknowledger = (mode: number) =>
  module(
    `memory_acknowledger_${mode}`,
    {
      own: input(nocId),
      write: input(stream(pendingWrite)),
      stored: input(storedRun),
      flit: output(stream(uint(flitBits))),
    },
    ({ own, write, stored, flit }) => {
      const writes = instance(fifo(pendingWrite, writesPending), 'writes')
      // A run ends after its write was taken: there is room for every result.
      const results = instance(fifo(bit, writesPending), 'results')
      writes.from.valid.drive(write.valid)
      writes.from.payload.drive(write.payload)
      write.ready.drive(writes.from.ready)
      results.from.valid.drive(stored.valid)
      results.from.payload.drive(stored.error)

      const { refused, aborted, source, address, bytes } = writes.to.payload
      const fails = refused.or(results.to.payload)
      const error = mux(
        fails,
        literal(5, errorCodes.TIMEOUT_MEM),
        mux(aborted, literal(5, errorCodes.ABORT), literal(5, errorCodes.NONE)),
      )
      flit.valid.drive(writes.to.valid.and(refused.or(results.to.valid)))
      flit.payload.drive(
        pack(headFlit, {
          burst: 0,
          arq: 0,
          bsel: 0xff,
          sourceMod: own.mod,
          sourceChip: own.chip,
          targetMod: source.mod,
          targetChip: source.chip,
          mode,
          address,
          data0: pack(writeAcknowledgement, {
            unused: 0,
            error,
            isWrite: 1,
            bytes: mux(fails, literal(32, 0), bytes.extend(32)),
          }),
        }),
      )
      writes.to.ready.drive(flit.fire)
      results.to.ready.drive(flit.fire.and(refused.not()))
    },
  )
