import { expect, test } from 'vitest'
import { bitsFor } from '#layout'

test.each([
  [0, 1],
  [1, 1],
  [2, 2],
  [255, 8],
  [256, 9],
  [2 ** 40, 41],
])('the numbers from 0 to %i need %i bits', (most, bits) => {
  expect(bitsFor(most)).toBe(bits)
})

test.each([-1, 1.5, Number.NaN])('%s is no largest number', (most) => {
  expect(() => bitsFor(most)).toThrow(`bitsFor(${most}): give the largest number, 0 or more`)
})
