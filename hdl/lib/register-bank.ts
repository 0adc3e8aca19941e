/** Registers of a map behind a bus: which one an access means, and what it does to it. */
import {
  type Assignable,
  type Bit,
  cat,
  literal,
  mux,
  pack,
  type Plain,
  reg,
  type Register,
  type Shape,
  type UInt,
  uint,
  unpack,
  type ValueOf,
  when,
  wire,
} from '#edsl'
import { type Access, accessOf, decode, type RegisterDescription, type RegisterMap, type Registers } from '#layout'

/** An access in the cycle in which it takes effect. */
export interface BankAccess<Side extends string> {
  /** Which side makes it; one of them at most is 1. */
  readonly by: Readonly<Record<Side, Bit>>
  /** 1 for a write, 0 for a read. */
  readonly write: Bit
  /** Offset from the beginning of the map in bytes; the bits below a word are ignored. */
  readonly address: UInt
  readonly data: UInt
  /** A bit per byte of a word. */
  readonly enables: UInt
}

/** One register of a bank. */
export interface BankRegister<S extends Shape> {
  /** The address is that of the register, whoever asks and whatever for. */
  readonly selected: Bit
  /** Somebody reads it who may. */
  readonly reads: Bit
  /** Somebody writes it who may. */
  readonly writes: Bit
  /** Which of several registers is meant, from 0. */
  readonly index: UInt
  /** What a write makes of `old`: bytes whose enable is 1 come from the access. */
  merged(old: Assignable<S>): ValueOf<S>
  /**
   * Makes the register here, and lets accesses do what its class says. What the module does to it afterwards in the same
   * cycle wins. Rejects: RangeError for several registers of a kind.
   */
  keep(): Register<S>
  /** Shows `value` to those who may read the register; for registers that are not kept. */
  show(value: Assignable<S>): void
}

/** All registers of a map. */
export interface Bank<R extends Registers> {
  readonly register: { readonly [Name in keyof R]: BankRegister<R[Name]['shape']> }
  /** What the access reads: 0 where there is no register or none that may be read. */
  readonly data: UInt
}

/**
 * Decodes the accesses to a map inside the module whose body is running.
 *
 * Timing: `data` answers in the cycle of the access; kept registers change at its end.
 */
export const registerBank = <Side extends string, R extends Registers<Side>>(
  map: RegisterMap<Side, R>,
  access: BankAccess<Side>,
): Bank<R> => {
  const wordBits = 8 * map.wordBytes
  const data = wire(uint(wordBits), 0, `${map.name}_data`)
  const mask = cat(
    ...Array.from({ length: map.wordBytes }, (_, byte) =>
      mux(access.enables.bit(byte), literal(8, 0xff), literal(8, 0)),
    ).reverse(),
  )
  const register = Object.fromEntries(
    Object.entries<RegisterDescription<Side>>(map.registers).map(([name, description]) => [
      name,
      bankRegister(`${map.name}.${name}`, map, description, access, mask, data),
    ]),
  )
  return { register: register as unknown as Bank<R>['register'], data }
}

/** `classes` by which an access of this kind has an effect. */
const readable: readonly Access[] = ['read', 'read-write', 'write-1-clears', 'write-1-sets', 'read-clears']
const writable: readonly Access[] = ['write', 'read-write', 'write-1-clears', 'write-1-sets']

const bankRegister = <Side extends string>(
  name: string,
  map: RegisterMap<Side>,
  description: RegisterDescription<Side>,
  access: BankAccess<Side>,
  mask: UInt,
  data: UInt & { drive(value: UInt): void },
): BankRegister<Shape> => {
  const { at, shape, count, reset } = description
  const byteBits = Math.log2(map.wordBytes)
  const word = access.address.slice(byteBits, access.address.width - byteBits)
  const first = at / map.wordBytes
  const selected = count === undefined || count === 1 ? word.eq(first) : word.ge(first).and(word.lt(first + count))
  const by = (classes: readonly Access[]): Bit =>
    map.sides
      .filter((side) => classes.includes(accessOf(description, side)))
      .map((side) => access.by[side])
      .reduce<Bit>((any, one) => any.or(one), literal(1, 0))
  const reads = selected.and(by(readable)).and(access.write.not())
  const writes = selected.and(by(writable)).and(access.write)
  const given = access.data.truncate(shape.bits)
  const enabled = mask.truncate(shape.bits)
  const bitsOf = (value: Assignable<Shape>): UInt => pack(shape, value)
  const show = (value: Assignable<Shape>): void => {
    when(selected.and(by(readable)), () => data.drive(bitsOf(value).extend(8 * map.wordBytes)))
  }
  const merged = (old: Assignable<Shape>): UInt => bitsOf(old).and(enabled.not()).or(given.and(enabled))

  return {
    selected,
    reads,
    writes,
    index: word.subWrap(first).truncate(Math.max(1, Math.ceil(Math.log2(count ?? 1)))),
    merged: (old) => unpack(shape, merged(old)),
    show,
    keep() {
      if (count !== undefined && count > 1) throw new RangeError(`${name} is ${count} registers: keep them in a memory`)
      const kept = reg(shape, reset === undefined ? undefined : (decode(shape, reset) as Plain<Shape> as never), name)
      const set = (bits: UInt): void => (kept as { next(value: unknown): void }).next(unpack(shape, bits))
      const old = bitsOf(kept as Assignable<Shape>)
      const effects: Readonly<Partial<Record<Access, () => void>>> = {
        write: () => set(merged(kept as Assignable<Shape>)),
        'read-write': () => set(merged(kept as Assignable<Shape>)),
        'write-1-clears': () => set(old.and(given.and(enabled).not())),
        'write-1-sets': () => set(old.or(given.and(enabled))),
        'read-clears': () => set(literal(shape.bits, 0)),
      }
      for (const [kind, effect] of Object.entries(effects)) {
        const sides = map.sides.filter((side) => accessOf(description, side) === kind)
        if (sides.length === 0) continue
        const happens = selected.and(by([kind as Access]))
        when(kind === 'read-clears' ? happens.and(access.write.not()) : happens.and(access.write), effect)
      }
      if (map.sides.some((side) => readable.includes(accessOf(description, side)))) show(kept as Assignable<Shape>)
      return kept as Register<Shape>
    },
  }
}
