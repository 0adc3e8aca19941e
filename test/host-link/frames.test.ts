import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cobsDecode, cobsEncode, crc32, decodeFrame, encodeFrame, flitFromBytes, flitToBytes } from '#host-link'

const text = (characters: string): Uint8Array => new TextEncoder().encode(characters)
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const bytesOf = (digits: string): Uint8Array => Uint8Array.from(Buffer.from(digits.replaceAll(' ', ''), 'hex'))

/** The CRC of bytes, a bit at a time, by the polynomial as it stands in IEEE 802.3: x^32 + x^26 + ... + 1. */
const longDivision = (bytes: Uint8Array): number => {
  const reverse = (value: bigint, bits: number): bigint =>
    BigInt(`0b${value.toString(2).padStart(bits, '0').split('').reverse().join('')}`)
  let rest = 0xffff_ffffn
  for (const byte of bytes) {
    rest ^= reverse(BigInt(byte), 8) << 24n
    for (let bit = 0; bit < 8; bit++)
      rest = rest & 0x8000_0000n ? ((rest << 1n) ^ 0x1_04c1_1db7n) & 0xffff_ffffn : rest << 1n
  }
  return Number(reverse(rest ^ 0xffff_ffffn, 32))
}

describe('a CRC', () => {
  test.each([
    ['123456789', 0xcbf4_3926],
    ['', 0],
    ['a', 0xe8b7_be43],
    ['The quick brown fox jumps over the lazy dog', 0x414f_a339],
  ])('of %j is the published one', (characters, sum) => {
    expect(crc32(text(characters))).toBe(sum)
  })

  test('is the rest of a division of polynomials', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => crc32(bytes) === longDivision(bytes)),
      { seed: 1, numRuns: 60 },
    )
  })
})

describe('stuffed bytes', () => {
  // Examples of Cheshire and Baker, and of the edges of a block.
  test.each([
    ['00', '010100'],
    ['0000', '01010100'],
    ['00110000', '010211010100'],
    ['11220033', '031122023300'],
    ['11223344', '051122334400'],
    ['11000000', '021101010100'],
    ['', '0100'],
  ])('of %s are %s', (bytes, coded) => {
    expect(hex(cobsEncode(bytesOf(bytes)))).toBe(coded)
  })

  test('of 254 bytes without a zero need one byte more, of 255 two', () => {
    const ones = (count: number) => Uint8Array.from({ length: count }, () => 1)

    expect(hex(cobsEncode(ones(254)))).toBe('ff' + '01'.repeat(254) + '00')
    expect(hex(cobsEncode(ones(255)))).toBe('ff' + '01'.repeat(254) + '0201' + '00')
  })

  test('have no zero but the last, and come back', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constant(0), fc.nat(255)), { maxLength: 700 }), (bytes) => {
        const coded = cobsEncode(Uint8Array.from(bytes))

        expect(coded.indexOf(0)).toBe(coded.length - 1)
        expect([...(cobsDecode(coded.subarray(0, -1)) ?? [])]).toEqual(bytes)
      }),
      { seed: 2, numRuns: 60 },
    )
  })

  test('that are cut in a block are none', () => {
    expect(cobsDecode(bytesOf('0511'))).toBeUndefined()
  })
})

describe('a frame', () => {
  // The READ_REQ of NoC section 2.7: h = 0x0FF0600900, p = 0x0000010000000004000002000.
  const readRequest = (0x0f_f060_0900n << 100n) | 0x0_0000_1000_0000_0040_0000_2000n
  const readRequestBytes = '00 ff 06 00 90 00 00 00 10 00 00 00 00 40 00 00 20 00'

  test('has its flits as 18 bytes, the most significant first', () => {
    expect(hex(flitToBytes(readRequest))).toBe(readRequestBytes.replaceAll(' ', ''))
    expect(flitFromBytes(bytesOf(readRequestBytes))).toBe(readRequest)
  })

  test('of data is type, number, acknowledgement, count, window, flags, flits and CRC', () => {
    const body = `a0 07 09 01 14 01 ${readRequestBytes}`

    const bytes = encodeFrame({ type: 'data', seq: 7, ack: 9, window: 80, flits: [readRequest] })

    expect(hex(bytes.subarray(0, -4))).toBe(body.replaceAll(' ', ''))
    expect(hex(bytes.subarray(-4))).toBe(longDivision(bytesOf(body)).toString(16).padStart(8, '0'))
  })

  test('that answers a hello says version, chip, modules and the longest packet', () => {
    const body = bytesOf('a3 01 01 00 23 00 01 02 06 00 83 00 00 00 00 00 00 00 00 00 00 00')
    const sum = longDivision(body)
    const bytes = Uint8Array.from([...body, ...[24, 16, 8, 0].map((shift) => (sum >>> shift) & 0xff)])

    expect(decodeFrame(bytes)).toEqual({
      ...{ type: 'helloAnswer', seq: 1, ack: 1, window: 140, flits: [] },
      answer: { version: 1, chip: 2, modules: 6, largestPacket: 131 },
    })
  })

  test('with any bit changed, or cut anywhere, is none', () => {
    const bytes = encodeFrame({ type: 'data', seq: 1, ack: 2, window: 8, flits: [readRequest, 5n] })

    for (let place = 0; place < 8 * bytes.length; place++) {
      const copy = Uint8Array.from(bytes)
      copy[place >> 3] = (copy[place >> 3] as number) ^ (1 << (place & 7))
      expect(typeof decodeFrame(copy)).toBe('string')
    }
    for (let length = 0; length < bytes.length; length++)
      expect(typeof decodeFrame(bytes.subarray(0, length))).toBe('string')
  })

  test('of 81 flits is refused', () => {
    expect(() => encodeFrame({ type: 'data', seq: 0, ack: 0, window: 0, flits: Array<bigint>(81).fill(0n) })).toThrow(
      'A frame holds 80 flits, not 81: send several',
    )
  })
})
