import {
  bodyFlit,
  burstSelect,
  encode,
  headFlit,
  messageAcknowledgement,
  messageHeader,
  messageHeader01,
  messageHeader23,
  modeClass,
  modes,
  nocId,
  readRequest,
  writeAcknowledgement,
} from '#layout'
import { describe, expect, test } from 'vitest'

/** A flit as the specifications write it: 38 bits of header part, 100 bits of payload part. */
const flit = (header: bigint, payload: bigint): bigint => (header << 100n) | payload

const head = (fields: {
  readonly burst?: number
  readonly bsel: number
  readonly from: readonly [number, number]
  readonly to: readonly [number, number]
  readonly mode: number
  readonly address: number
  readonly data0: bigint
}): bigint =>
  encode(headFlit, {
    burst: fields.burst ?? 0,
    arq: 0,
    bsel: fields.bsel,
    sourceChip: fields.from[0],
    sourceMod: fields.from[1],
    targetChip: fields.to[0],
    targetMod: fields.to[1],
    mode: fields.mode,
    address: fields.address,
    data0: fields.data0,
  })

const body = (data1: bigint, data0: bigint, burst = 1): bigint =>
  encode(bodyFlit, { burst, arq: 0, bsel: 0xff, data1, data0 })

const pm0 = [0, 0x06] as const
const dram = [0, 0x24] as const
const tileA = [3, 0x06] as const
const tileB = [3, 0x25] as const

describe('flits are encoded as in NoC section 2.7', () => {
  test.each([
    [
      'READ_REQ of 64 bytes',
      head({
        bsel: 0xff,
        from: pm0,
        to: dram,
        mode: modes.READ_REQ,
        address: 0x1000,
        data0: encode(readRequest, { size: 64, returnAddress: 0x2000 }),
      }),
      flit(0x0ff0600900n, 0x0_00001000_0000004000002000n),
    ],
    [
      'WRITE_POSTED of four bytes from lanes 4 to 7',
      head({ bsel: 0xf0, from: pm0, to: dram, mode: modes.WRITE_POSTED, address: 0x1001, data0: 0xddccbbaa_00000000n }),
      flit(0x0f00600900n, 0x2_00001001_ddccbbaa00000000n),
    ],
    [
      'its acknowledgement',
      head({
        bsel: 0xff,
        from: dram,
        to: pm0,
        mode: modes.TCU_ACK,
        address: 0x1001,
        data0: encode(writeAcknowledgement, { unused: 0, error: 0, isWrite: 1, bytes: 4 }),
      }),
      flit(0x0ff2400180n, 0x4_00001001_0000000100000004n),
    ],
    [
      'head of a write burst of 40 bytes from lane 8',
      head({
        burst: 1,
        bsel: Number(encode(burstSelect, { lastLane: 15, firstLaneInverted: 15 - 8 })),
        from: pm0,
        to: dram,
        mode: modes.WRITE_POSTED,
        address: 0x3000,
        data0: 3n,
      }),
      flit(0x2f70600900n, 0x2_00003000_0000000000000003n),
    ],
    [
      'tail of a burst',
      body(0x0f0e0d0c0b0a0908n, 0x0706050403020100n, 0),
      flit(0x0ff0f0e0d0n, 0xc0b0a0908_0706050403020100n),
    ],
    [
      'ERROR TIMEOUT_MEM',
      head({
        bsel: 0xff,
        from: dram,
        to: pm0,
        mode: modes.ERROR,
        address: 0x2000,
        data0: encode(messageAcknowledgement, { unused: 0, isWrite: 0, reserved: 0, error: 20 }),
      }),
      flit(0x0ff2400180n, 0x8_00002000_0000000000000014n),
    ],
    [
      'the host reads register 0 of PM0',
      head({
        bsel: 0xff,
        from: [0x3f, 0x05],
        to: pm0,
        mode: modes.READ_REQ,
        address: 0xf000_0000,
        data0: encode(readRequest, { size: 8, returnAddress: 0 }),
      }),
      flit(0x0ff05fc180n, 0x0_f0000000_0000000800000000n),
    ],
  ])('%s', (_, encoded, written) => {
    expect(encoded).toBe(written)
  })
})

const headerA = {
  replyLabel: 0xcafe_babe_1234_5678n,
  replyEp: 10,
  senderEp: 8,
  length: 20,
  chip: 3,
  tile: 0x06,
  replyOrder: 6,
  isReply: 0,
}

describe('messages and memory packets are encoded as in TCU section 9', () => {
  const line1 = encode(messageHeader01, headerA)
  const line2 = encode(messageHeader23, { zero: 0n, label: 0x1122_3344_5566_7788n })

  test.each([
    [
      'head of the message',
      head({ burst: 1, bsel: 0x3f, from: tileA, to: tileB, mode: modes.TCU_MSG, address: 0x01b8_0009, data0: 4n }),
      flit(0x23f060c943n, 0x3_01b80009_0000000000000004n),
    ],
    [
      'header words 0 and 1',
      body(line1 >> 64n, BigInt.asUintN(64, line1)),
      flit(0x2ffcafebabn, 0xe12345678_000a000800a060ccn),
    ],
    [
      'header words 2 and 3',
      body(line2 >> 64n, BigInt.asUintN(64, line2)),
      flit(0x2ff0000000n, 0x000000000_1122334455667788n),
    ],
    [
      'payload bytes 0 to 15',
      body(0x1f1e1d1c1b1a1918n, 0x1716151413121110n),
      flit(0x2ff1f1e1d1n, 0xc1b1a1918_1716151413121110n),
    ],
    [
      'last payload flit',
      body(0x2f2e2d2c2b2a2928n, 0x2726252423222120n, 0),
      flit(0x0ff2f2e2d2n, 0xc2b2a2928_2726252423222120n),
    ],
    [
      'WRITE of five aligned bytes',
      head({ bsel: 0x1f, from: tileA, to: tileB, mode: 2, address: 0x3000, data0: 0x1716151413121110n }),
      flit(0x01f060c943n, 0x2_00003000_1716151413121110n),
    ],
    [
      'its acknowledgement',
      head({
        bsel: 0xff,
        from: tileB,
        to: tileA,
        mode: 4,
        address: 0x3000,
        data0: encode(writeAcknowledgement, { unused: 0, error: 0, isWrite: 1, bytes: 5 }),
      }),
      flit(0x0ff250c183n, 0x4_00003000_0000000100000005n),
    ],
  ])('%s', (_, encoded, written) => {
    expect(encoded).toBe(written)
  })

  test('header words 0 of message and reply', () => {
    const reply = { replyLabel: 0n, replyEp: 8, senderEp: 9, length: 4, chip: 3, tile: 0x25, replyOrder: 0, isReply: 1 }

    expect(BigInt.asUintN(64, line1)).toBe(0x000a_0008_00a0_60ccn)
    expect(BigInt.asUintN(64, encode(messageHeader01, reply))).toBe(0x0008_0009_0020_64a1n)
  })

  test('the header in memory is both lines, words in order', () => {
    const whole = encode(messageHeader, { ...headerA, zero: 0n, label: 0x1122_3344_5566_7788n })

    expect(whole).toBe((line2 << 128n) | line1)
  })

  test('byte selections of the bursts of section 9.6', () => {
    expect(encode(burstSelect, { lastLane: 2, firstLaneInverted: 15 - 15 })).toBe(0x20n)
    expect(encode(burstSelect, { lastLane: 4, firstLaneInverted: 15 - 5 })).toBe(0x4an)
  })

  test('the request of the READ of section 9.6', () => {
    expect(encode(readRequest, { size: 16, returnAddress: 0x5003 })).toBe(0x0000_0010_0000_5003n)
  })

  test('NoC ids join chip and module', () => {
    expect(encode(nocId, { chip: 0x3f, mod: 0x05 })).toBe(0x3f05n)
  })

  test('modes have the classes of NoC section 2.4', () => {
    expect(modeClass).toEqual([0, 1, 0, 0, 1, 2, 3, 2, 1, 1, 0, 1, 0, 3, 0, 0])
  })
})
