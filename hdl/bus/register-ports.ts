/** What a block of registers shows to the hardware behind it, whatever bus is in front. */
import {
  type Assignable,
  type Bit,
  bit,
  input,
  literal,
  mux,
  output,
  pack,
  type Port,
  reg,
  type Shape,
  type UInt,
  unpack,
  type ValueOf,
} from '#edsl'
import { type BankRegister, registerBank } from '#hdl/lib'
import { type Access, accessOf, decode, type RegisterDescription, type RegisterMap, type Registers } from '#layout'

const keptClasses = ['write', 'read-write', 'write-1-clears', 'write-1-sets', 'read-clears'] as const
const givenClasses = ['read', 'write-1-clears', 'write-1-sets', 'read-clears'] as const
const writtenClasses = ['write', 'read-write', 'write-1-clears', 'write-1-sets'] as const

type NamesOf<R extends Registers, A extends Access> = {
  [Name in keyof R]: R[Name]['access'] extends A ? Name : never
}[keyof R]

/** What the registers hold. */
export type RegisterOutputs<R extends Registers> = {
  readonly [Name in NamesOf<R, (typeof keptClasses)[number]>]: Port<'out', R[Name]['shape']>
}

/**
 * What the hardware gives: the value of a `read` register; the bits that happen in this cycle, where ones stay until software
 * clears them (`write-1-clears`, `read-clears`); the bits that are done with, for `write-1-sets`.
 */
export type RegisterInputs<R extends Registers> = {
  readonly [Name in NamesOf<R, (typeof givenClasses)[number]>]: Port<'in', R[Name]['shape']>
}

/** 1 in the cycle after a write, whatever was written. */
export type WritePulses<R extends Registers> = {
  readonly [Name in NamesOf<R, (typeof writtenClasses)[number]>]: Port<'out', typeof bit>
}

export interface RegisterPorts<R extends Registers> {
  readonly values: RegisterOutputs<R>
  readonly hardware: RegisterInputs<R>
  readonly written: WritePulses<R>
}

/** Bits of a bus that carries the words of a map. */
export const dataBitsOf = <Bytes extends 4 | 8>(map: RegisterMap<string, Registers, Bytes>) =>
  (8 * map.wordBytes) as Bytes extends 8 ? 64 : 32

type Single = RegisterMap<string>

/**
 * The ports of the registers of a map.
 *
 * Rejects: RangeError for a map of several sides, or with several registers of a kind: those belong into a memory.
 */
export const registerPorts = <R extends Registers>(map: RegisterMap<string, R>): RegisterPorts<R> => {
  if (map.sides.length !== 1)
    throw new RangeError(`${map.name}: a bus is one side, the map has ${map.sides.join(', ')}`)
  const [several] = Object.entries<RegisterDescription>(map.registers).find(([, { count = 1 }]) => count > 1) ?? []
  if (several !== undefined) throw new RangeError(`${map.name}.${several} is several registers: put a memory there`)
  const portsOf = (classes: readonly Access[], make: (shape: Shape) => Port): unknown =>
    Object.fromEntries(entriesOf(map, classes).map(([name, { shape }]) => [name, make(shape)]))
  return {
    values: portsOf(keptClasses, (shape) => output(shape)),
    hardware: portsOf(givenClasses, (shape) => input(shape)),
    written: portsOf(writtenClasses, () => output(bit)),
  } as RegisterPorts<R>
}

const sideOf = (map: Single): string => map.sides[0] as string

const entriesOf = (map: Single, classes: readonly Access[]): readonly (readonly [string, RegisterDescription])[] =>
  Object.entries(map.registers).filter(([, register]) => classes.includes(accessOf(register, sideOf(map))))

/** An access of the bus, in the cycle in which it takes effect. */
export interface SingleAccess {
  readonly valid: Bit
  readonly write: Bit
  readonly address: UInt
  readonly data: UInt
  readonly enables: UInt
}

/** Makes the registers behind their ports; tells what an access reads, and whether there is a register at its address. */
export const registerBlock = <R extends Registers>(
  map: RegisterMap<string, R>,
  ports: { readonly values: object; readonly hardware: object; readonly written: object },
  { valid, ...access }: SingleAccess,
): { readonly data: UInt; readonly known: Bit } => {
  const side = sideOf(map)
  const bank = registerBank(map, { ...access, by: { [side]: valid } })
  let known: Bit = literal(1, 0)
  for (const [name, description] of Object.entries<RegisterDescription>(map.registers)) {
    const kind = accessOf(description, side)
    const { shape, reset = 0n } = description
    const register = bank.register[name] as unknown as BankRegister<Shape>
    known = known.or(register.selected)
    const values = ports.values as Readonly<Record<string, { drive(value: unknown): void }>>
    const written = ports.written as Readonly<Record<string, { drive(value: unknown): void }>>
    const hardware = (ports.hardware as Readonly<Record<string, ValueOf<Shape>>>)[name] as ValueOf<Shape>
    if ((writtenClasses as readonly Access[]).includes(kind)) {
      const pulse = reg(bit, 0, `${name}_written`)
      pulse.next(register.writes)
      written[name]?.drive(pulse)
    }
    if (kind === 'none') continue
    if (kind === 'read') {
      register.show(hardware as Assignable<Shape>)
      continue
    }
    if (kind === 'read-write' || kind === 'write') {
      values[name]?.drive(register.keep())
      continue
    }
    const kept = reg(shape, decode(shape, reset) as Assignable<Shape>, name)
    const old = pack(shape, kept as Assignable<Shape>)
    const events = pack(shape, hardware as Assignable<Shape>)
    const ones = pack(
      shape,
      register.merged(unpack(shape, literal(shape.bits, 0)) as Assignable<Shape>) as Assignable<Shape>,
    )
    const nothing = literal(shape.bits, 0)
    const next: Readonly<Record<'write-1-clears' | 'write-1-sets' | 'read-clears', UInt>> = {
      'write-1-clears': old.and(mux(register.writes, ones, nothing).not()).or(events),
      'write-1-sets': old.or(mux(register.writes, ones, nothing)).and(events.not()),
      'read-clears': mux(register.reads, nothing, old).or(events),
    }
    ;(kept as { next(value: unknown): void }).next(unpack(shape, next[kind]))
    register.show(kept as Assignable<Shape>)
    values[name]?.drive(kept)
  }
  return { data: bank.data, known }
}
