/** Values of any shape, leaf by leaf: a number, a case; the tag and the payload of a union. */
import type { LeafShape, Shape } from '#layout'
import { uint } from '#layout'
import type { Expression } from '#ir'
import { joined, literalOf, sliced } from './expressions.ts'
import { codeOf, OneOf } from './one-of.ts'
import { isNumber, unsignedOf, wrongSignedness } from './operand.ts'
import type { Assignable, ValueOf } from './shapes-to-values.ts'
import { SInt } from './sint.ts'
import { madeUnion, Union } from './union.ts'
import { UInt, type Width } from './value.ts'

/** A value that a single signal carries. */
export type LeafValue = UInt | SInt | OneOf

/** The value of a leaf that has these bits. */
export const leafValue = (shape: LeafShape, bits: Expression): LeafValue => {
  switch (shape.kind) {
    case 'uint':
      return new UInt(bits)
    case 'sint':
      return new SInt(bits)
    case 'oneOf':
      return new OneOf(shape, bits)
  }
}

/** How a signal that carries a leaf is read by people. */
export const leafDetails = (
  shape: LeafShape,
): { readonly signed: boolean; readonly cases: Readonly<Record<string, number>> | undefined } => ({
  signed: shape.kind === 'sint',
  cases: shape.kind === 'oneOf' ? shape.codes : undefined,
})

/** Builds the value of a shape from its leaves; `path` is the list of field names and indices. */
export const fromLeaves = (
  shape: Shape,
  path: readonly string[],
  leaf: (shape: LeafShape, path: readonly string[]) => LeafValue,
  whole: (shape: Shape, value: object) => object = (_, value) => value,
): unknown => {
  switch (shape.kind) {
    case 'uint':
    case 'sint':
    case 'oneOf':
      return leaf(shape, path)
    case 'struct':
      return whole(
        shape,
        Object.fromEntries(
          Object.entries(shape.fields).map(([name, field]) => [name, fromLeaves(field, [...path, name], leaf, whole)]),
        ),
      )
    case 'array':
      return whole(
        shape,
        Array.from({ length: shape.length }, (_, index) =>
          fromLeaves(shape.element, [...path, String(index)], leaf, whole),
        ),
      )
    case 'union': {
      const tag = leaf(shape.tag, [...path, 'tag']) as OneOf
      const payload = shape.payloadBits > 0 ? leaf(uint(shape.payloadBits), [...path, 'payload']) : undefined
      return whole(shape, new Union(shape, tag, payload as UInt | undefined))
    }
  }
}

/** The leaves of something that may be assigned to a value of the shape, in the order in which `fromLeaves` makes them. */
export const leavesOf = (
  shape: Shape,
  value: unknown,
  path: readonly string[] = [],
): readonly { readonly path: readonly string[]; readonly expression: Expression }[] => {
  switch (shape.kind) {
    case 'uint':
    case 'sint':
      return [{ path, expression: numberBits(shape, value) }]
    case 'oneOf':
      return [
        {
          path,
          expression:
            value instanceof OneOf
              ? value.expression
              : literalOf(shape.bits, codeOf(shape, value as string), 'unsigned'),
        },
      ]
    case 'struct':
      return Object.entries(shape.fields).flatMap(([name, field]) =>
        leavesOf(field, (value as Record<string, unknown>)[name], [...path, name]),
      )
    case 'array':
      return Array.from({ length: shape.length }, (_, index) =>
        leavesOf(shape.element, (value as readonly unknown[])[index], [...path, String(index)]),
      ).flat()
    case 'union': {
      const { tag, payload } = madeUnion(shape, value as Union)
      const leaves = [{ path: [...path, 'tag'], expression: tag.expression }]
      return payload !== undefined
        ? [...leaves, { path: [...path, 'payload'], expression: payload.expression }]
        : leaves
    }
  }
}

const numberBits = (shape: LeafShape, value: unknown): Expression => {
  const signedness = shape.kind === 'sint' ? 'signed' : 'unsigned'
  if (!isNumber(value)) return literalOf(shape.bits, value as number | bigint, signedness)
  return value.signedness === signedness ? value.expression : wrongSignedness(value, signedness)
}

/** Walks the leaves of a target and the expressions assigned to them side by side. */
export const assignLeaves = (
  shape: Shape,
  target: unknown,
  value: unknown,
  assign: (target: LeafValue, value: Expression) => void,
): void => {
  const targets: LeafValue[] = []
  fromLeaves(shape, [], (_, path) => {
    const found = path.reduce<unknown>((whole, key) => (whole as Record<string, unknown>)[key], target) as LeafValue
    targets.push(found)
    return found
  })
  leavesOf(shape, value).forEach(({ expression }, index) => assign(targets[index] as LeafValue, expression))
}

/** The bits of a value of `shape`, most significant field first. */
export const pack = <S extends Shape>(shape: S, value: Assignable<S>): UInt<Width<S['bits']>> => {
  const visit = (part: Shape, here: unknown): readonly Expression[] => {
    switch (part.kind) {
      case 'struct':
        return Object.entries(part.fields).flatMap(([name, field]) =>
          visit(field, (here as Record<string, unknown>)[name]),
        )
      case 'array':
        return Array.from({ length: part.length }, (_, index) =>
          visit(part.element, (here as readonly unknown[])[part.length - 1 - index]),
        ).flat()
      default:
        return leavesOf(part, here).map(({ expression }) => expression)
    }
  }
  return new UInt(joined(visit(shape, value)))
}

/** The bits of `value`, seen as a value of `shape`: the reverse of `pack`. */
export const unpack = <S extends Shape>(shape: S, value: UInt<Width<S['bits']>>): ValueOf<S> => {
  const bits = unsignedOf(value, 'what `unpack` takes')
  const visit = (part: Shape, lsb: number): unknown => {
    switch (part.kind) {
      case 'uint':
      case 'sint':
      case 'oneOf':
        return leafValue(part, sliced(bits, lsb, part.bits))
      case 'struct':
        return Object.fromEntries(
          Object.entries(part.fields).map(([name, field]) => [name, visit(field, lsb + (part.lsb[name] as number))]),
        )
      case 'array':
        return Array.from({ length: part.length }, (_, index) => visit(part.element, lsb + index * part.element.bits))
      case 'union': {
        const tag = visit(part.tag, lsb + part.payloadBits) as OneOf
        const payload = part.payloadBits > 0 ? new UInt(sliced(bits, lsb, part.payloadBits)) : undefined
        return new Union(part, tag, payload)
      }
    }
  }
  return visit(shape, 0) as ValueOf<S>
}

/** A constant of any shape. */
export const constant = <S extends Shape>(shape: S, value: Assignable<S>): ValueOf<S> =>
  unpack(shape, pack(shape, value))
