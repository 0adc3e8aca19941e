/** ROT13: letters move by half the alphabet. */
import { cat, literal, module, mux, type UInt } from '#edsl'
import { lineBytes } from './interfaces.ts'
import { logicPorts } from './logic-ports.ts'

const half = 13

/** The letter 13 further in the alphabet, A behind Z; other bytes stay. */
const rotated = (byte: UInt<8>): UInt<8> => {
  // Bit 5 tells lower from upper case; bits 4 to 0 number the letters from 1 on.
  const number = byte.truncate(5)
  const isLetter = byte.slice(6, 2).eq(1).and(number.ne(0)).and(number.le(26))
  const moved = mux(number.le(half), number.addWrap(half), number.subWrap(half))
  return mux(isLetter, cat(byte.slice(5, 3), moved), byte)
}

/**
 * Rotates letters by 13 places; two of them in a row change nothing.
 *
 * Ports: those of every logic unit.
 * Timing: a line per cycle, in the same cycle.
 * Source: services section 6.7.2.
 */
export const rot13Logic = module('logic_rot13', logicPorts, ({ clear, from, to, busy }) => {
  const { last, bytes, data } = from.payload
  const line: UInt = cat(
    ...Array.from({ length: lineBytes }, (_, index) => rotated(data.slice(8 * (lineBytes - 1 - index), 8))),
  )
  to.payload.drive({ bytes, data: line.or(literal(128, 0)) })
  to.valid.drive(from.valid.and(last.not()).and(clear.not()))
  from.ready.drive(to.ready.or(last))
  busy.drive(0)
})
