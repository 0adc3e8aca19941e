/** Answers remote reads: one after the other, in the order in which they came. */
import { bit, input, instance, literal, module, mux, output, pack, stream, uint, when, wire } from '#edsl'
import { fifo, packetMerge } from '#hdl/lib'
import { errorCodes, flitBits, headFlit, modes, nocId } from '#layout'
import { insideMemory } from './command-checks.ts'
import { memoryRequest, readJob, rangeName, type TcuParameters } from './interfaces.ts'
import { packetSender } from './packet-sender.ts'

/** Requests that wait while one is answered. Section 7.5. */
const queueDepth = 8

/**
 * Sends the data of one READ_REQ after the other; registers come with their value, a range outside of memory is answered
 * with ERROR(TIMEOUT_MEM) at once.
 *
 * Ports: `read` in, it stalls when the queue is full (NDEV-18); `flit` out; `load`, `granted`, `loaded` of the memory port;
 * `loading` high while a request in the queue, or in service, has not read all of its bytes.
 * Source: TCU interface 2.0.1, section 7.5; NoC section 7.2.
 */
export const responder = (parameters: Pick<TcuParameters, 'memoryBase' | 'memoryBytes'>) =>
  module(
    `responder_${rangeName(parameters)}`,
    {
      own: input(nocId),
      read: input(stream(readJob)),
      flit: output(stream(uint(flitBits))),
      load: output(memoryRequest),
      granted: input(bit),
      loaded: input(uint(128)),
      loading: output(bit),
    },
    (ports) => {
      const queue = instance(fifo(readJob, queueDepth))
      queue.from.payload.drive(ports.read.payload)
      queue.from.valid.drive(ports.read.valid)
      ports.read.ready.drive(queue.from.ready)

      const sender = instance(packetSender)
      sender.own.drive(ports.own)
      ports.load.drive(sender.load)
      sender.granted.drive(ports.granted)
      sender.loaded.drive(ports.loaded)

      const merge = instance(packetMerge(2))
      merge.from[0]!.payload.drive(sender.flit.payload)
      merge.from[0]!.valid.drive(sender.flit.valid)
      sender.flit.ready.drive(merge.from[0]!.ready)
      ports.flit.payload.drive(merge.to.payload)
      ports.flit.valid.drive(merge.to.valid)
      merge.to.ready.drive(ports.flit.ready)

      const next = queue.to.payload
      const inMemory = insideMemory(parameters, next.address, next.size.extend(64))
      const fromMemory = next.register.not().and(inMemory)
      // A short answer waits until the data before it are on their way, so that the order stays.
      const short = queue.to.valid.and(fromMemory.not()).and(sender.busy.not())
      const direct = merge.from[1]!
      direct.valid.drive(short)
      direct.payload.drive(
        pack(headFlit, {
          burst: 0,
          arq: 0,
          bsel: 0xff,
          sourceMod: ports.own.mod,
          sourceChip: ports.own.chip,
          targetMod: next.source.mod,
          targetChip: next.source.chip,
          mode: mux(next.register, literal(4, modes.READ_RSP), literal(4, modes.ERROR)),
          address: next.returnAddress,
          data0: mux(next.register, next.value, literal(64, errorCodes.TIMEOUT_MEM)),
        }),
      )
      sender.job.valid.drive(queue.to.valid.and(fromMemory))
      sender.job.payload.drive({
        mode: modes.READ_RSP,
        target: next.source,
        remote: next.returnAddress,
        local: next.address,
        size: next.size,
        message: 0,
        header01: 0,
        header23: 0,
      })
      const taken = wire(bit, 0)
      queue.to.ready.drive(taken)
      when(fromMemory, () => taken.drive(sender.job.ready)).otherwise(() =>
        taken.drive(direct.ready.and(sender.busy.not())),
      )
      ports.loading.drive(queue.to.valid.or(sender.loading))
    },
  )
