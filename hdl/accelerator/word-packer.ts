/** Lines of any number of bytes become words of 8 bytes. */
import { bit, cat, input, literal, module, mux, output, reg, stream, struct, uint, when, wire } from '#edsl'
import { streamLine } from './interfaces.ts'

/** A word of the stream: all 8 bytes, but those behind `bytes` (0 to 7) of the `last` word, which ends the stream, are 0. */
const packedWord = struct({ last: bit, bytes: uint(3), data: uint(64) })

const wordBytes = 8

/**
 * Puts bytes together to words, wherever lines end; what is left over comes with the end of the stream.
 *
 * Ports: `clear` forgets what is held; `from` lines; `to` words; `pending` high while a word waits that needs no further line.
 * Timing: takes a line when less than a word is held, gives a word per cycle.
 */
export const wordPacker = module(
  'word_packer',
  { clear: input(bit), from: input(stream(streamLine)), to: output(stream(packedWord)), pending: output(bit) },
  ({ clear, from, to, pending }) => {
    // Up to 7 bytes that are left over, and a line.
    const held = reg(uint(184), 0)
    const count = reg(uint(5), 0)
    const ending = reg(bit, 0)

    const full = count.ge(wordBytes)
    const { last, bytes, data } = from.payload
    from.ready.drive(full.not().and(ending.not()))
    to.valid.drive(full.or(ending))
    to.payload.drive({
      last: full.not(),
      bytes: mux(full, literal(3, 0), count.truncate(3)),
      data: held.truncate(64),
    })
    pending.drive(full.or(ending))

    const lanes = bytes.extend(8).shiftLeft(3)
    const valid = wire(uint(128), data.and(literal(128, (1n << 128n) - 1n).shiftRight(literal(8, 128).subWrap(lanes))))
    const place = cat(count.truncate(3), literal(3, 0))
    when(from.fire, () => {
      held.next(held.or(valid.extend(184).shiftLeft(place)))
      count.next(count.addWrap(bytes))
      ending.next(last)
    })
    when(to.fire, () => {
      when(full, () => {
        held.next(held.shiftRight(64))
        count.next(count.subWrap(wordBytes))
      }).otherwise(() => {
        held.next(0)
        count.next(0)
        ending.next(0)
      })
    })
    when(clear, () => {
      held.next(0)
      count.next(0)
      ending.next(0)
    })
  },
)
