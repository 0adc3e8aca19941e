/** When the write of a command register starts a command. TCU section 2.5, rule 2. */
import { opcodes } from '#layout'

/** All bytes, or exactly the lower four, with an opcode in the data that is written. */
export const startsCommand = (data: bigint, enables: number): boolean =>
  (enables === 0xff || enables === 0x0f) && (data & 0xfn) !== BigInt(opcodes.idle)
