import fc from 'fast-check'
import { expect, test } from 'vitest'
import { full, knownBits } from '#analysis'
import type { Expression, Operator, Signal } from '#ir'
import { createReference } from '../emit/reference.ts'
import { assign, input, literal, module, op, operation, output, select, slice } from '../support/nodes.ts'

const a = input('a', 3)
const b = input('b', 3)
const c = input('c')
const inputs: readonly Signal[] = [a, b, c]
const combinations = 1 << 7

/** All values of the inputs, one after the other. */
const inputsAt = (combination: number): ReadonlyMap<string, bigint> =>
  new Map([
    ['a', BigInt(combination & 7)],
    ['b', BigInt((combination >> 3) & 7)],
    ['c', BigInt(combination >> 6)],
  ])

const same = ['add', 'sub', 'mul', 'and', 'or', 'xor'] as const
const comparisons = ['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'ltSigned', 'leSigned', 'gtSigned', 'geSigned'] as const
const shifts = ['shiftLeft', 'shiftRight', 'shiftRightSigned'] as const
const reductions = ['any', 'all', 'parity'] as const

const widened = (value: Expression, bits: number): Expression => {
  if (value.bits === bits) return value
  return value.bits > bits ? slice(value, 0, bits) : op('cat', literal(bits - value.bits, 0), value)
}

/** Expressions of 1 to 4 bits over the inputs. */
const expressions: fc.Arbitrary<Expression> = fc.letrec<{ expression: Expression }>((tie) => {
  const part = tie('expression')
  const two = (operators: readonly Operator[]): fc.Arbitrary<Expression> =>
    fc.tuple(fc.constantFrom(...operators), part, part).map(([operator, x, y]) => op(operator, x, widened(y, x.bits)))
  return {
    expression: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom<Expression>(...inputs),
      fc.tuple(fc.integer({ min: 1, max: 4 }), fc.nat(15)).map(([bits, value]) => literal(bits, value % 2 ** bits)),
      two(same),
      two(comparisons),
      fc.tuple(fc.constantFrom(...shifts), part, part).map(([operator, x, y]) => operation(operator, [x, y], x.bits)),
      fc.tuple(fc.constantFrom(...reductions, 'not' as const), part).map(([operator, x]) => op(operator, x)),
      part.map((x) => operation('signExtend', [x], 4)),
      fc.tuple(part, part, part).map(([x, y, z]) => op('mux', slice(x, 0, 1), y, widened(z, y.bits))),
      fc.tuple(part, part).map(([x, y]) => widened(op('cat', x, y), Math.min(4, x.bits + y.bits))),
      fc.tuple(part, fc.nat(3)).map(([x, lsb]) => slice(x, Math.min(lsb, x.bits - 1), 1)),
      fc.tuple(part, part).map(([x, y]) => select(x, y, 1)),
    ),
  }
}).expression

test('bits that are known have their value for all inputs', () => {
  fc.assert(
    fc.property(expressions, (value) => {
      const result = output('result', value.bits)
      const top = module('top', { ports: [...inputs, result], body: [assign(result, value)] })

      const { zeros, ones } = knownBits(top)(result)

      for (let combination = 0; combination < combinations; combination++) {
        const values = inputsAt(combination)
        const actual = createReference(top, (name) => values.get(name) ?? 0n).output('result')
        expect({ zeros: actual & zeros, ones: actual & ones }).toEqual({ zeros: 0n, ones })
      }
    }),
    { seed: 1, numRuns: 500 },
  )
})

test('a value of known signals is known, and right', () => {
  fc.assert(
    fc.property(expressions, fc.nat(combinations - 1), (value, combination) => {
      const result = output('result', value.bits)
      const top = module('top', { ports: [...inputs, result], body: [assign(result, value)] })
      const values = inputsAt(combination)

      const known = knownBits(top, new Map(inputs.map((signal) => [signal, values.get(signal.name) ?? 0n])))(result)

      const actual = createReference(top, (name) => values.get(name) ?? 0n).output('result')
      expect(known).toEqual({ zeros: ~actual & full(value.bits), ones: actual })
    }),
    { seed: 1, numRuns: 2000 },
  )
})
