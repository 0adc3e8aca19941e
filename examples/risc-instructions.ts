/** Instructions of RV32I, the base of RISC-V: their parts, and what they compute. */
import { type Bit, cat, literal, mux, oneOf, pick, struct, uint, type UInt } from '#edsl'

/** What an instruction does. Source: RISC-V Instruction Set Manual, volume I, 20191213, table 24.1. */
const opcode = oneOf({
  ...{ load: 0x03, immediate: 0x13, addPc: 0x17, store: 0x23, register: 0x33, loadUpper: 0x37 },
  ...{ branch: 0x63, jumpRegister: 0x67, jump: 0x6f, system: 0x73 },
})
/** The parts of an instruction. Source: ibidem, section 2.2. */
export const fields = struct({ funct7: uint(7), rs2: uint(5), rs1: uint(5), funct3: uint(3), rd: uint(5), opcode })

const extended = (bits: UInt): UInt<32> => bits.signed().extend(32).unsigned()

/** The immediate operand by format. Source: ibidem, section 2.3. */
export const immediates = (word: UInt<32>) => ({
  i: extended(word.slice(20, 12)),
  s: extended(cat(word.slice(25, 7), word.slice(7, 5))),
  b: extended(cat(word.bit(31), word.bit(7), word.slice(25, 6), word.slice(8, 4), literal(1, 0))),
  u: cat(word.slice(12, 20), literal(12, 0)),
  j: extended(cat(word.bit(31), word.slice(12, 8), word.bit(20), word.slice(21, 10), literal(1, 0))),
})

/** What the execution unit makes of two operands; `funct3` chooses. Source: ibidem, sections 2.4 and 2.5. */
export const compute = (
  left: UInt<32>,
  right: UInt<32>,
  options: { readonly funct3: UInt<3>; readonly subtracts: Bit; readonly isArithmetic: Bit },
) => {
  const { funct3, subtracts, isArithmetic } = options
  const amount = right.truncate(5)
  const equal = left.eq(right)
  const less = left.signed().lt(right.signed())
  const lessUnsigned = left.lt(right)
  return {
    result: pick(
      [
        mux(subtracts, left.subWrap(right), left.addWrap(right)),
        left.shiftLeft(amount),
        less.extend(32),
        lessUnsigned.extend(32),
        left.xor(right),
        mux(isArithmetic, left.signed().shiftRight(amount).unsigned(), left.shiftRight(amount)),
        left.or(right),
        left.and(right),
      ],
      funct3,
    ),
    /** Whether a branch is taken. */
    holds: pick([equal, equal, less, lessUnsigned], funct3.slice(1, 2)).xor(funct3.bit(0)),
  }
}
