/** Answers remote reads: one after the other, in the order in which they came. */
import { bit, connect, input, instance, literal, module, mux, output, stream, uint } from '#edsl'
import { flowFifo } from '#hdl/lib'
import { errorCodes, flitBits, modes, nocId } from '#layout'
import { memoryRequest, readJob } from './interfaces.ts'
import { packetSender } from './packet-sender.ts'

/** Requests that wait while one is answered. Section 7.5. */
const queueDepth = 8

/**
 * Sends the data of one READ_REQ after the other; registers come with their value, a range outside of memory is answered with
 * ERROR(TIMEOUT_MEM).
 *
 * Ports: `read` in, it stalls when the queue is full (NDEV-18); `flit` out; `load`, `granted`, `loaded` of the memory port;
 * `loading` high while a request in the queue, or in service, has not read all of its bytes.
 * `restart`, high for as many cycles as the queue has places, empties it.
 * Timing: the head of an answer leaves in the cycle after its request came, when nothing is before it.
 * Source: TCU interface 2.0.1, section 7.5; NoC section 7.2.
 */
export const responder = module(
  'responder',
  {
    own: input(nocId),
    read: input(stream(readJob)),
    flit: output(stream(uint(flitBits))),
    load: output(memoryRequest),
    granted: input(bit),
    loaded: input(uint(128)),
    loading: output(bit),
    restart: input(bit),
  },
  (ports) => {
    const queue = instance(flowFifo(readJob, queueDepth))
    connect(queue.from, ports.read)

    const sender = instance(packetSender)
    sender.own.drive(ports.own)
    sender.stop.drive(0)
    sender.restart.drive(ports.restart)
    ports.load.drive(sender.load)
    sender.granted.drive(ports.granted)
    sender.loaded.drive(ports.loaded)
    connect(ports.flit, sender.flit)

    const next = queue.to.payload
    const short = next.register.or(next.refused)
    sender.job.valid.drive(queue.to.valid)
    queue.to.ready.drive(sender.job.ready.or(ports.restart))
    sender.job.payload.drive({
      mode: mux(next.refused, literal(4, modes.ERROR), literal(4, modes.READ_RSP)),
      target: next.source,
      remote: next.returnAddress,
      local: next.address,
      size: next.size,
      message: 0,
      immediate: short,
      header01: mux(next.refused, literal(64, errorCodes.TIMEOUT_MEM), next.value).extend(128),
      header23: 0,
    })
    ports.loading.drive(queue.to.valid.or(sender.loading))
  },
)
