/** TCU_RESET: when the TCU begins anew. */
import { type Bit, bit, literal, mux, reg, uint } from '#edsl'
import { registers } from '#layout'
import type { Window } from './window.ts'

/** Cycles in which nothing else happens. Section 6.4. */
const resetCycles = 16

/** An access of the network before it has its turn. */
interface WaitingAccess {
  readonly valid: Bit
  readonly payload: {
    readonly write: Bit
    readonly address: { slice(lsb: number, width: number): { eq(other: number): Bit } }
  }
}

/** A reset under way. */
interface ResetCommand {
  /** The access that waits resets the TCU, and may not have its turn yet: first the TCU stops sending. */
  readonly holds: Bit
  /** Nothing leaves the TCU. */
  readonly closed: Bit
  /** The last cycle before the reset: registers get their first values. */
  readonly resets: Bit
  /** The 16 cycles after it: nobody has a turn, and the units begin anew. */
  readonly restart: Bit
}

/**
 * Resets the TCU when the network writes TCU_RESET, inside the module whose body is running.
 *
 * Timing: sending stops one cycle before the write has its turn at the earliest, and goes on 16 cycles after it.
 * Source: TCU interface 2.0.1, section 6.4; docs/contract.md.
 */
export const resetCommand = ({ TCU_RESET }: Window, { valid, payload }: WaitingAccess): ResetCommand => {
  const waits = valid.and(payload.write).and(payload.address.slice(3, 25).eq(registers.TCU_RESET / 8))
  const quiet = reg(bit, 0)
  const left = reg(uint(5), 0, 'resetCycles')
  const restart = left.any()
  quiet.next(waits)
  left.next(mux(TCU_RESET.writes, literal(5, resetCycles), mux(restart, left.subWrap(1), left)))
  return { holds: waits.and(quiet.not()), closed: quiet.or(restart), resets: TCU_RESET.writes, restart }
}
