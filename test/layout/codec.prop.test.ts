import {
  array,
  commit,
  decode,
  encode,
  field,
  headFlit,
  memoryAccess,
  none,
  oneOf,
  receiveWord0,
  sendWord0,
  sint,
  struct,
  uint,
  union,
  withField,
} from '#layout'
import type { Shape } from '#layout'
import { arbitrary } from '#layout/arbitrary'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

const request = union({
  read: struct({ address: uint(32) }),
  write: struct({ address: uint(32), data: array(sint(9), 5) }),
  idle: none,
})

describe('codec', () => {
  test.each([
    ['headFlit', headFlit],
    ['commit', commit],
    ['memoryAccess', memoryAccess],
    ['sendWord0', sendWord0],
    ['receiveWord0', receiveWord0],
    ['request', request],
    ['a signed number', sint(7)],
    ['a wide signed number', sint(77)],
    ['cases with a bit each', oneOf.oneHot('a', 'b', 'c')],
  ] as readonly (readonly [string, Shape])[])('what was encoded as %s decodes to itself', (_, shape) => {
    fc.assert(
      fc.property(arbitrary(shape), (value) => {
        expect(decode(shape, encode(shape, value))).toEqual(value)
      }),
      { numRuns: 50, seed: 11 },
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
