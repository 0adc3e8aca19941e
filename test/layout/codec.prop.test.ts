import { commit, decode, encode, field, headFlit, memoryAccess, receiveWord0, sendWord0, withField } from '#layout'
import type { Shape } from '#layout'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

/** Any plain value of a shape. */
const valueOf = (shape: Shape): fc.Arbitrary<unknown> => {
  switch (shape.kind) {
    case 'uint':
      return shape.bits <= 32
        ? fc.integer({ min: 0, max: 2 ** shape.bits - 1 })
        : fc.bigInt(0n, (1n << BigInt(shape.bits)) - 1n)
    case 'oneOf':
      return fc.constantFrom(...shape.cases)
    case 'struct':
      return fc.record(Object.fromEntries(Object.entries(shape.fields).map(([name, part]) => [name, valueOf(part)])))
    case 'array':
      return fc.array(valueOf(shape.element), { minLength: shape.length, maxLength: shape.length })
  }
}

describe('codec', () => {
  test.each([
    ['headFlit', headFlit],
    ['commit', commit],
    ['memoryAccess', memoryAccess],
    ['sendWord0', sendWord0],
    ['receiveWord0', receiveWord0],
  ])('what was encoded as %s decodes to itself', (_, shape) => {
    fc.assert(
      fc.property(valueOf(shape), (value) => {
        expect(decode(shape as Shape, encode(shape as Shape, value as never))).toEqual(value)
      }),
      { numRuns: 50 },
    )
  })

  test('replacing a field changes that field alone', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, (1n << 64n) - 1n), fc.integer({ min: 0, max: 63 }), (word, credits) => {
        const changed = withField(sendWord0, 'credits', word, credits)

        expect(field(sendWord0, 'credits', changed)).toBe(credits)
        expect(withField(sendWord0, 'credits', changed, field(sendWord0, 'credits', word))).toBe(word)
      }),
    )
  })

  test('a number that does not fit is refused with the name of its field', () => {
    const value = { ...decode(sendWord0, 0n), credits: 64 }

    expect(() => encode(sendWord0, value)).toThrow('credits is 64, which does not fit 6 bits')
  })
})
