/** Queues that a payload passes at once when nobody is before it. */
import { assert, input, instance, module, mux, output, pack, type Shape, stream, unpack } from '#edsl'
import { atLeast } from './arguments.ts'
import { fifo } from './fifo.ts'
import { give } from './generic-payload.ts'
import { shapeName } from './shape-name.ts'

/**
 * Hands payloads on in the order in which they came, holding up to `depth` of them, those that are not taken at once.
 *
 * Ports: `from` the payloads that come; `to` the payloads that leave.
 * Timing: a payload passes within the cycle when the queue is empty, else it leaves in a cycle after it came. One payload per
 * cycle, every second cycle with depth 1 while the queue is not empty. Paths lead from `from` to `to.valid` and
 * `to.payload`; none leads from `to.ready` to `from.ready`.
 * Reset: empty; the words are not reset.
 * Rejects: RangeError when `depth` is below 1.
 */
export const flowFifo = <const S extends Shape>(shape: S, depth: number) => {
  atLeast(1, depth, `flowFifo(): a depth of ${depth} holds no payload`)
  return module(
    `flow_fifo_${shapeName(shape)}x${depth}`,
    { from: input(stream(shape)), to: output(stream(shape)) },
    ({ from, to }) => {
      const store = instance(fifo(shape, depth))
      const waiting = store.to.valid

      to.valid.drive(waiting.or(from.valid))
      give(
        to.payload,
        unpack(shape, mux(waiting, pack(shape, store.to.payload as never), pack(shape, from.payload as never))),
      )
      store.to.ready.drive(to.ready)

      from.ready.drive(store.from.ready)
      store.from.valid.drive(from.valid.and(waiting.or(to.ready.not())))
      give(store.from.payload, from.payload)

      // Past the others goes nobody: what comes while some wait is stored.
      assert(waiting.not().or(from.fire.eq(store.from.fire)), 'nothing overtakes what waits')
    },
  )
}
