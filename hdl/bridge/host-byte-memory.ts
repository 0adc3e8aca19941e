/** Flits as bytes in block RAM: 18 of them behind each other for each. */
import { type Bit, bit, bitsFor, memory, mux, reg, type UInt, uint } from '#edsl'
import { flitBytes } from '#layout'

/** A memory of `depth` flits, a byte per access, and where its bytes are. */
export interface FlitBytes {
  /** The byte that was asked for in the cycle before. Not asked for while it is being written, for block RAM's sake. */
  read(slot: UInt, place: UInt): UInt<8>
  /** Writes where it may be written, when it is not full. */
  write(byte: UInt<8>): void
}

/** Where a memory may be written in this cycle, and whether it cannot be: `full`. */
export interface Writing {
  readonly slot: UInt
  readonly place: UInt
  readonly full: Bit
}

/** Makes the memory. Reads keep away from where it may be written, which is for yosys to see: decision 0181. */
export const flitBytesMemory = (depth: number, writing: Writing): FlitBytes => {
  const bytes = memory(uint(8), depth * flitBytes, { read: 'next', during: 'never', style: 'block', name: 'bytes' })
  const addressBits = bitsFor(depth * flitBytes - 1)
  // 18 = 16 + 2; a multiplier would be a block of its own on some parts.
  const addressOf = (slot: UInt, place: UInt): UInt => {
    const wide = slot.extend(addressBits)
    return wide.shiftLeft(4).addWrap(wide.shiftLeft(1)).addWrap(place.extend(addressBits))
  }
  const writeAddress = addressOf(writing.slot, writing.place).named('write_address')
  return {
    read(slot, place) {
      const address = addressOf(slot, place).named('read_address')
      return bytes.read(address, { enable: address.ne(writeAddress).or(writing.full) })
    },
    write: (byte) => bytes.write(writeAddress, byte),
  }
}

/** The slot behind `slot`, 0 behind the last one. */
export const slotAfter = (slot: UInt, depth: number): UInt =>
  depth === 2 ** slot.expression.bits ? slot.addWrap(1) : mux(slot.ne(depth - 1), slot.addWrap(1), 0)

/** A register for a slot of `depth`. */
export const slotRegister = (depth: number, name: string) => reg(uint(bitsFor(depth - 1)), 0, name)

/** A register for a number of flits, 0 to `depth`. */
export const countRegister = (depth: number, name: string) => reg(uint(bitsFor(depth)), 0, name)

/** A register for a bit that is 0 at first. */
export const flag = (name: string) => reg(bit, 0, name)
