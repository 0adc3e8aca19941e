/** A WRITE that ABORT_CMD has cut short. */
import { type Bit, mux, reg, uint, bit, when, type ValueOf } from '#edsl'
import type { answer, commandArguments } from './interfaces.ts'

/** What a WRITE has to do with the others. */
interface WriteSurroundings {
  readonly arguments: ValueOf<typeof commandArguments>
  readonly answer: ValueOf<typeof answer>
  /** The packet sender sends the head of a packet; it did not send everything. */
  readonly packetLeaves: Bit
  readonly cutShort: Bit
}

/** Bits that count the packets of a WRITE: 2^32 bytes are fewer than 2^24 of them. */
const packetBits = 24

/**
 * Counts the packets of the running WRITE that are not acknowledged, inside the module whose body is running, from the last
 * cycle of `begins` on. One that was cut short ends with ABORT when there is none: so no acknowledgement is left over for the
 * next WRITE. Writes to registers have none. An end that was due before the abort stays due.
 *
 * Source: TCU interface 2.0.1, section 4.11; docs/contract.md.
 */
export const cutWrite = (
  { arguments: { privileges }, answer: { progress, complete }, packetLeaves, cutShort }: WriteSurroundings,
  isWrite: Bit,
  toRegisters: Bit,
  begins: Bit,
): { readonly isCut: Bit; readonly complete: Bit } => {
  const outstanding = reg(uint(packetBits), 0)
  when(begins, () => outstanding.next(0))
    .elseWhen(packetLeaves.and(progress.not()), () => outstanding.next(outstanding.addWrap(1)))
    .elseWhen(progress.and(packetLeaves.not()), () => outstanding.next(outstanding.subWrap(1)))

  const { aborts } = privileges
  const aborted = reg(bit, 0)
  const wasDue = reg(bit, 0)
  const due = mux(aborted, wasDue, complete)
  aborted.next(aborts)
  wasDue.next(due)
  return {
    isCut: isWrite.and(aborts).and(cutShort).and(due.not()),
    complete: toRegisters.or(outstanding.any().not()),
  }
}
