import { decode, encode, memoryWord0, receiveWord0, receiveWord2, sendWord0, sendWord1 } from '#layout'
import { describe, expect, test } from 'vitest'

const act = 0xffff

const send = (credits: number) =>
  encode(sendWord0, {
    reserved: 0,
    reply: 0,
    creditEp: 0xffff,
    messageOrder: 6,
    maxCredits: 2,
    credits,
    act,
    type: 1,
  })

const replyEp = (type: number) =>
  encode(sendWord0, { reserved: 0, reply: 1, creditEp: 8, messageOrder: 6, maxCredits: 1, credits: 1, act, type })

const receive = (slotsOrder: number, replyEps: number, writePosition: number, readPosition: number) =>
  encode(receiveWord0, { reserved: 0, readPosition, writePosition, slotOrder: 6, slotsOrder, replyEps, act, type: 2 })

const memory = (tile: number) => encode(memoryWord0, { reserved: 0, chip: 3, tile, permissions: 3, act, type: 3 })

describe('endpoints are encoded as in the walk-throughs of TCU section 9', () => {
  test.each([
    ['A#8.r0 with two credits', send(2), 0x001f_ffe3_0417_fff9n],
    ['A#8.r0 after the SEND', send(1), 0x001f_ffe3_040f_fff9n],
    ['A#8.r1', encode(sendWord1, { reserved: 0n, chip: 3, tile: 0x25, ep: 9 }), 0x0325_0009n],
    ['A#10.r0', receive(1, 0xffff, 0, 0), 0x0000_0c0f_ffff_fffan],
    ['A#10.r0 after the reply', receive(1, 0xffff, 1, 0), 0x0000_8c0f_ffff_fffan],
    ['A#10.r0 after FETCH_MSG', receive(1, 0xffff, 1, 1), 0x0020_8c0f_ffff_fffan],
    ['B#9.r0', receive(2, 16, 0, 0), 0x0000_0c10_0087_fffan],
    ['B#9.r0 after the message', receive(2, 16, 1, 0), 0x0000_8c10_0087_fffan],
    ['B#9.r0 after FETCH_MSG', receive(2, 16, 1, 1), 0x0020_8c10_0087_fffan],
    ['B#9.r2 after the message', encode(receiveWord2, { unread: 1, occupied: 1 }), 0x0000_0001_0000_0001n],
    ['B#16.r0', replyEp(1), 0x0020_0103_020f_fff9n],
    ['B#16.r0 after the REPLY', replyEp(0), 0x0020_0103_020f_fff8n],
    ['B#16.r1', encode(sendWord1, { reserved: 0n, chip: 3, tile: 0x06, ep: 10 }), 0x0306_000an],
    ['A#9.r0 as memory endpoint', memory(0x25), 0x0000_0001_929f_fffbn],
    ['a DRAM region', memory(0x24), 0x0000_0001_921f_fffbn],
  ])('%s', (_, encoded, written) => {
    expect(encoded).toBe(written)
  })

  test('a send endpoint decodes to the fields it was made of', () => {
    expect(decode(sendWord0, 0x001f_ffe3_0417_fff9n)).toEqual({
      reserved: 0,
      reply: 0,
      creditEp: 0xffff,
      messageOrder: 6,
      maxCredits: 2,
      credits: 2,
      act: 0xffff,
      type: 1,
    })
  })
})
