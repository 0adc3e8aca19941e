/** A memory behind AXI4 for streams of line requests. */
import {
  bit,
  type Bit,
  cat,
  connect,
  input,
  instance,
  literal,
  module,
  mux,
  output,
  pick,
  reg,
  stream,
  struct,
  uint,
  type UInt,
  wire,
  when,
} from '#edsl'
import { axi } from '#hdl/bus'
import { fifo, streamArbiter } from '#hdl/lib'
import { axiLineQueue } from './axi-line-queue.ts'
import { lineRequest, loadedLine, storedRun } from './line-port.ts'

export interface AxiLinesOptions {
  /** Bits of a word of the bus. */
  readonly dataBits: 64 | 128
  /** Streams of requests, 1 or 2; stream i has the id i. */
  readonly streams: 1 | 2
}

const writesUnderWay = 4
const idBits = 1

/**
 * A manager of AXI4 that serves `streams` independent streams of line requests: stream i uses id i, so none waits for the
 * answers of another one.
 *
 * Ports: `ask` the requests; `loaded`, `stored` what becomes of them; `bus`. SLVERR and DECERR are `error`.
 * Timing: a word per cycle in each direction while the subordinate takes and gives one. Bursts of 16 lines at most, which never
 * cross 256 aligned bytes; per stream 4 reads and 4 writes under way. Answers are taken at once.
 * Bursts: incrementing, of whole words; strobes as enabled.
 * Reset: nothing is under way.
 * Source: NoC section 7.2; AMBA AXI and ACE Protocol Specification, IHI 0022E, section A3.
 */
export const axiLines = ({ dataBits, streams }: AxiLinesOptions) => {
  const busBits: number = dataBits
  return module(
    `axi_lines_${streams}_d${dataBits}`,
    {
      ask: Array.from({ length: streams }, () => input(stream(lineRequest))),
      loaded: Array.from({ length: streams }, () => output(loadedLine)),
      stored: Array.from({ length: streams }, () => output(storedRun)),
      bus: axi({ addressBits: 32, dataBits: busBits, idBits }),
    },
    ({ ask, loaded, stored, bus }) => {
      const wordsPerLine = 128 / dataBits
      const words = (lines: UInt<5>): UInt<8> => lines.extend(8).shiftLeft(Math.log2(wordsPerLine)).subWrap(1)
      const queues = ask.map((from, index) => {
        const queue = instance(axiLineQueue, `queue_${index}`)
        connect(queue.ask, from)
        stored[index]!.drive(queue.stored)
        return queue
      })
      const ofStream = (id: UInt, index: number): Bit => id.eq(index)
      const tagged = struct({ id: uint(idBits), address: uint(32), lines: uint(5) })

      // --- reads
      const reads = instance(streamArbiter(tagged, streams, 'round-robin'), 'reads')
      queues.forEach(({ read }, index) => {
        reads.from[index]!.valid.drive(read.valid)
        reads.from[index]!.payload.drive({ id: index, ...read.payload })
        read.ready.drive(reads.from[index]!.ready)
      })
      bus.arvalid.drive(reads.to.valid)
      bus.arid.drive(reads.to.payload.id)
      bus.araddr.drive(reads.to.payload.address)
      bus.arlen.drive(words(reads.to.payload.lines))
      bus.arsize.drive(Math.log2(dataBits / 8))
      bus.arburst.drive('increment')
      reads.to.ready.drive(bus.arready)

      bus.rready.drive(1)
      const readError = bus.rresp.isIn('slaveError', 'decodeError')
      queues.forEach((queue, index) => {
        const mine = bus.rvalid.and(ofStream(bus.rid, index)).named(`word_${index}`)
        queue.readEnded.drive(mine.and(bus.rlast))
        if (dataBits === 128) {
          loaded[index]!.drive({ valid: mine, error: readError, data: bus.rdata.truncate(128) })
          return
        }
        const upper = reg(bit, 0, `upper_${index}`)
        const lower = reg(uint(64), undefined, `lower_${index}`)
        const failed = reg(bit, undefined, `failed_${index}`)
        when(mine, () => {
          upper.next(upper.not())
          lower.next(bus.rdata.truncate(64))
          failed.next(readError)
        })
        loaded[index]!.drive({
          valid: mine.and(upper),
          error: failed.or(readError),
          data: cat(bus.rdata.truncate(64), lower),
        })
      })

      // --- writes: their data follow in the order of the addresses
      const writes = instance(streamArbiter(tagged, streams, 'round-robin'), 'writes')
      const order = instance(fifo(struct({ id: uint(idBits), lines: uint(5) }), writesUnderWay), 'order')
      queues.forEach(({ write }, index) => {
        writes.from[index]!.valid.drive(write.valid)
        writes.from[index]!.payload.drive({ id: index, ...write.payload })
        write.ready.drive(writes.from[index]!.ready)
      })
      bus.awvalid.drive(writes.to.valid.and(order.from.ready))
      bus.awid.drive(writes.to.payload.id)
      bus.awaddr.drive(writes.to.payload.address)
      bus.awlen.drive(words(writes.to.payload.lines))
      bus.awsize.drive(Math.log2(dataBits / 8))
      bus.awburst.drive('increment')
      writes.to.ready.drive(bus.awready.and(order.from.ready))
      order.from.valid.drive(writes.to.fire)
      order.from.payload.drive({ id: writes.to.payload.id, lines: writes.to.payload.lines })

      const current = order.to.payload
      const sent = reg(uint(5), 0)
      const line = pick(
        queues.map(({ data }) => data.payload),
        current.id,
      )
      const present = order.to.valid.and(
        queues.map(({ data }, index) => data.valid.and(ofStream(current.id, index))).reduce((all, one) => all.or(one)),
      )
      const lineLeaves = wire(bit)
      const lastLine = sent.addWrap(1).eq(current.lines)
      bus.wvalid.drive(present)
      if (dataBits === 128) {
        bus.wdata.drive(line.data)
        bus.wstrb.drive(line.enables)
        bus.wlast.drive(lastLine)
        lineLeaves.drive(present.and(bus.wready))
      } else {
        const upper = reg(bit, 0, 'upper_word')
        bus.wdata.drive(mux(upper, line.data.slice(64, 64), line.data.slice(0, 64)))
        bus.wstrb.drive(mux(upper, line.enables.slice(8, 8), line.enables.slice(0, 8)))
        bus.wlast.drive(lastLine.and(upper))
        when(present.and(bus.wready), () => upper.next(upper.not()))
        lineLeaves.drive(present.and(bus.wready).and(upper))
      }
      queues.forEach(({ data }, index) => data.ready.drive(lineLeaves.and(ofStream(current.id, index))))
      order.to.ready.drive(lineLeaves.and(lastLine))
      when(lineLeaves, () => sent.next(mux(lastLine, literal(5, 0), sent.addWrap(1))))

      bus.bready.drive(1)
      const writeError = bus.bresp.isIn('slaveError', 'decodeError')
      queues.forEach((queue, index) =>
        queue.answered.drive({ valid: bus.bvalid.and(ofStream(bus.bid, index)), error: writeError }),
      )
    },
  )
}
