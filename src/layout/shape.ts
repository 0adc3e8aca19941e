/** What a value looks like in bits: numbers, cases, records, arrays and unions. A shape is data; it has no hardware in it. */
import type { IsSmall, SumOfFields } from './width-types.ts'

/** An unsigned number of `bits` bits. */
export interface UIntShape<N extends number = number> {
  readonly kind: 'uint'
  readonly bits: N
}

/** A signed number of `bits` bits in two's complement. */
export interface SIntShape<N extends number = number> {
  readonly kind: 'sint'
  readonly bits: N
}

/** One of several named cases, each with its code. */
export interface OneOfShape<Case extends string = string, N extends number = number> {
  readonly kind: 'oneOf'
  readonly bits: N
  readonly cases: readonly Case[]
  readonly codes: Readonly<Record<Case, number>>
}

/** The fields of a record by name, most significant first. */
export type Fields = { readonly [name: string]: Shape }

/** A packed record; the first field is the most significant. */
export interface StructShape<F extends Fields = Fields> {
  readonly kind: 'struct'
  readonly bits: SumOfFields<F>
  readonly fields: F
  /** Position of the least significant bit of each field. */
  readonly lsb: { readonly [Name in keyof F]: number }
}

/** `length` elements of one shape; element 0 is the least significant. */
export interface ArrayShape<E extends Shape = Shape> {
  readonly kind: 'array'
  readonly bits: number
  readonly element: E
  readonly length: number
}

/** What a variant of a union carries when it carries nothing. */
export interface NoneShape {
  readonly kind: 'none'
  readonly bits: 0
}

/** What each variant of a union carries. */
export type Variants = { readonly [name: string]: Shape | NoneShape }

/**
 * One of several variants, each with a payload of its own. The tag is most significant; below it is the payload, as wide as
 * the widest one, in its lowest bits, with zeros above.
 */
export interface UnionShape<V extends Variants = Variants> {
  readonly kind: 'union'
  readonly bits: number
  readonly tag: OneOfShape<keyof V & string>
  /** Bits of the widest payload; 0 when no variant has one. */
  readonly payloadBits: number
  readonly variants: V
}

/** A shape that a single signal carries. */
export type LeafShape = UIntShape | SIntShape | OneOfShape

/** What a value looks like in bits. */
// The struct case names its fields as `any` record so that the recursive alias stays assignable in both directions.
export type Shape =
  | LeafShape
  | StructShape<{ readonly [name: string]: Shape }>
  | ArrayShape<Shape>
  | UnionShape<{ readonly [name: string]: Shape | NoneShape }>

/**
 * The plain TypeScript value of a shape: `number` up to 32 bits, `bigint` above, case names, records and arrays. A union is
 * `{ kind: 'read', value: ... }`, without `value` for a variant that carries nothing.
 */
export type Plain<S> =
  S extends UIntShape<infer N>
    ? PlainNumber<N>
    : S extends SIntShape<infer N>
      ? PlainNumber<N>
      : S extends OneOfShape<infer Case>
        ? Case
        : S extends StructShape<infer F>
          ? { readonly [Name in keyof F]: Plain<F[Name]> }
          : S extends ArrayShape<infer E>
            ? readonly Plain<E>[]
            : S extends UnionShape<infer V>
              ? { readonly [Name in keyof V & string]: PlainVariant<Name, V[Name]> }[keyof V & string]
              : never

type PlainNumber<N extends number> = number extends N ? number | bigint : IsSmall<N> extends true ? number : bigint

type PlainVariant<Name, S> = S extends NoneShape
  ? { readonly kind: Name }
  : { readonly kind: Name; readonly value: Plain<S> }

/** A number of `bits` bits, 1 or more. */
export const uint = <const N extends number>(bits: N): UIntShape<N> => {
  if (!Number.isInteger(bits) || bits < 1)
    throw new RangeError(`uint(${bits}): a width is a whole number of bits, 1 or more`)
  return Object.freeze({ kind: 'uint', bits })
}

/** One bit. */
export const bit: UIntShape<1> = uint(1)

/** A signed number of `bits` bits, 1 or more, in two's complement: -2**(bits-1) to 2**(bits-1)-1. */
export const sint = <const N extends number>(bits: N): SIntShape<N> => {
  if (!Number.isInteger(bits) || bits < 1)
    throw new RangeError(`sint(${bits}): a width is a whole number of bits, 1 or more`)
  return Object.freeze({ kind: 'sint', bits })
}

/** A packed record, most significant field first. */
export const struct = <const F extends Fields>(fields: F): StructShape<F> => {
  const names = Object.keys(fields)
  if (names.length === 0) throw new RangeError('struct() needs at least one field')
  const bits = names.reduce((sum, name) => sum + (fields[name] as Shape).bits, 0)
  const lsb: Record<string, number> = {}
  let above = bits
  for (const name of names) {
    above -= (fields[name] as Shape).bits
    lsb[name] = above
  }
  return Object.freeze({
    kind: 'struct',
    bits: bits as StructShape<F>['bits'],
    fields: Object.freeze({ ...fields }),
    lsb: Object.freeze(lsb) as StructShape<F>['lsb'],
  })
}

/** `length` elements of the same shape. */
export const array = <const E extends Shape>(element: E, length: number): ArrayShape<E> => {
  if (!Number.isInteger(length) || length < 1) throw new RangeError(`array(): ${length} is not a number of elements`)
  return Object.freeze({ kind: 'array', bits: element.bits * length, element, length })
}

/**
 * Bits that count from 0 to `most`, 1 or more: `uint(bitsFor(depth))` holds every number of entries of a queue.
 *
 * Rejects: RangeError when `most` is no whole number, or negative.
 */
export const bitsFor = (most: number): number => {
  if (!Number.isSafeInteger(most) || most < 0)
    throw new RangeError(`bitsFor(${most}): give the largest number, 0 or more`)
  return most.toString(2).length
}
