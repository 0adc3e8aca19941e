/** Streams of narrow payloads as streams of wide ones, and back. */
import {
  bitsFor,
  assert,
  bit,
  cat,
  implies,
  input,
  literal,
  module,
  mux,
  output,
  reg,
  stream,
  uint,
  type UInt,
  when,
} from '#edsl'
import { atLeast } from './arguments.ts'
import { atMost } from './at-most.ts'
import { framed, framedWord } from './framing.ts'
import { offerStays } from './stream-rules.ts'

/**
 * Gathers `factor` parts of `bits` bits each into a word, the first one lowest. The last word of a packet goes as it is: its
 * `parts` says how many are filled, the others are 0.
 *
 * Ports: `from` framed parts; `to` words (`framedWord`).
 * Timing: a part per cycle. A word leaves in the cycle after its last part came. `to.ready` leads to `from.ready`.
 * Reset: a word begins.
 * Rejects: RangeError when `factor` is below 2.
 */
export const widen = (bits: number, factor: number) => {
  atLeast(2, factor, `widen(): ${factor} parts make no wider word`)
  return module(
    `widen_${bits}x${factor}`,
    { from: input(stream(framed(uint(bits)))), to: output(stream(framedWord(bits, factor))) },
    ({ from, to }) => {
      const complete = reg(bit, 0)
      const last = reg(bit)
      const parts = reg(uint(bitsFor(factor)), 0)
      const gathered = Array.from({ length: factor }, (_, index) => reg(uint(bits), undefined, `part_${index}`))
      // A word that is complete leaves in this cycle when a part comes.
      const place = mux(complete.not(), parts, 0).named('place')

      from.ready.drive(complete.not().or(to.ready))
      to.valid.drive(complete)
      to.payload.drive({ last, parts, data: cat(...gathered.map((part): UInt => part).reverse()) })

      when(to.fire, () => {
        complete.next(0)
        parts.next(0)
      })
      when(from.fire, () => {
        parts.next(place.addWrap(1))
        last.next(from.payload.last)
        complete.next(from.payload.last.or(place.eq(factor - 1)))
        gathered.forEach((part, index) => {
          when(place.eq(index), () => part.next(from.payload.data))
          // The first part clears the others.
          if (index > 0) when(place.eq(0), () => part.next(0))
        })
      })

      assert(
        implies(complete, parts.ge(1).and(atMost(parts, factor))),
        'a word has at least one part, and not too many',
      )
      assert(implies(complete.not(), parts.lt(factor)), 'a word that is full is complete')
      assert(implies(complete.and(last.not()), parts.eq(factor)), 'only the last word of a packet is partly filled')
      assert(offerStays(to), 'what is offered stays until it is taken')
    },
  )
}

/**
 * Takes words of `factor` parts of `bits` bits apart, the lowest part first, as many as are filled.
 *
 * Ports: `from` words (`framedWord`) with 1 to `factor` parts, which an assertion watches; `to` framed parts.
 * Timing: a part per cycle, the first one in the cycle of the word. A word is taken with its last part. `from.valid` leads to
 * `to.valid`, and `to.ready` to `from.ready`.
 * Reset: a word begins.
 * Rejects: RangeError when `factor` is below 2.
 */
export const narrow = (bits: number, factor: number) => {
  atLeast(2, factor, `narrow(): a word of ${factor} parts cannot be taken apart`)
  return module(
    `narrow_${bits}x${factor}`,
    { from: input(stream(framedWord(bits, factor))), to: output(stream(framed(uint(bits)))) },
    ({ from, to }) => {
      const { last, parts, data } = from.payload
      const place = reg(uint(bitsFor(factor)), 0)
      const final = place.addWrap(1).ge(parts).named('final')

      to.valid.drive(from.valid)
      to.payload.drive({ last: last.and(final), data: data.select(place, bits) })
      from.ready.drive(to.ready.and(final))
      when(to.fire, () => place.next(mux(final, literal(place.width, 0), place.addWrap(1))))

      assert(implies(from.valid, parts.ge(1).and(atMost(parts, factor))), 'a word has 1 part or more, and not too many')
    },
  )
}
