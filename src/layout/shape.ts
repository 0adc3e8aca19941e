/** What a value looks like in bits: numbers, cases, records and arrays. A shape is data; it has no hardware in it. */

/** An unsigned number of `bits` bits. */
export interface UIntShape<N extends number = number> {
  readonly kind: 'uint'
  readonly bits: N
}

/** One of several named cases, each with its code. */
export interface OneOfShape<Case extends string = string> {
  readonly kind: 'oneOf'
  readonly bits: number
  readonly cases: readonly Case[]
  readonly codes: Readonly<Record<Case, number>>
}

export type Fields = { readonly [name: string]: Shape }

/** A packed record; the first field is the most significant. */
export interface StructShape<F extends Fields = Fields> {
  readonly kind: 'struct'
  readonly bits: number
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

// The struct case names its fields as `any` record so that the recursive alias stays assignable in both directions.
export type Shape = UIntShape | OneOfShape | StructShape<{ readonly [name: string]: Shape }> | ArrayShape<Shape>

type Small =
  | 1
  | 2
  | 3
  | 4
  | 5
  | 6
  | 7
  | 8
  | 9
  | 10
  | 11
  | 12
  | 13
  | 14
  | 15
  | 16
  | 17
  | 18
  | 19
  | 20
  | 21
  | 22
  | 23
  | 24
  | 25
  | 26
  | 27
  | 28
  | 29
  | 30
  | 31
  | 32

/** The plain TypeScript value of a shape: `number` up to 32 bits, `bigint` above, case names, records and arrays. */
export type Plain<S> =
  S extends UIntShape<infer N>
    ? number extends N
      ? number | bigint
      : N extends Small
        ? number
        : bigint
    : S extends OneOfShape<infer Case>
      ? Case
      : S extends StructShape<infer F>
        ? { readonly [Name in keyof F]: Plain<F[Name]> }
        : S extends ArrayShape<infer E>
          ? readonly Plain<E>[]
          : never

/** A number of `bits` bits, 1 or more. */
export const uint = <const N extends number>(bits: N): UIntShape<N> => {
  if (!Number.isInteger(bits) || bits < 1)
    throw new RangeError(`uint(${bits}): a width is a whole number of bits, 1 or more`)
  return Object.freeze({ kind: 'uint', bits })
}

/** One bit. */
export const bit: UIntShape<1> = uint(1)

/**
 * One of the named cases: `oneOf('read', 'write')` counts the codes from 0, `oneOf({ read: 1, write: 3 }, 4)` gives them
 * and the width in bits.
 */
export function oneOf<const Case extends string>(...cases: readonly Case[]): OneOfShape<Case>
export function oneOf<const Case extends string>(codes: Readonly<Record<Case, number>>, bits?: number): OneOfShape<Case>
export function oneOf(...args: readonly unknown[]): OneOfShape {
  const given = typeof args[0] === 'object'
  const codes = given
    ? (args[0] as Record<string, number>)
    : Object.fromEntries((args as readonly string[]).map((name, code) => [name, code]))
  const cases = Object.keys(codes)
  if (cases.length === 0) throw new RangeError('oneOf() needs at least one case')
  if (!given && cases.length !== args.length) throw new RangeError('oneOf(): two cases have the same name')
  if (new Set(Object.values(codes)).size !== cases.length) throw new RangeError('oneOf(): two cases have the same code')
  const highest = Math.max(...Object.values(codes))
  const bits = (given ? (args[1] as number | undefined) : undefined) ?? Math.max(1, Math.ceil(Math.log2(highest + 1)))
  if (highest >= 2 ** bits) throw new RangeError(`oneOf(): code ${highest} does not fit ${bits} bits`)
  return Object.freeze({ kind: 'oneOf', bits, cases: Object.freeze(cases), codes: Object.freeze({ ...codes }) })
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
    bits,
    fields: Object.freeze({ ...fields }),
    lsb: Object.freeze(lsb) as StructShape<F>['lsb'],
  })
}

/** `length` elements of the same shape. */
export const array = <const E extends Shape>(element: E, length: number): ArrayShape<E> => {
  if (!Number.isInteger(length) || length < 1) throw new RangeError(`array(): ${length} is not a number of elements`)
  return Object.freeze({ kind: 'array', bits: element.bits * length, element, length })
}
