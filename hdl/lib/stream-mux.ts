/** One of several streams, chosen from outside. */
import {
  bitsFor,
  assert,
  implies,
  input,
  module,
  output,
  pack,
  past,
  pick,
  type Shape,
  stable,
  stream,
  uint,
  unpack,
} from '#edsl'
import { atLeast } from './arguments.ts'
import { give } from './generic-payload.ts'
import { shapeName } from './shape-name.ts'

/**
 * Hands on the payloads of the stream that `select` names; the others wait.
 *
 * Ports: `from` n streams; `select` the number of one; `to` its payloads. `select` stays while a payload is offered and not
 * taken, which an assertion watches.
 * Timing: payloads pass within the cycle.
 * Reset: there is no state.
 * Rejects: RangeError when `n` is below 2.
 */
export const streamMux = <const S extends Shape>(shape: S, n: number) => {
  atLeast(2, n, `streamMux(): ${n} is no number of streams to choose from`)
  return module(
    `stream_mux_${shapeName(shape)}x${n}`,
    {
      from: Array.from({ length: n }, () => input(stream(shape))),
      select: input(uint(bitsFor(n - 1))),
      to: output(stream(shape)),
    },
    ({ from, select, to }) => {
      to.valid.drive(
        pick(
          from.map(({ valid }) => valid),
          select,
        ),
      )
      const payload = pick(
        from.map((source) => pack(shape, source.payload as never)),
        select,
      )
      give(to.payload, unpack(shape, payload))
      from.forEach(({ ready }, index) => ready.drive(to.ready.and(select.eq(index))))

      assert(implies(past(to.valid.and(to.ready.not())), stable(select)), 'the choice stays while a payload waits')
    },
  )
}

/**
 * Hands payloads to the stream that `select` names. A choice above the last stream keeps the payload waiting.
 *
 * Ports: `from` the payloads; `select` the number of the stream for the one that is offered now, which stays until it is
 * taken, as an assertion watches; `to` n streams.
 * Timing: payloads pass within the cycle.
 * Reset: there is no state.
 * Rejects: RangeError when `n` is below 2.
 */
export const streamDemux = <const S extends Shape>(shape: S, n: number) => {
  atLeast(2, n, `streamDemux(): ${n} is no number of streams to choose from`)
  return module(
    `stream_demux_${shapeName(shape)}x${n}`,
    {
      from: input(stream(shape)),
      select: input(uint(bitsFor(n - 1))),
      to: Array.from({ length: n }, () => output(stream(shape))),
    },
    ({ from, select, to }) => {
      from.ready.drive(
        pick(
          to.map(({ ready }) => ready),
          select,
        ),
      )
      to.forEach(({ payload, valid }, index) => {
        valid.drive(from.valid.and(select.eq(index)))
        give(payload, from.payload)
      })

      assert(implies(past(from.valid.and(from.ready.not())), stable(select)), 'the choice stays while a payload waits')
    },
  )
}
