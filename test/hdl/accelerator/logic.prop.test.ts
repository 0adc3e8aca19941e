import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openLogic } from './logic-bench.ts'

const buffers = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 5 })
const bytes = (maxLength: number) => fc.uint8Array({ maxLength })

/** Takes results now and then, the same way every time. */
const sometimes = (seed: number) => {
  let state = seed >>> 0
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) > 2 ** 30
}

const rot13 = (text: string): string =>
  text.replace(/[a-z]/gi, (letter) => {
    const first = letter <= 'Z' ? 65 : 97
    return String.fromCharCode(((letter.charCodeAt(0) - first + 13) % 26) + first)
  })

test('COPY gives what it got, whatever the sizes of the buffers', () => {
  using unit = openLogic('copy')
  fc.assert(
    fc.property(bytes(600), buffers, fc.integer(), (data, sizes, seed) => {
      expect(unit.run(data, sizes, sometimes(seed)).made).toEqual(data)
    }),
    { seed: 1, numRuns: 60 },
  )
})

describe('ROT13', () => {
  test('turns letters and leaves all other bytes', () => {
    using unit = openLogic('rot13')
    const all = Uint8Array.from({ length: 256 }, (_, index) => index)

    const { made } = unit.run(all)

    expect(Buffer.from(made).toString('latin1')).toBe(rot13(Buffer.from(all).toString('latin1')))
  })

  test('done twice changes nothing', () => {
    using unit = openLogic('rot13')
    fc.assert(
      fc.property(bytes(300), buffers, fc.integer(), (data, sizes, seed) => {
        const once = unit.run(data, sizes, sometimes(seed)).made
        expect(unit.run(once, [4096]).made).toEqual(data)
      }),
      { seed: 1, numRuns: 60 },
    )
  })
})

describe('SHA3-256', () => {
  const digest = (data: Uint8Array): string => createHash('sha3-256').update(data).digest('hex')

  // Around a word, a line, a block of 136 bytes, and two of them.
  test.each([0, 1, 7, 8, 9, 15, 16, 17, 127, 128, 129, 135, 136, 137, 143, 271, 272, 273, 1000])(
    'of %i bytes is what everybody else says',
    (length) => {
      using unit = openLogic('sha3')
      const data = Uint8Array.from({ length }, (_, index) => (index * 7 + 3) & 0xff)

      expect(Buffer.from(unit.run(data).made).toString('hex')).toBe(digest(data))
    },
  )

  test('does not depend on where buffers end, and begins anew after each stream', () => {
    using unit = openLogic('sha3')
    fc.assert(
      fc.property(bytes(500), buffers, fc.integer(), (data, sizes, seed) => {
        expect(Buffer.from(unit.run(data, sizes, sometimes(seed)).made).toString('hex')).toBe(digest(data))
      }),
      { seed: 1, numRuns: 60 },
    )
  })

  test('forgets a stream that was given up', () => {
    using unit = openLogic('sha3')
    unit.feed(Uint8Array.from({ length: 333 }, () => 0xa5))

    unit.forget()

    expect(Buffer.from(unit.run(new Uint8Array()).made).toString('hex')).toBe(digest(new Uint8Array()))
  })
})
