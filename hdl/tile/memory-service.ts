/** Serves one kind of traffic to a memory tile. */
import { allow, connect, input, instance, mux, module, output, stream, uint } from '#edsl'
import { lineRequest, loadedLine, storedRun } from '#hdl/bridge'
import { blockFifo, fifo, packetMerge } from '#hdl/lib'
import { dropEvent, registerAccess } from '#hdl/tcu'
import { flitBits, modes, nocId } from '#layout'
import { memoryAcknowledger } from './memory-acknowledger.ts'
import { answeredLine, memoryAnswers } from './memory-answers.ts'
import { type LoaderOptions, memoryLoader } from './memory-loader.ts'
import { memoryJob, type MemoryRange, type MemoryTraffic } from './memory-records.ts'
import { memoryRequests, rangeName } from './memory-requests.ts'

/** Reads that the memory has been asked for and that have not been answered. Source: NoC section 7.2. */
const readsInService = 6
/** Longer queues of lines are in block RAM. */
const longestFifo = 16

export interface MemoryServiceOptions extends MemoryRange {
  readonly traffic: MemoryTraffic
  /** Writes of bypass traffic are acknowledged with mode 0xD (`ackBypassWrites`); those of commands always are. */
  readonly acknowledged: boolean
  readonly loads: LoaderOptions
}

/**
 * Reads and writes a memory for the packets of a pair of message classes, one request after the other as if there were no
 * others: a read sees all writes before it.
 *
 * Ports: `requestIn` the requests, `responseOut` the answers; `ask`, `loaded`, `stored` the memory; `register` accesses;
 * `dropped`; `own` ids. Room for the lines of a load is there before it is asked for, so the memory never waits.
 * Timing: a flit per cycle. 8 reads wait and 6 are in service; then requests wait, and with them their class (NDEV-18).
 * Reset: nothing is under way.
 * Source: NoC section 7.2; NDEV-8 to NDEV-11, NDEV-18.
 */
export const memoryService = (options: MemoryServiceOptions) =>
  module(
    `memory_service_${options.traffic}${options.acknowledged ? '' : '_posted'}_${options.loads.lines}_${rangeName(options)}`,
    {
      own: input(nocId),
      requestIn: input(stream(uint(flitBits))),
      responseOut: output(stream(uint(flitBits))),
      register: output(stream(registerAccess)),
      registerData: input(uint(64)),
      ask: output(stream(lineRequest)),
      loaded: input(loadedLine),
      stored: input(storedRun),
      dropped: output(dropEvent),
    },
    ({ own, requestIn, responseOut, register, registerData, ask, loaded, stored, dropped }) => {
      const requests = instance(memoryRequests(options), 'requests')
      const loader = instance(memoryLoader(options.loads), 'loader')
      const answers = instance(memoryAnswers(options.traffic), 'answers')
      const begun = instance(fifo(memoryJob, readsInService), 'begun')
      const { room } = options.loads
      const lines = instance(room > longestFifo ? blockFifo(answeredLine, room) : fifo(answeredLine, room), 'lines')

      connect(requests.flit, requestIn)
      connect(register, requests.register)
      requests.registerData.drive(registerData)
      requests.loading.drive(loader.loading)
      dropped.drive(requests.dropped)

      connect(loader.job, requests.job)
      connect(begun.from, loader.begun)
      connect(answers.begun, begun.to)
      answers.own.drive(own)
      lines.from.valid.drive(loaded.valid)
      lines.from.payload.drive({ error: loaded.error, data: loaded.data })
      connect(answers.line, lines.to)
      loader.sent.drive(lines.to.fire)

      // Whenever a line is to be stored and one to be loaded, the store came first: it waits for loads before it.
      ask.valid.drive(requests.line.valid.or(loader.line.valid))
      ask.payload.drive(mux(requests.line.valid, requests.line.payload, loader.line.payload))
      requests.line.ready.drive(ask.ready)
      loader.line.ready.drive(ask.ready.and(requests.line.valid.not()))

      if (!options.acknowledged) {
        allow('HDL-0305', 'nobody is told what became of a write', stored)
        requests.write.ready.drive(1)
        connect(responseOut, answers.flit)
        return
      }
      const mode = options.traffic === 'commands' ? modes.TCU_ACK : modes.WRITE_ACK_2
      const acknowledger = instance(memoryAcknowledger(mode), 'acknowledger')
      const merge = instance(packetMerge(2), 'merge')
      acknowledger.own.drive(own)
      acknowledger.stored.drive(stored)
      connect(acknowledger.write, requests.write)
      connect(merge.from[0]!, acknowledger.flit)
      connect(merge.from[1]!, answers.flit)
      connect(responseOut, merge.to)
    },
  )
