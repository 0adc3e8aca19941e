/** Values of any shape: records and arrays of numbers and cases, and what may be assigned to them. */
import type { ArrayShape, Fields, OneOfShape, Shape, StructShape, UIntShape } from '#layout'
import type { Expression } from '#ir'
import { codeOf, OneOf } from './one-of.ts'
import { cat, literal, type Operand, UInt, type Width } from './value.ts'
import { capture } from './origin.ts'

/** The hardware value of a shape. */
export type ValueOf<S> =
  S extends UIntShape<infer N>
    ? UInt<Width<N>>
    : S extends OneOfShape<infer Case>
      ? OneOf<Case>
      : S extends StructShape<infer F>
        ? { readonly [Name in keyof F]: ValueOf<F[Name]> }
        : S extends ArrayShape<infer E>
          ? readonly ValueOf<E>[]
          : never

/** What may be assigned to a value of a shape: such a value, or literals, case names, records and arrays of them. */
export type Assignable<S> =
  S extends UIntShape<infer N>
    ? UInt<Width<N>> | number | bigint
    : S extends OneOfShape<infer Case>
      ? OneOf<Case> | Case
      : S extends StructShape<infer F>
        ? { readonly [Name in keyof F]: Assignable<F[Name]> }
        : S extends ArrayShape<infer E>
          ? readonly Assignable<E>[]
          : never

/** A value of a shape that can be set with `drive`, as a whole or leaf by leaf. */
export type Driven<S> =
  S extends UIntShape<infer N>
    ? UInt<Width<N>> & Drive<S>
    : S extends OneOfShape<infer Case>
      ? OneOf<Case> & Drive<S>
      : S extends StructShape<infer F>
        ? { readonly [Name in keyof F]: Driven<F[Name]> } & Drive<S>
        : S extends ArrayShape<infer E>
          ? readonly Driven<E>[] & Drive<S>
          : never
export interface Drive<S> {
  /** Sets the value in this cycle. */
  drive(value: Assignable<S>): void
}

/** A value of a shape that takes a new value at the clock edge. */
export type Register<S> =
  S extends UIntShape<infer N>
    ? UInt<Width<N>> & Next<S>
    : S extends OneOfShape<infer Case>
      ? OneOf<Case> & Next<S>
      : S extends StructShape<infer F>
        ? { readonly [Name in keyof F]: Register<F[Name]> } & Next<S>
        : S extends ArrayShape<infer E>
          ? readonly Register<E>[] & Next<S>
          : never
export interface Next<S> {
  /** Sets the value at the clock edge. */
  next(value: Assignable<S>): void
}

/** Any value: a number, a case, a record or an array. */
export type AnyValue = UInt | OneOf | readonly AnyValue[] | { readonly [name: string]: AnyValue }

/** The value of a leaf that has these bits. */
export const leafValue = (shape: UIntShape | OneOfShape, bits: Expression): UInt | OneOf =>
  shape.kind === 'uint' ? new UInt(bits) : new OneOf(shape, bits)

/** Builds the value of a shape from its leaves; `path` is the list of field names and indices. */
export const fromLeaves = (
  shape: Shape,
  path: readonly string[],
  leaf: (shape: UIntShape | OneOfShape, path: readonly string[]) => UInt | OneOf,
  whole: (shape: Shape, value: object) => object = (_, value) => value,
): unknown => {
  switch (shape.kind) {
    case 'uint':
    case 'oneOf':
      return leaf(shape, path)
    case 'struct':
      return whole(
        shape,
        Object.fromEntries(
          Object.entries((shape as StructShape<Fields>).fields).map(([name, field]) => [
            name,
            fromLeaves(field, [...path, name], leaf, whole),
          ]),
        ),
      )
    case 'array':
      return whole(
        shape,
        Array.from({ length: shape.length }, (_, index) =>
          fromLeaves(shape.element, [...path, String(index)], leaf, whole),
        ),
      )
  }
}

/** Walks target leaves and the expressions assigned to them side by side. */
export const assignLeaves = (
  shape: Shape,
  target: unknown,
  value: unknown,
  assign: (target: UInt | OneOf, value: Expression) => void,
): void => {
  switch (shape.kind) {
    case 'uint':
      assign(
        target as UInt,
        value instanceof UInt ? value.expression : literal(shape.bits, value as number | bigint).expression,
      )
      return
    case 'oneOf':
      assign(
        target as OneOf,
        value instanceof OneOf ? value.expression : literal(shape.bits, codeOf(shape, value as string)).expression,
      )
      return
    case 'struct':
      for (const [name, field] of Object.entries((shape as StructShape<Fields>).fields))
        assignLeaves(field, (target as Record<string, unknown>)[name], (value as Record<string, unknown>)[name], assign)
      return
    case 'array':
      for (let index = 0; index < shape.length; index++)
        assignLeaves(shape.element, (target as unknown[])[index], (value as unknown[])[index], assign)
  }
}

/** The bits of a value of `shape`, most significant field first. */
export const pack = <S extends Shape>(shape: S, value: Assignable<S>): UInt<Width<S['bits']>> => {
  const parts: UInt[] = []
  const visit = (part: Shape, here: unknown): void => {
    switch (part.kind) {
      case 'uint':
        parts.push(here instanceof UInt ? here : literal(part.bits, here as number | bigint))
        return
      case 'oneOf':
        parts.push(here instanceof OneOf ? here.code() : literal(part.bits, codeOf(part, here as string)))
        return
      case 'struct':
        for (const [name, field] of Object.entries((part as StructShape<Fields>).fields))
          visit(field, (here as Record<string, unknown>)[name])
        return
      case 'array':
        for (let index = part.length - 1; index >= 0; index--) visit(part.element, (here as unknown[])[index])
    }
  }
  visit(shape, value)
  return cat(...parts) as UInt<Width<S['bits']>>
}

/** The bits of `value`, seen as a value of `shape`: the reverse of `pack`. */
export const unpack = <S extends Shape>(shape: S, value: UInt<Width<S['bits']>>): ValueOf<S> => {
  const visit = (part: Shape, lsb: number): unknown => {
    switch (part.kind) {
      case 'uint':
        return value.slice(lsb, part.bits)
      case 'oneOf':
        return new OneOf(part, value.slice(lsb, part.bits).expression)
      case 'struct':
        return Object.fromEntries(
          Object.entries((part as StructShape<Fields>).fields).map(([name, field]) => [
            name,
            visit(field, lsb + (part.lsb[name] as number)),
          ]),
        )
      case 'array':
        return Array.from({ length: part.length }, (_, index) => visit(part.element, lsb + index * part.element.bits))
    }
  }
  return visit(shape, 0) as ValueOf<S>
}

/** A constant of any shape. */
export const constant = <S extends Shape>(shape: S, value: Assignable<S>): ValueOf<S> =>
  unpack(shape, pack(shape, value) as UInt<Width<S['bits']>>)

/** `whenTrue` where the condition is 1, else `whenFalse`; for values of any shape. */
export const mux = <V>(condition: UInt<1>, whenTrue: V, whenFalse: V extends UInt<infer N> ? Operand<N> : V): V =>
  choose(condition, whenTrue, whenFalse) as V

const choose = (condition: UInt<1>, whenTrue: unknown, whenFalse: unknown): unknown => {
  if (whenTrue instanceof UInt) {
    const other =
      whenFalse instanceof UInt ? whenFalse : literal(whenTrue.expression.bits, whenFalse as number | bigint)
    // An addition of unequal widths would be reported by the operand check; reuse it for its message.
    const right = whenTrue.expression.bits === other.expression.bits ? other : whenTrue.or(other)
    return new UInt(
      Object.freeze({
        kind: 'operation',
        operator: 'mux',
        operands: Object.freeze([condition.expression, whenTrue.expression, right.expression]),
        bits: whenTrue.expression.bits,
        origin: capture(),
      } as const),
    )
  }
  if (whenTrue instanceof OneOf) {
    const other = whenFalse as OneOf
    return new OneOf(whenTrue.shape, (choose(condition, whenTrue.code(), other.code()) as UInt).expression)
  }
  if (Array.isArray(whenTrue))
    return whenTrue.map((part, index) => choose(condition, part, (whenFalse as readonly unknown[])[index]))
  return Object.fromEntries(
    Object.entries(whenTrue as Record<string, unknown>).map(([name, part]) => [
      name,
      choose(condition, part, (whenFalse as Record<string, unknown>)[name]),
    ]),
  )
}
