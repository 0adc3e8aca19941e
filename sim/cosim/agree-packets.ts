/** Random packets of the host: legal ones, ones that nobody waits for, and malformed ones. TCU section 7, NoC 10.5. */
import {
  encode,
  headFlit,
  hostId,
  messageHeader01,
  modeClass,
  modes,
  readRequest,
  registers,
  registerWindow,
  withField,
  bodyFlit,
} from '#layout'
import fc from 'fast-check'
import { among, anyWord, mostly, roles, sizes, type Surroundings, weighted } from './agree-values.ts'
import type { HostPacket } from './host-agent.ts'

const anyMode = weighted(
  [6, fc.constant<number>(modes.TCU_MSG)],
  [4, among<number>(modes.READ_REQ, modes.WRITE_POSTED)],
  [4, among<number>(modes.READ_RSP, modes.TCU_ACK, modes.ERROR)],
  [1, fc.nat(15)],
)

const addresses = (tile: Surroundings): fc.Arbitrary<number> =>
  weighted(
    [4, fc.nat(0x7ff).map((offset) => tile.tile.memoryBase + offset)],
    [4, among<number>(...Object.values(roles), 127, 128, 0xffff)],
    [3, among(...Object.values(registers)).map((offset) => registerWindow + offset)],
    [1, fc.nat(0xffff_ffff)],
    [1, fc.nat(40).map((before) => tile.tile.memoryBase + tile.tile.memoryBytes - before)],
  )

/** Lines of a message: mostly a header whose length is what the burst holds, or nearly. */
const messageLines = (lines: number, from: Surroundings): fc.Arbitrary<readonly bigint[]> =>
  fc
    .record({
      length: mostly(2, Math.max(0, lines - 2) * 16, fc.nat(0x1fff)),
      isReply: fc.nat(1),
      tile: among(from.own, ...from.others),
      senderEp: among<number>(roles.sendToPeer, roles.sendToSelf, 0xffff, 128),
      replyEp: among<number>(roles.sendToPeer, roles.replies, roles.sendToSelf, 0xffff, 128),
      replyOrder: fc.nat(15),
      replyLabel: anyWord,
      label: anyWord,
      payload: fc.array(anyWord, { minLength: lines, maxLength: lines }),
    })
    .map(({ payload, label, tile, ...header }) =>
      [encode(messageHeader01, { ...header, tile: tile & 0xff, chip: tile >> 8 }), label, ...payload].slice(0, lines),
    )

const packetTo = (to: Surroundings): fc.Arbitrary<HostPacket> =>
  fc
    .record({
      mode: anyMode,
      wait: weighted([3, fc.nat(30)], [1, fc.nat(600)]),
      lines: weighted([2, fc.constant(0)], [3, fc.integer({ min: 1, max: 6 })], [1, fc.integer({ min: 7, max: 34 })]),
      beyond: mostly(6, 0, fc.integer({ min: -2, max: 2 })),
      bsel: weighted([2, fc.constant(0xff)], [2, fc.nat(0xff)], [1, fc.constant(0)]),
      cutAt: mostly(8, -1, fc.nat(34)),
      address: addresses(to),
      size: weighted([2, fc.constant(8n)], [2, sizes], [1, fc.constant(0n)]),
      returnAddress: fc.nat(0xffff_ffff),
      word: anyWord,
      wrongClass: mostly(20, 0, fc.constant(1)),
      foreign: mostly(3, 0, fc.nat(0xff)),
    })
    .chain((one) =>
      messageLines(one.lines, to).map((lines): HostPacket => {
        const request = encode(readRequest, {
          size: Number(BigInt.asUintN(32, one.size)),
          returnAddress: one.returnAddress,
        })
        const announced = BigInt(Math.max(0, one.lines + one.beyond))
        const data0 = one.lines > 0 ? announced : one.mode === modes.READ_REQ ? request : one.word
        const burst = one.lines > 0 ? 1 : 0
        const head = encode(headFlit, {
          burst,
          arq: 0,
          bsel: one.mode === modes.READ_REQ ? 0xff : one.bsel,
          sourceMod: one.foreign === 0 ? hostId.mod : one.foreign,
          sourceChip: hostId.chip,
          targetMod: to.own & 0xff,
          targetChip: to.own >> 8,
          mode: one.mode,
          address: one.address,
          data0,
        })
        const body = lines.map((line, index) =>
          encode(bodyFlit, {
            burst: index + 1 < lines.length ? 1 : 0,
            arq: 0,
            bsel: index === one.cutAt ? 0 : 0xff,
            data1: line >> 64n,
            data0: BigInt.asUintN(64, line),
          }),
        )
        const messageClass = (modeClass[one.mode] === 1 ? 1 : 0) ^ one.wrongClass
        return {
          messageClass: messageClass as 0 | 1,
          wait: one.wait,
          flits: [withField(headFlit, 'burst', head, burst), ...body],
        }
      }),
    )

/** Packets of the host to the compute tiles. */
export const hostPackets = (tiles: readonly Surroundings[], most: number): fc.Arbitrary<readonly HostPacket[]> =>
  weighted<readonly HostPacket[]>(
    [1, fc.constant([])],
    [2, fc.array(fc.oneof(...tiles.map(packetTo)), { maxLength: most })],
  )
