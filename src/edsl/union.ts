/** Values that are one of several variants, each with a payload of its own. */
import type { NoneShape, Shape, UnionShape, Variants } from '#layout'
import { pack, unpack } from './bundle.ts'
import { reportMistake } from './context.ts'
import { extended, literalOf, sliced } from './expressions.ts'
import { matchCases, OneOf } from './one-of.ts'
import { capture } from './origin.ts'
import type { Assignable, AssignableVariant, ValueOf } from './shapes-to-values.ts'
import { type Bit, UInt } from './value.ts'

/** What a case of a `match` gets: the payload of its variant, or nothing. */
export type VariantCase<S> = S extends NoneShape ? () => void : (payload: ValueOf<S>) => void

/** One of the variants of a `union` shape. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a value of any union
export class Union<V extends Variants = any> {
  readonly __signal = true
  readonly shape: UnionShape<V>
  /** Which variant it is. */
  readonly tag: OneOf<keyof V & string>
  /** The bits below the tag; undefined when no variant carries anything. */
  readonly payload: UInt | undefined

  constructor(shape: UnionShape<V>, tag: OneOf<keyof V & string>, payload: UInt | undefined) {
    this.shape = shape
    this.tag = tag
    this.payload = payload
  }

  /** Whether the value is this variant. */
  is(name: keyof V & string): Bit {
    return this.tag.is(name)
  }

  /** Whether the value is one of these variants. */
  isIn(...names: readonly (keyof V & string)[]): Bit {
    return this.tag.isIn(...names)
  }

  /** Does what belongs to the variant that the value is, with its payload; every variant has to be there. */
  match(cases: { readonly [Name in keyof V & string]: VariantCase<V[Name]> }): void {
    const given = cases as Readonly<Record<string, ((payload: unknown) => void) | undefined>>
    const bodies: Record<string, () => void> = {}
    for (const [name, variant] of Object.entries(this.shape.variants)) {
      const body = given[name]
      if (body) bodies[name] = () => body(variant.kind === 'none' ? undefined : this.#payloadAs(variant))
    }
    matchCases(this.shape.tag, this.tag.expression, bodies)
  }

  /** The payload, read as that of one variant. It means something only in cycles in which the value is that variant. */
  as<Name extends keyof V & string>(name: Name): ValueOf<V[Name]> {
    const variant = this.shape.variants[name]
    if (variant && variant.kind !== 'none') return this.#payloadAs(variant) as ValueOf<V[Name]>
    return noPayload(this.shape, name, capture()) as ValueOf<V[Name]>
  }

  /** Rejects: HDL-0302, because a signal has no value while the design is built. */
  [Symbol.toPrimitive](): never {
    return this.tag[Symbol.toPrimitive]()
  }

  #payloadAs(variant: Shape): unknown {
    const all = this.payload?.expression ?? literalOf(variant.bits, 0, 'unsigned')
    return unpack(variant, new UInt(sliced(all, 0, variant.bits)))
  }
}

const noPayload = (shape: UnionShape, name: string, origin: ReturnType<typeof capture>): UInt => {
  reportMistake(
    'HDL-0101',
    name in shape.variants ? `the variant '${name}' carries nothing` : `'${name}' is not a variant`,
    { origin, note: `the variants are ${shape.tag.cases.join(', ')}` },
    [],
    [`.is('${name in shape.variants ? name : shape.tag.cases[0]}') asks whether it is there`],
  )
  return new UInt(literalOf(1, 0, 'unsigned'))
}

/** A variant with its payload: `variant(request, 'read', { address })`; without one when it carries nothing. */
export const variant = <V extends Variants, Name extends keyof V & string>(
  shape: UnionShape<V>,
  name: Name,
  ...value: V[Name] extends NoneShape ? [] : [value: Assignable<V[Name]>]
): Union<V> => madeUnion(shape, { kind: name, value: value[0] } as unknown as AssignableVariant<V>)

/** A union from what may be assigned to it. Unused bits of its payload are 0. */
export const madeUnion = <V extends Variants>(
  shape: UnionShape<V>,
  given: Union<V> | AssignableVariant<V>,
): Union<V> => {
  if (given instanceof Union) return given
  const { kind, value } = given as { readonly kind: string; readonly value?: unknown }
  const tag = new OneOf(
    shape.tag,
    literalOf(shape.tag.bits, shape.tag.codes[kind as keyof V & string] ?? 0, 'unsigned'),
  )
  const carried: Shape | NoneShape | undefined = shape.variants[kind]
  if (carried === undefined) noPayload(shape, kind, capture())
  if (shape.payloadBits === 0) return new Union(shape, tag, undefined)
  const bits =
    carried === undefined || carried.kind === 'none'
      ? literalOf(shape.payloadBits, 0, 'unsigned')
      : extended(pack(carried, value as Assignable<Shape>).expression, shape.payloadBits)
  return new Union(shape, tag, new UInt(bits))
}
