/** PRINT: a posted write to the host with the text of the print buffer. TCU section 4.9. */
import { hostId, lineBytes, modes, printBufferWords } from '#layout'
import { bodyMask, headWithoutSource, makeBody, makeHead, singleMask } from './flits.ts'
import { singleBytes } from './segments.ts'
import { timeAt } from './tcu-state.ts'
import type { Printing, TcuState } from './tcu-state.ts'

const largest = BigInt(8 * printBufferWords)
const host = (hostId.chip << 8) | hostId.mod

/** Whether PRINT may take up its work. */
export const mayPrint = (tcu: TcuState): boolean => tcu.printing === undefined && tcu.print !== 0n

/** Latches CUR_TIME and the length; more than 256 bytes print 256 (DEV-14). */
export const printBegun = (tcu: TcuState, cycle: number): void => {
  const bytes = Number(tcu.print > largest ? largest : tcu.print)
  const address = Number(timeAt(tcu, cycle) & 0xfff_ffffn)
  tcu.printing = { bytes, address, words: [], sent: 0 }
}

/** Words that a print needs, and words that it may read: the last line may be read completely. */
export const neededWords = (printing: Printing): number => Math.ceil(printing.bytes / 8)
export const readableWords = (printing: Printing): number =>
  printing.bytes <= singleBytes ? 1 : 2 * Math.ceil(printing.bytes / lineBytes)

/** Reads the next word of the print buffer. */
export const printWord = (tcu: TcuState): void => {
  const printing = tcu.printing as Printing
  printing.words.push(tcu.printBuffer[printing.words.length] as bigint)
}

const flitsOf = (printing: Printing): number =>
  printing.bytes <= singleBytes ? 1 : 1 + Math.ceil(printing.bytes / lineBytes)

/** Flits that have not left. */
export const printFlitsLeft = (printing: Printing): number => flitsOf(printing) - printing.sent

/** Whether the packet has left. */
export const printSent = (printing: Printing): boolean => printing.sent === flitsOf(printing)

/** A flit that is due and its specified bits. */
export interface DueFlit {
  flit: bigint
  mask: bigint
}

/** Fills in the next flit of a print; false when its words have not been read. */
export const printFlit = (tcu: TcuState, due: DueFlit): boolean => {
  const printing = tcu.printing
  if (printing === undefined || printSent(printing)) return false
  const { bytes, sent, words } = printing
  const lines = Math.ceil(bytes / lineBytes)
  if (bytes <= singleBytes) {
    if (words.length === 0) return false
    due.flit = head(tcu, printing, false, (1 << bytes) - 1, words[0] as bigint)
    due.mask = singleMask((1 << bytes) - 1)
  } else if (sent === 0) {
    due.flit = head(tcu, printing, true, (((bytes - 1) % lineBytes) << 4) | 15, BigInt(lines))
    due.mask = headWithoutSource
  } else {
    const word = 2 * (sent - 1)
    if (words.length < Math.min(word + 2, neededWords(printing))) return false
    due.flit = makeBody(((words[word + 1] ?? 0n) << 64n) | (words[word] as bigint), sent === lines)
    due.mask = bodyMask(0, Math.min(15, bytes - 8 * word - 1))
  }
  return true
}

const head = (tcu: TcuState, printing: Printing, burst: boolean, select: number, data0: bigint): bigint =>
  makeHead({
    burst,
    select,
    source: tcu.id,
    target: host,
    mode: modes.WRITE_POSTED,
    address: printing.address,
    data0,
  })

/** The packet has left: PRINT is 0 again. */
export const printEnded = (tcu: TcuState): void => {
  tcu.printing = undefined
  tcu.print = 0n
}
