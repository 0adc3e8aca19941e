/** Packets: payloads of which one is marked as the last. */
import { bitsFor, bit, input, module, output, reg, type Shape, stream, struct, uint, when } from '#edsl'
import { atLeast } from './arguments.ts'
import { assertAtMost } from './at-most.ts'
import { give } from './generic-payload.ts'
import { shapeName } from './shape-name.ts'

/** A payload of a packet: `last` is 1 in the last one. */
export const framed = <const S extends Shape>(shape: S) => struct({ last: bit, data: shape })

/** A word of `factor` parts of a packet; the lowest part came first. Only the last word of a packet may be partly filled. */
export const framedWord = <const N extends number>(bits: N, factor: number) =>
  struct({
    last: bit,
    /** How many parts are filled, 1 to `factor`. */
    parts: uint(bitsFor(factor)),
    /** Parts that are not filled are 0. */
    data: uint(bits * factor),
  })

/**
 * Makes packets of `length` payloads: marks each last one.
 *
 * Ports: `from` payloads; `to` the same, framed.
 * Timing: payloads pass within the cycle.
 * Reset: a packet begins.
 * Rejects: RangeError when `length` is below 1.
 */
export const framer = <const S extends Shape>(shape: S, length: number) => {
  atLeast(1, length, `framer(): a packet of ${length} payloads is none`)
  return module(
    `framer_${shapeName(shape)}x${length}`,
    { from: input(stream(shape)), to: output(stream(framed(shape))) },
    ({ from, to }) => {
      const place = reg(uint(bitsFor(length - 1)), 0)
      const last = place.eq(length - 1).named('last')
      const { payload } = to as unknown as { payload: { last: typeof last & { drive(value: typeof last): void } } }

      from.ready.drive(to.ready)
      to.valid.drive(from.valid)
      payload.last.drive(last)
      give((payload as unknown as { data: never }).data, from.payload as never)
      when(from.fire, () => {
        place.next(place.addWrap(1))
        when(last, () => place.next(0))
      })

      assertAtMost(place, length - 1, 'no packet is too long')
    },
  )
}
