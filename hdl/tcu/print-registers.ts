/** PRINT and the text for it. */
import { type Bit, memory, mux, uint, type UInt, when } from '#edsl'
import { printBufferWords } from '#layout'
import type { Window, WindowAccess } from './window.ts'

/** PRINT in its turn. */
interface PrintTurn {
  readonly granted: Bit
  /** Which word of the text it reads. */
  readonly index: UInt<5>
  /** The text has left. */
  readonly ends: Bit
  /** TCU_RESET: nothing is to be printed. */
  readonly resets: Bit
}

/**
 * Keeps PRINT and the print buffer inside the module whose body is running.
 *
 * Source: TCU interface 2.0.1, sections 2.3 and 4.9.
 */
export const printRegisters = (
  window: Window,
  { data, enables }: WindowAccess,
  { granted, index, ends, resets }: PrintTurn,
): { readonly length: UInt<64>; readonly word: UInt<64> } => {
  const length = window.PRINT.keep()
  const { PRINT_BUF } = window
  const buffer = memory(uint(64), printBufferWords, { read: 'now', initial: 0, name: 'printBuffer' })
  const word = buffer.read(mux(granted, index, PRINT_BUF.index))
  when(PRINT_BUF.writes, () => buffer.write(PRINT_BUF.index, data, enables))
  PRINT_BUF.show(word)
  when(granted.and(ends).or(resets), () => length.next(0))
  return { length, word }
}
