/** Cuts lines into runs of bytes, and joins those that follow on each other to bursts. */
import {
  bit,
  cat,
  input,
  instance,
  literal,
  module,
  mux,
  output,
  reg,
  stream,
  struct,
  trailingZeros,
  leadingZeros,
  uint,
  type UInt,
  when,
} from '#edsl'
import { blockFifo, fifo } from '#hdl/lib'
import { writeEnd, writtenLine } from './core-lines.ts'
import { runLines } from './line-port.ts'

/** Bytes at consecutive addresses: from lane `first` of a line to lane `last` of the line `lines - 1` behind. */
const writtenRun = (idBits: number) =>
  struct({ end: writeEnd(idBits), address: uint(32), first: uint(4), last: uint(4), lines: uint(5) })

/** Runs, and lines of them, that wait until their packet has left. */
const runsWaiting = 8
const linesWaiting = 4 * runLines

/**
 * Turns lines into runs of at most 16 lines: all lines are full but the first one, which may begin anywhere, and the last one,
 * which may end anywhere. What does not fit into one run becomes several. A run is handed on when it is complete.
 *
 * Ports: `line` in; `run` and `data`, its lines in order. A transaction that writes nothing behind its last run ends with
 * a run of no lines.
 * Timing: a run of a line per cycle; one cycle more for the end of a transaction.
 * Reset: nothing waits.
 * Source: NoC section 7.4.
 */
export const coreRuns = (idBits: number) =>
  module(
    `core_runs_i${idBits}`,
    {
      line: input(stream(writtenLine(idBits))),
      run: output(stream(writtenRun(idBits))),
      data: output(stream(uint(128))),
    },
    ({ line, run, data }) => {
      const runs = instance(fifo(writtenRun(idBits), runsWaiting), 'runs')
      const lines = instance(blockFifo(uint(128), linesWaiting), 'lines')

      // --- the lowest run of the line's bytes that is left
      const rest = reg(uint(16), 0xffff)
      const bytes = line.payload.enables.and(rest)
      const lowest: UInt<16> = bytes.and(bytes.addWrap(bytes.and(literal(16, 0).subWrap(bytes))).not())
      const behind: UInt<16> = bytes.and(lowest.not())
      const isLastRun = behind.any().not()
      const first = trailingZeros(lowest).truncate(4)
      const last = literal(4, 15).subWrap(leadingZeros(lowest).truncate(4))
      const any = lowest.any()

      // --- the run that is open
      const open = reg(writtenRun(idBits))
      const holds = reg(bit, 0)
      const nextAddress = open.address.slice(4, 28).addWrap(open.lines.extend(28))
      const follows = open.lines
        .any()
        .and(open.last.all())
        .and(first.any().not())
        .and(line.payload.address.slice(4, 28).eq(nextAddress))
        .and(open.lines.lt(runLines))
      const closes = holds.and(open.end.valid.or(line.valid.and(any).and(follows.not()))).named('closes')
      runs.from.valid.drive(closes)
      runs.from.payload.drive(open)

      // A line behind the end of a transaction waits until that has gone.
      const takes = line.valid
        .and(holds.and(open.end.valid).not())
        .and(closes.not().or(runs.from.ready))
        .and(any.not().or(lines.from.ready))
        .named('takes')
      line.ready.drive(takes.and(isLastRun))
      lines.from.valid.drive(takes.and(any))
      lines.from.payload.drive(line.payload.data)
      when(takes, () => rest.next(mux(isLastRun, literal(16, 0xffff), behind)))

      const { end } = line.payload
      const ends = { valid: end.valid.and(isLastRun), id: end.id, refused: end.refused }
      when(closes.and(runs.from.ready), () => holds.next(0))
      when(takes.and(any), () => {
        const appends = holds.and(follows)
        holds.next(1)
        open.next({
          end: ends,
          address: mux(appends, open.address, cat(line.payload.address.slice(4, 28), first)),
          first: mux(appends, open.first, first),
          last,
          lines: mux(appends, open.lines, literal(5, 0)).addWrap(1),
        })
      }).elseWhen(takes.and(end.valid), () => {
        // Nothing is left of the transaction: its end belongs to the run that is open, or to one of no lines.
        holds.next(1)
        open.end.next(ends)
        when(holds.not(), () => open.lines.next(0))
      })

      run.valid.drive(runs.to.valid)
      run.payload.drive(runs.to.payload)
      runs.to.ready.drive(run.ready)
      data.valid.drive(lines.to.valid)
      data.payload.drive(lines.to.payload)
      lines.to.ready.drive(data.ready)
    },
  )
