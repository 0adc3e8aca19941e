/** Values that are one of several variants, each with a payload of its own. */
import { oneOf } from './one-of.ts'
import type { NoneShape, OneOfShape, UnionShape, Variants } from './shape.ts'

/** What a variant carries that is a name and nothing more. */
export const none: NoneShape = Object.freeze({ kind: 'none', bits: 0 })

/**
 * One of the variants: `union({ read: struct({ address: uint(32) }), write: store, idle: none })`. The tag counts the names
 * from 0 and is most significant; the payload below is as wide as the widest, each in the lowest bits with zeros above.
 */
export const union = <const V extends Variants>(variants: V): UnionShape<V> => {
  const names = Object.keys(variants)
  if (names.length === 0) throw new RangeError('union() needs at least one variant')
  const tag: OneOfShape = oneOf(...names)
  const payloadBits = Math.max(...names.map((name) => variants[name]?.bits ?? 0))
  return Object.freeze({
    kind: 'union',
    bits: tag.bits + payloadBits,
    tag: tag,
    payloadBits,
    variants: Object.freeze({ ...variants }),
  })
}
