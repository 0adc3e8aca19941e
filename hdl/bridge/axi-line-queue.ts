/** Keeps the order of one stream of requests to a memory behind AXI4. */
import {
  assert,
  bit,
  input,
  instance,
  literal,
  module,
  mux,
  output,
  reg,
  stream,
  struct,
  uint,
  type UInt,
  when,
} from '#edsl'
import { blockFifo, fifo } from '#hdl/lib'
import { lineRequest, runLines, storedRun } from './line-port.ts'
import { pageTable } from './page-table.ts'

/** Bursts of each kind that may be under way, and lines that wait for theirs. */
const burstsUnderWay = 4
const linesBuffered = burstsUnderWay * runLines

/** A burst: `lines` lines from `address` on. */
const lineBurst = struct({ address: uint(32), lines: uint(5) })

/** Bytes to be stored. */
const storedBytes = struct({ enables: uint(16), data: uint(128) })

const pageOf = (address: UInt<32>): UInt<20> => address.slice(12, 20)

/**
 * Turns one stream of line requests into bursts. Stored lines are gathered up to the end of their run, or of 256 aligned bytes,
 * so that a burst, once begun, waits for nobody. Reads and writes of other pages pass each other; those of the same page of
 * 4 KiB wait for each other, so each load sees all stores before it and none behind it.
 *
 * Ports: `ask` in; `read`, `write` the bursts, `data` the lines of the writes in their order; `readEnded` 1 with the last word
 * of a read; `answered` that of a write; `stored` a run has ended.
 * Timing: a line per cycle; 4 reads and 4 writes under way.
 * Reset: nothing is under way.
 * Source: NoC section 7.2; NDEV-10, NDEV-11.
 */
export const axiLineQueue = module(
  'axi_line_queue',
  {
    ask: input(stream(lineRequest)),
    read: output(stream(lineBurst)),
    write: output(stream(lineBurst)),
    data: output(stream(storedBytes)),
    readEnded: input(bit),
    answered: input(storedRun),
    stored: output(storedRun),
  },
  ({ ask, read, write, data, readEnded, answered, stored }) => {
    const { store, last, address, lines, enables, data: bytes } = ask.payload
    const gathered = instance(blockFifo(storedBytes, linesBuffered), 'gathered')
    const bursts = instance(fifo(lineBurst, burstsUnderWay), 'bursts')
    const ends = instance(fifo(bit, burstsUnderWay), 'ends')

    // --- stores: gathered to bursts
    const begun = reg(uint(32))
    const open = reg(uint(4), 0)
    const closes = last.or(address.slice(4, 4).all())
    const takesStore = ask.valid.and(store).and(ask.ready)
    const closing = takesStore.and(closes)
    const first = mux(open.any(), begun, address)
    gathered.from.valid.drive(takesStore)
    gathered.from.payload.drive({ enables, data: bytes })
    when(takesStore, () => {
      begun.next(first)
      open.next(mux(closes, literal(4, 0), open.addWrap(1)))
    })
    bursts.from.valid.drive(closing)
    bursts.from.payload.drive({ address: first, lines: open.extend(5).addWrap(1) })
    ends.from.valid.drive(closing)
    ends.from.payload.drive(last)

    // --- who waits for whom
    const reads = pageTable('reads', burstsUnderWay, read.fire, pageOf(address), readEnded)
    const writes = pageTable('writes', burstsUnderWay, closing, pageOf(first), answered.valid)

    const mayRead = reads.full.not().and(writes.holds(pageOf(address)).not())
    read.valid.drive(ask.valid.and(store.not()).and(mayRead))
    read.payload.drive({ address, lines })
    ask.ready.drive(mux(store, gathered.from.ready.and(writes.full.not()), mayRead.and(read.ready)))

    const burst = bursts.to.payload
    const mayWrite = reads.holds(pageOf(burst.address)).not()
    write.valid.drive(bursts.to.valid.and(mayWrite))
    write.payload.drive(burst)
    bursts.to.ready.drive(write.ready.and(mayWrite))
    data.valid.drive(gathered.to.valid)
    data.payload.drive(gathered.to.payload)
    gathered.to.ready.drive(data.ready)

    // --- a run has ended when its last burst was answered; one refused burst refuses it
    const failed = reg(bit, 0)
    const endsRun = ends.to.payload
    ends.to.ready.drive(answered.valid)
    stored.drive({ valid: answered.valid.and(endsRun), error: failed.or(answered.error) })
    when(answered.valid, () => failed.next(failed.or(answered.error).and(endsRun.not())))

    assert(closing.not().or(bursts.from.ready.and(ends.from.ready)), 'there is room for a burst that may close')
    assert(answered.valid.not().or(ends.to.valid), 'only bursts under way are answered')
  },
)
