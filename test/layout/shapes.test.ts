import { describe, expect, test } from 'vitest'
import { array, bit, decode, encode, none, oneOf, show, sint, struct, uint, union } from '#layout'

const request = union({
  read: struct({ address: uint(8) }),
  write: struct({ address: uint(8), data: sint(4) }),
  idle: none,
})

describe('a signed number', () => {
  test('is two’s complement', () => {
    expect(encode(sint(4), -8)).toBe(0b1000n)
    expect(encode(sint(4), -1)).toBe(0b1111n)
    expect(encode(sint(4), 7)).toBe(0b0111n)
    expect(decode(sint(4), 0b1001n)).toBe(-7)
  })

  test('is a bigint above 32 bits', () => {
    expect(decode(sint(33), 1n << 32n)).toBe(-(1n << 32n))
  })

  test.each([8, -9])('of 4 bits cannot be %i', (value) => {
    expect(() => encode(struct({ offset: sint(4) }), { offset: value })).toThrow(
      `offset is ${value}, which does not fit 4 signed bits`,
    )
  })

  test('of no bits does not exist', () => {
    expect(() => sint(0)).toThrow('sint(0): a width is a whole number of bits, 1 or more')
  })
})

describe('a union', () => {
  test('has its tag above a payload as wide as the widest', () => {
    expect([request.bits, request.tag.bits, request.payloadBits]).toEqual([14, 2, 12])
    expect(encode(request, { kind: 'read', value: { address: 0x5a } })).toBe(0b00_0000_0101_1010n)
    expect(encode(request, { kind: 'write', value: { address: 0x5a, data: -1 } })).toBe(0b01_0101_1010_1111n)
    expect(encode(request, { kind: 'idle' })).toBe(0b10_0000_0000_0000n)
  })

  test('decodes to its variant, whatever is in the bits that the variant does not use', () => {
    expect(decode(request, 0b01_0101_1010_1111n)).toEqual({ kind: 'write', value: { address: 0x5a, data: -1 } })
    expect(decode(request, 0b00_1111_0101_1010n)).toEqual({ kind: 'read', value: { address: 0x5a } })
    expect(decode(request, 0b10_0000_0000_0001n)).toEqual({ kind: 'idle' })
  })

  test('with a tag that no variant has is refused', () => {
    expect(() => decode(request, 0b11_0000_0000_0000n)).toThrow('tag 3 is none of read, write, idle')
  })

  test('names what is wrong inside of it', () => {
    const record = struct({ next: request })

    expect(() => encode(record, { next: { kind: 'fetch' } } as never)).toThrow(
      "next.kind is 'fetch', not one of read, write, idle",
    )
    expect(() => encode(record, { next: { kind: 'read', value: { address: 256 } } })).toThrow(
      'next.value.address is 256, which does not fit 8 bits',
    )
    expect(() => encode(record, { next: { kind: 'read' } } as never)).toThrow('next.value is missing')
  })

  test('of names alone is a tag', () => {
    const bare = union({ on: none, off: none })

    expect(bare.bits).toBe(1)
    expect(decode(bare, 1n)).toEqual({ kind: 'off' })
  })

  test('needs a variant', () => {
    expect(() => union({})).toThrow('union() needs at least one variant')
  })
})

describe('cases', () => {
  test('are counted, in as few bits as they need', () => {
    const three = oneOf('a', 'b', 'c')

    expect([three.bits, three.codes]).toEqual([2, { a: 0, b: 1, c: 2 }])
    expect(oneOf('only').bits).toBe(1)
    expect(oneOf('a', 'b', 'c', 'd', 'e').bits).toBe(3)
  })

  test('have a bit each', () => {
    const hot = oneOf.oneHot('a', 'b', 'c')

    expect([hot.bits, hot.codes]).toEqual([3, { a: 1, b: 2, c: 4 }])
  })

  test('with a bit each are at most 53', () => {
    const names = Array.from({ length: 54 }, (_, index) => `n${index}`)

    expect(() => oneOf.oneHot(...names)).toThrow('oneOf.oneHot(): 54 cases, at most 53 are possible')
  })

  test('in Gray code differ from their neighbours in one bit', () => {
    const { bits, codes } = oneOf.gray('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h')
    const steps = Object.values(codes).map((code, index, all) => code ^ (all[(index + 1) % all.length] ?? 0))

    expect(bits).toBe(3)
    expect(steps.map((step) => step.toString(2).replaceAll('0', ''))).toEqual(Array(8).fill('1'))
  })

  test('have the codes that are given', () => {
    const given = oneOf({ load: 1, store: 9 }, 7)

    expect([given.bits, encode(given, 'store')]).toEqual([7, 9n])
  })

  test.each([
    [() => oneOf('a', 'a'), 'oneOf(): two cases have the same name'],
    [() => oneOf({ a: 1, b: 1 }), 'oneOf(): two cases have the same code'],
    [() => oneOf({ a: 8 }, 3), 'oneOf(): code 8 does not fit 3 bits'],
    [() => oneOf({ a: -1 }), "oneOf(): the code of 'a' is -1, not a whole number from 0"],
    [() => oneOf(), 'oneOf() needs at least one case'],
    [() => oneOf.oneHot('a', 'a'), 'oneOf.oneHot(): two cases have the same name'],
  ])('that cannot be are refused: %#', (make, message) => {
    expect(make).toThrow(message)
  })
})

describe('bits are shown', () => {
  test.each([
    ['a bit', bit, 1n, '1'],
    ['a number', uint(8), 0x40n, '0x40'],
    ['a signed number', sint(4), 0b1110n, '-2'],
    ['a case', oneOf('read', 'write'), 1n, 'write'],
    ['a code without a case', oneOf('a', 'b', 'c'), 3n, '?3'],
    ['a record', struct({ op: oneOf('read', 'write'), address: uint(8) }), 0x140n, '{op: write, address: 0x40}'],
    ['an array', array(uint(4), 3), 0x321n, '[1, 2, 3]'],
    ['a variant', request, 0b01_0101_1010_1111n, 'write {address: 0x5a, data: -1}'],
    ['a variant without payload', request, 0b10_0000_0000_0000n, 'idle'],
    ['a tag without a variant', request, 0b11_0000_0000_0000n, '?3'],
  ])('of %s', (_, shape, bits, text) => {
    expect(show(shape, bits)).toBe(text)
  })
})
