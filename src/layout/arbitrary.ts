/** Random plain values of a shape, for property tests: they shrink, and cannot drift from what the hardware carries. */
import * as fc from 'fast-check'
import type { Plain, Shape } from './shape.ts'

/** Plain values of a shape: every number, case, variant and array that `encode` takes. */
export const arbitrary = <S extends Shape>(shape: S): fc.Arbitrary<Plain<S>> => valueOf(shape) as fc.Arbitrary<Plain<S>>

const valueOf = (shape: Shape): fc.Arbitrary<unknown> => {
  switch (shape.kind) {
    case 'uint':
      return numberIn(shape.bits, 0n, (1n << BigInt(shape.bits)) - 1n)
    case 'sint': {
      const half = 1n << BigInt(shape.bits - 1)
      return numberIn(shape.bits, -half, half - 1n)
    }
    case 'oneOf':
      return fc.constantFrom(...shape.cases)
    case 'struct':
      return fc.record(Object.fromEntries(Object.entries(shape.fields).map(([name, part]) => [name, valueOf(part)])))
    case 'array':
      return fc.array(valueOf(shape.element), { minLength: shape.length, maxLength: shape.length })
    case 'union':
      return fc.oneof(
        ...Object.entries(shape.variants).map(([kind, variant]) =>
          variant.kind === 'none'
            ? fc.constant({ kind })
            : fc.record({ kind: fc.constant(kind), value: valueOf(variant) }),
        ),
      )
  }
}

const numberIn = (bits: number, min: bigint, max: bigint): fc.Arbitrary<number | bigint> =>
  bits <= 32 ? fc.integer({ min: Number(min), max: Number(max) }) : fc.bigInt({ min, max })
