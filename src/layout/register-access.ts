/** Registers as software sees them: typed reads and writes over a bus. */
import { decode, encode } from './codec.ts'
import { type Access, accessOf, type RegisterDescription, type RegisterMap, type Registers } from './register-map.ts'
import type { Plain } from './shape.ts'

/** How words travel; addresses are absolute, in bytes. */
export interface RegisterBus {
  readonly read: (address: number) => Promise<bigint> | bigint
  readonly write: (address: number, word: bigint) => Promise<void> | void
}

/** One register over a bus. */
export interface RegisterAccessor<V> {
  /** In bytes. */
  readonly address: number
  /** Rejects: RangeError when the bits are no value of the register; TypeError when the side cannot read it. */
  read(): Promise<V>
  /** Rejects: RangeError when the value does not fit; TypeError when the side cannot write it. */
  write(value: V): Promise<void>
}

/** Accessors of all registers of a map; several of a kind are a list. */
export type RegisterAccessors<R extends Registers> = {
  readonly [Name in keyof R]: R[Name] extends { readonly count: number }
    ? readonly RegisterAccessor<Plain<R[Name]['shape']>>[]
    : RegisterAccessor<Plain<R[Name]['shape']>>
}

/** The registers of a map as `side` reaches them. */
export const registerAccessors = <Side extends string, R extends Registers<Side>>(
  map: RegisterMap<Side, R>,
  side: Side,
  bus: RegisterBus,
): RegisterAccessors<R> =>
  Object.fromEntries(
    Object.entries<RegisterDescription<Side>>(map.registers).map(([name, register]) => {
      const one = (index: number): RegisterAccessor<unknown> =>
        accessor(`${map.name}.${name}`, register, accessOf(register, side), address(index), bus)
      const address = (index: number): number => map.base + register.at + index * map.wordBytes
      return [name, register.count === undefined ? one(0) : Array.from({ length: register.count }, (_, at) => one(at))]
    }),
  ) as RegisterAccessors<R>

const accessor = (
  name: string,
  { shape }: RegisterDescription,
  access: Access,
  address: number,
  bus: RegisterBus,
): RegisterAccessor<unknown> => ({
  address,
  async read() {
    if (access === 'none' || access === 'write') throw new TypeError(`${name} cannot be read from here: ${access}`)
    return decode(shape, await bus.read(address))
  },
  async write(value) {
    if (access === 'none' || access === 'read' || access === 'read-clears')
      throw new TypeError(`${name} cannot be written from here: ${access}`)
    await bus.write(address, encode(shape, value as never))
  },
})
