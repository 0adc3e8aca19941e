import { describe, expect, test } from 'vitest'
import { WordReader } from '../../src/kernel/words.ts'
import { decodeFields, encodeRequest, systemCalls } from '../../src/kernel/system-calls.ts'
import { encodeSideCall, exitCall, sideCallReply, sideCalls } from '../../src/kernel/side-calls.ts'

const hex = (bytes: Uint8Array): string => (Buffer.from(bytes).toString('hex').match(/.{16}/g) ?? []).join(' ')

const word = (value: string): string => Buffer.from(value.padStart(16, '0'), 'hex').reverse().toString('hex')
const words = (...values: string[]): string => values.map(word).join(' ')

describe('messages', () => {
  test.each([
    [
      'create_rgate',
      encodeRequest(systemCalls.createRgate, { dst: 30, order: 10, messageOrder: 8 }),
      words('3', '1e', 'a', '8'),
    ],
    [
      'create_sgate',
      encodeRequest(systemCalls.createSgate, { dst: 31, rgate: 30, label: 0x77, credits: 1 }),
      words('4', '1f', '1e', '77', '1'),
    ],
    [
      'create_activity',
      encodeRequest(systemCalls.createActivity, { dst: 20, tile: 0, kmem: 1, name: 'b' }),
      words('6', '14', '0', '1', '2', '62'),
    ],
    [
      'alloc_ep',
      encodeRequest(systemCalls.allocEp, { dst: 40, act: 2, ep: 0xffff, replies: 4 }),
      words('8', '28', '2', 'ffff', '4'),
    ],
    [
      'activate',
      encodeRequest(systemCalls.activate, { ep: 40, gate: 30, bufferMemory: 0xffff, bufferOffset: 0x1000_0000 }),
      words('9', '28', '1e', 'ffff', '10000000'),
    ],
    [
      'exchange',
      encodeRequest(systemCalls.exchange, { act: 20, own: { start: 30, count: 1 }, other: 30, obtain: false }),
      words('1c', '14', '1e', '2', '1e', '0'),
    ],
    [
      'revoke of mappings',
      encodeRequest(systemCalls.revoke, { act: 2, range: { type: 'mapping', start: 5, count: 3 }, own: true }),
      words('1d', '2', '5', '7', '1'),
    ],
    [
      'derive_tile without time',
      encodeRequest(systemCalls.deriveTile, { tile: 3, dst: 4, eps: 8, time: undefined, pts: -1 }),
      words('e', '3', '4', '8', 'f'.repeat(16), 'f'.repeat(16)),
    ],
    ['noop', encodeRequest(systemCalls.noop, {}), words('1f')],
    [
      'ActInit',
      encodeSideCall(sideCalls.activityInit, { activity: 3, timeQuota: 1, ptQuota: 1, epsStart: 8 }),
      words('1', '3', '1', '1', '8'),
    ],
    ['ActCtrl stop', encodeSideCall(sideCalls.activityControl, { activity: 3, op: 1 }), words('2', '3', '1')],
    ['answer to a side call', sideCallReply(0), words('0', '0', '0')],
    ['Exit', exitCall.encode({ activity: 3, status: 55 }), words('0', '3', '37')],
  ])('%s is encoded word by word', (_name, message, expected) => {
    expect(hex(message)).toBe(expected)
  })

  test('act_wait always carries 32 activities', () => {
    const message = encodeRequest(systemCalls.actWait, { event: 0, count: 2, acts: [20, 23] })

    expect(message.length).toBe(8 * (3 + 32))
    expect(hex(message)).toBe(words('b', '0', '2', '14', '17', ...Array<string>(30).fill('0')))
  })

  test('a string of eight bytes takes its length, NUL and padding', () => {
    const message = encodeRequest(systemCalls.createActivity, { dst: 0, tile: 0, kmem: 0, name: 'eight888' })

    expect(hex(message.subarray(32))).toBe(words('9', '3838387468676965', '0'))
  })

  test('what was encoded is decoded', () => {
    const reader = new WordReader(encodeRequest(systemCalls.createActivity, { dst: 7, tile: 3, kmem: 1, name: 'ä' }))
    reader.word()

    expect(decodeFields(systemCalls.createActivity.request, reader)).toEqual({ dst: 7n, tile: 3n, kmem: 1n, name: 'ä' })
  })

  test.each([
    ['the message ends early', [2n, 0n], 'the message ends in front of a word'],
    ['a string is longer than the message', [20n, 0n, 1n, 99n, 0n], 'the message ends inside a byte array'],
    ['a string has no NUL', [20n, 0n, 1n, 1n, 0x41n], 'a string ends without NUL'],
    ['a string is no UTF-8', [20n, 0n, 1n, 2n, 0x00ffn], 'a string is not UTF-8'],
    ['a string is empty bytes', [20n, 0n, 1n, 0n], 'a string ends without NUL'],
  ])('%s is malformed', (_name, given, message) => {
    const reader = new WordReader(new Uint8Array(BigUint64Array.from(given).buffer))

    expect(() => decodeFields(systemCalls.createActivity.request, reader)).toThrow(message)
  })

  test('an operation that does not exist is malformed', () => {
    const reader = new WordReader(new Uint8Array(BigUint64Array.from([2n, 3n, 0n]).buffer))

    expect(() => decodeFields(systemCalls.actCtrl.request, reader)).toThrow('3 is not below 3')
  })

  test('a flag is true if and only if its word equals 1', () => {
    const flags = [0n, 1n, 2n].map((value) => {
      const reader = new WordReader(new Uint8Array(BigUint64Array.from([2n, 3n, 2n, value]).buffer))
      return decodeFields(systemCalls.revoke.request, reader).own
    })

    expect(flags).toEqual([false, true, false])
  })
})
