/** Asks the memory for what reads want. */
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
  type UInt,
  uint,
  when,
  wire,
} from '#edsl'
import { lineRequest, runLines } from '#hdl/bridge'
import { flowFifo } from '#hdl/lib'
import { memoryJob } from './memory-records.ts'

/** Reads that wait until the memory has been asked for those before them. Source: TCU interface 2.0.1, section 7.5. */
const readsWaiting = 8

export interface LoaderOptions {
  /** Lines that the memory is asked for at once: 1, or up to 16 of 256 aligned bytes. */
  readonly lines: 1 | typeof runLines
  /** Lines that there is room for until they are sent: what is asked for and not sent yet. */
  readonly room: number
}

/**
 * Asks for the lines of one read after the other, as far as there is room for them, and hands the reads on as they are begun.
 *
 * Ports: `job` reads; `begun` the same, in their order, when the memory is asked for the first line; `line` the requests;
 * `sent` a line has left, its room is free; `loading` not all lines of the reads that came have been asked for.
 * Timing: a request per cycle, also from one read to the next. A read that comes while nothing waits is asked for in the next
 * cycle.
 * Reset: no reads.
 * Source: NoC section 7.2 (order, at least four requests in service).
 */
export const memoryLoader = ({ lines: perRequest, room: linesOfRoom }: LoaderOptions) =>
  module(
    `memory_loader_${perRequest}_of_${linesOfRoom}`,
    {
      job: input(stream(memoryJob)),
      begun: output(stream(memoryJob)),
      line: output(stream(lineRequest)),
      sent: input(bit),
      loading: output(bit),
    },
    ({ job, begun, line, sent, loading }) => {
      const jobs = instance(flowFifo(memoryJob, readsWaiting), 'jobs')
      jobs.from.valid.drive(job.valid)
      jobs.from.payload.drive(job.payload)
      job.ready.drive(jobs.from.ready)
      const next = jobs.to.payload

      const address = reg(uint(28))
      const left = reg(uint(29), 0)
      const room = reg(uint(8), linesOfRoom)

      const amount = ((): UInt<8> => {
        if (perRequest === 1) return literal(8, 1)
        const inBlock = literal(8, runLines).subWrap(address.truncate(4).extend(8))
        return mux(left.lt(inBlock.extend(29)), left.truncate(8), inBlock)
      })()
      line.valid.drive(left.any().and(room.ge(amount)))
      line.payload.drive({
        store: 0,
        last: 0,
        address: cat(address, literal(4, 0)),
        lines: amount.truncate(5),
        enables: 0,
        data: 0,
      })
      room.next(room.subWrap(mux(line.fire, amount, literal(8, 0))).addWrap(sent.extend(8)))

      const isEnd = left.eq(amount.extend(29)).and(line.fire)
      const free = left.any().not().or(isEnd).named('free')
      when(line.fire, () => {
        address.next(address.addWrap(amount.extend(28)))
        left.next(left.subWrap(amount.extend(29)))
      })
      const taken = wire(bit)
      begun.valid.drive(jobs.to.valid.and(free))
      begun.payload.drive(next)
      taken.drive(begun.fire)
      jobs.to.ready.drive(begun.ready.and(free))
      when(taken.and(next.kind.is('memory')), () => {
        address.next(next.address.slice(4, 28))
        left.next(next.size.add(next.address.truncate(4).extend(32)).addWrap(15).slice(4, 29))
      })
      loading.drive(jobs.to.valid.or(left.any()))
    },
  )
