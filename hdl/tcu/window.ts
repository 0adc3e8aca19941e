/** Accesses of the register window: what the parts of the register unit share. */
import type { Bit, UInt } from '#edsl'
import type { Bank } from '#hdl/lib'
import type { tcuRegisters } from '#layout'

/** The registers of the window for the access of this cycle. */
export type Window = Bank<(typeof tcuRegisters)['registers']>['register']

/** The access of this cycle. */
export interface WindowAccess {
  readonly data: UInt<64>
  readonly enables: UInt<8>
}

/** Whether a write starts the command of a command register: its opcode, and enables that reach it. Section 2.5. */
export const startsCommand = ({ data, enables }: WindowAccess): Bit =>
  data.truncate(4).any().and(enables.in(0xff, 0x0f))
