/** The greatest common divisor, by Euclid's algorithm with subtractions. */
import { bit, input, module, output, reg, stream, struct, uint, when } from '#edsl'

/**
 * Takes pairs of numbers of `bits` bits and answers each with its greatest common divisor; that of 0 and 0 is 0.
 *
 * Ports: `from` the pairs; `to` the divisors, in their order.
 * Timing: one pair at a time, one subtraction or exchange per cycle.
 * Source: Euclid, Elements, book VII, proposition 2.
 */
export const gcd = <const Bits extends number>(bits: Bits) =>
  module(
    `gcd_w${bits}`,
    { from: input(stream(struct({ a: uint(bits), b: uint(bits) }))), to: output(stream(uint(bits))) },
    ({ from, to }) => {
      const busy = reg(bit, 0)
      const a = reg(uint(bits))
      const b = reg(uint(bits))

      from.ready.drive(busy.not())
      to.valid.drive(busy.and(b.eq(0)))
      to.payload.drive(a)

      when(from.fire, () => {
        busy.next(1)
        a.next(from.payload.a)
        b.next(from.payload.b)
      })
        .elseWhen(to.fire, () => {
          busy.next(0)
        })
        .elseWhen(a.lt(b), () => {
          a.next(b)
          b.next(a)
        })
        .elseWhen(b.ne(0), () => {
          a.next(a.subWrap(b))
        })
    },
  )

/** Of numbers of 16 bits. */
export const gcd16 = gcd(16)
