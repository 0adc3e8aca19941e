/** Queues between two streams. */
import {
  assert,
  bit,
  input,
  memory,
  module,
  mux,
  output,
  pack,
  reg,
  type Shape,
  stream,
  uint,
  type UInt,
  unpack,
  type ValueOf,
  when,
  type Width,
} from '#edsl'
import { shapeName } from './shape-name.ts'

/**
 * Hands payloads on in the order in which they came, holding up to `depth` of them.
 *
 * Ports: `from` the payloads that come; `to` the payloads that leave.
 * Timing: a payload can leave in the cycle after it came. One payload per cycle, every second cycle with depth 1. No path
 * leads from one port to the other within a cycle, so a queue of depth 2 separates two modules at full rate.
 * Reset: empty; the words are not reset.
 * Rejects: RangeError when `depth` is below 1.
 * Source: NoC section 10.4.
 */
export const fifo = <const S extends Shape>(shape: S, depth: number) => {
  if (!Number.isInteger(depth) || depth < 1)
    throw new RangeError(`fifo(): a depth of ${depth} holds no payload, use a whole number from 1`)
  return module(
    `fifo_${shapeName(shape)}x${depth}`,
    { from: input(stream(shape)), to: output(stream(shape)) },
    ({ from, to }) => {
      const hand = (bits: UInt): void => {
        const payload = unpack(shape, bits as UInt<Width<S['bits']>>)
        ;(to.payload as { drive(payload: ValueOf<S>): void }).drive(payload)
      }
      if (depth === 1) {
        const full = reg(bit, 0)
        const word = reg(uint(shape.bits))

        from.ready.drive(full.not())
        to.valid.drive(full)
        hand(word)
        when(from.fire, () => word.next(pack(shape, from.payload)))
        when(from.fire.or(to.fire), () => full.next(full.not()))
        return
      }

      const words = memory(uint(shape.bits), depth, { read: 'now' })
      const addressBits = Math.ceil(Math.log2(depth))
      const front = reg(uint(addressBits), 0)
      const back = reg(uint(addressBits), 0)
      const used = reg(uint(Math.ceil(Math.log2(depth + 1))), 0)
      const after = (place: UInt): UInt =>
        depth === 2 ** addressBits ? place.addWrap(1) : mux(place.ne(depth - 1), place.addWrap(1), 0)

      from.ready.drive(used.ne(depth))
      to.valid.drive(used.ne(0))
      hand(words.read(front))

      when(from.fire, () => {
        words.write(back, pack(shape, from.payload))
        back.next(after(back))
      })
      when(to.fire, () => front.next(after(front)))
      when(from.fire.and(to.fire.not()), () => used.next(used.addWrap(1)))
      when(to.fire.and(from.fire.not()), () => used.next(used.subWrap(1)))

      assert(used.le(depth), 'never holds more than its depth')
    },
  )
}
