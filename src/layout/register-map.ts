/** A block of registers behind a bus, declared once: hardware, tables, C header and accessors come from it. */
import type { Shape } from './shape.ts'

/**
 * What an access from one side does to a register.
 *
 * - `none`: reads 0, writes are ignored.
 * - `read`: shows the value, writes are ignored.
 * - `write`: takes the value, reads 0.
 * - `read-write`: both.
 * - `write-1-clears`, `write-1-sets`: shows the value; ones that are written clear or set its bits.
 * - `read-clears`: shows the value and sets it to 0; writes are ignored.
 */
export type Access = 'none' | 'read' | 'write' | 'read-write' | 'write-1-clears' | 'write-1-sets' | 'read-clears'

/** One register, or `count` of them behind each other. */
export interface RegisterDescription<Side extends string = string, S extends Shape = Shape> {
  /** Offset in bytes from the beginning of the map. */
  readonly at: number
  /** What its bits mean; as wide as a word or narrower, from bit 0. */
  readonly shape: S
  /** What each side may do; one class for all sides, or one by side. */
  readonly access: Access | Readonly<Record<Side, Access>>
  /** Value after reset; without one, the register has no reset or is not kept by the block. */
  readonly reset?: bigint
  /** How many there are. @defaultValue 1 */
  readonly count?: number
  /** What it is for, in one sentence. */
  readonly doc: string
}

export type Registers<Side extends string = string> = { readonly [name: string]: RegisterDescription<Side> }

/** Registers by name, and what they have in common. */
export interface RegisterMap<
  Side extends string = string,
  R extends Registers<Side> = Registers<Side>,
  Bytes extends 4 | 8 = 4 | 8,
> {
  readonly name: string
  /** Bytes of a register and of an access. */
  readonly wordBytes: Bytes
  /** Where the map begins in the address space of those who use it. */
  readonly base: number
  readonly sides: readonly Side[]
  readonly registers: R
}

/**
 * Declares a block of registers.
 *
 * Rejects: RangeError, naming the registers, for a register that does not begin at a word, is wider than a word, overlaps
 * another, or whose reset value does not fit.
 */
export const registerMap = <const Side extends string, const R extends Registers<Side>, const Bytes extends 4 | 8>(
  map: RegisterMap<Side, R, Bytes>,
): RegisterMap<Side, R, Bytes> => {
  const taken = new Map<number, string>()
  for (const [name, register] of Object.entries<RegisterDescription<Side>>(map.registers)) {
    const { at, shape, count = 1, reset = 0n } = register
    const fault = (what: string): never => {
      throw new RangeError(`register ${map.name}.${name} ${what}`)
    }
    if (!Number.isInteger(count) || count < 1) fault(`is there ${count} times`)
    if (!Number.isInteger(at) || at < 0 || at % map.wordBytes !== 0)
      fault(`is at ${hexadecimal(at)}, which is no multiple of ${map.wordBytes}`)
    if (shape.bits > 8 * map.wordBytes) fault(`has ${shape.bits} bits, a word has ${8 * map.wordBytes}`)
    if (reset < 0n || reset >> BigInt(shape.bits) !== 0n) fault(`starts with ${reset} in ${shape.bits} bits`)
    for (let index = 0; index < count; index++) {
      const offset = at + index * map.wordBytes
      const other = taken.get(offset)
      if (other !== undefined) fault(`and ${other} are both at ${hexadecimal(offset)}`)
      taken.set(offset, name)
    }
  }
  return Object.freeze({ ...map, registers: Object.freeze({ ...map.registers }) })
}

/** What a side may do to a register. */
export const accessOf = <Side extends string>({ access }: RegisterDescription<Side>, side: Side): Access =>
  typeof access === 'string' ? access : access[side]

/** Offset in bytes of a register, or of element `index` of several. Rejects: RangeError for an element that is not there. */
export const offsetOf = <R extends Registers>(
  map: RegisterMap<string, R>,
  name: keyof R & string,
  index = 0,
): number => {
  const { at, count = 1 } = map.registers[name] as RegisterDescription
  if (!Number.isInteger(index) || index < 0 || index >= count)
    throw new RangeError(`${map.name}.${name} has elements 0 to ${count - 1}, not ${index}`)
  return at + index * map.wordBytes
}

/** Bytes from the beginning of the map to the end of its last register. */
export const mapBytes = ({ registers, wordBytes }: RegisterMap): number =>
  Math.max(0, ...Object.values(registers).map(({ at, count = 1 }) => at + count * wordBytes))

const hexadecimal = (value: number): string => `0x${value.toString(16)}`
