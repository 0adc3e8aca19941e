/** From shapes to the types of their hardware values. */
import type {
  ArrayShape,
  NoneShape,
  OneOfShape,
  Shape,
  SIntShape,
  StructShape,
  UIntShape,
  UnionShape,
  Variants,
} from '#layout'
import type { OneOf } from './one-of.ts'
import type { SInt } from './sint.ts'
import type { Misfit } from './type-error.ts'
import type { Union } from './union.ts'
import type { UInt, Width } from './value.ts'

/** The hardware value of a shape. */
export type ValueOf<S> =
  S extends UIntShape<infer N>
    ? UInt<Width<N>>
    : S extends SIntShape<infer N>
      ? SInt<Width<N>>
      : S extends OneOfShape<infer Case>
        ? OneOf<Case>
        : S extends StructShape<infer F>
          ? { readonly [Name in keyof F]: ValueOf<F[Name]> }
          : S extends ArrayShape<infer E>
            ? readonly ValueOf<E>[]
            : S extends UnionShape<infer V>
              ? Union<V>
              : never

/** What may be assigned to a value of a shape: such a value, or literals, case names, records, arrays and variants. */
export type Assignable<S> =
  S extends UIntShape<infer N>
    ? UInt<Width<N>> | number | bigint
    : S extends SIntShape<infer N>
      ? SInt<Width<N>> | number | bigint
      : S extends OneOfShape<infer Case>
        ? OneOf<Case> | Case
        : S extends StructShape<infer F>
          ? { readonly [Name in keyof F]: Assignable<F[Name]> }
          : S extends ArrayShape<infer E>
            ? readonly Assignable<E>[]
            : S extends UnionShape<infer V>
              ? Union<V> | AssignableVariant<V>
              : never

/** A variant as it is written: `{ kind: 'read', value: { address } }`, without `value` when it carries nothing. */
export type AssignableVariant<V extends Variants> = {
  readonly [Name in keyof V & string]: V[Name] extends NoneShape
    ? { readonly kind: Name }
    : { readonly kind: Name; readonly value: Assignable<V[Name]> }
}[keyof V & string]

/** A value of a shape that can be set with `drive`, as a whole or part by part (a union only as a whole). */
export type Driven<S> = S extends UIntShape | SIntShape
  ? ValueOf<S> & DriveNumber<S>
  : S extends StructShape<infer F>
    ? { readonly [Name in keyof F]: Driven<F[Name]> } & Drive<S>
    : S extends ArrayShape<infer E>
      ? readonly Driven<E>[] & Drive<S> & At<Driven<E>>
      : S extends Shape
        ? ValueOf<S> & Drive<S>
        : never

export interface Drive<S> {
  /** Sets the value in this cycle. */
  drive(value: Assignable<S>): void
}

interface DriveNumber<S extends UIntShape | SIntShape> {
  /** Sets the value in this cycle. */
  drive(value: Assignable<S>): void
  drive<V>(value: V & MisfitOf<S, V>): never
}

/** A value of a shape that takes a new value at the clock edge, as a whole or part by part (a union only as a whole). */
export type Register<S> = S extends UIntShape | SIntShape
  ? ValueOf<S> & NextNumber<S>
  : S extends StructShape<infer F>
    ? { readonly [Name in keyof F]: Register<F[Name]> } & Next<S>
    : S extends ArrayShape<infer E>
      ? readonly Register<E>[] & Next<S> & At<Register<E>>
      : S extends Shape
        ? ValueOf<S> & Next<S>
        : never

export interface Next<S> {
  /** Sets the value at the clock edge. */
  next(value: Assignable<S>): void
}

interface NextNumber<S extends UIntShape | SIntShape> {
  /** Sets the value at the clock edge. */
  next(value: Assignable<S>): void
  next<V>(value: V & MisfitOf<S, V>): never
}

type MisfitOf<S extends UIntShape | SIntShape, V> = Misfit<S extends SIntShape ? 'signed' : 'unsigned', S['bits'], V>

/** An array of which one element can be chosen in hardware. */
export interface At<Element> {
  /**
   * The element that `index` names, to read and to set: when set, all others keep what they have. When `index` names none,
   * all its bits read 0, and nothing is set.
   */
  at(index: UInt): Element
}

/** Any value: a number, a case, a variant, a record or an array. */
export type AnyValue = UInt | SInt | OneOf | Union | readonly AnyValue[] | { readonly [name: string]: AnyValue }
