/** Random words of endpoints: mostly such that commands succeed, now and then with any field at or beyond its limits. */
import {
  encode,
  endpointTypes,
  memoryWord0,
  noActivity,
  noEndpoint,
  receiveWord0,
  receiveWord2,
  registerWindow,
  sendWord0,
  sendWord1,
} from '#layout'
import fc from 'fast-check'
import type { EndpointOperation } from './agree-operation.ts'
import { among, anyWord, bufferOffsets, mostly, roles, sizes, type Surroundings, weighted } from './agree-values.ts'

type Words = readonly [bigint, bigint, bigint]

const act = mostly(20, noActivity, fc.integer({ min: 0, max: 0xffff }))

const targets = (usual: number, around: Surroundings): fc.Arbitrary<number> =>
  weighted(
    [30, fc.constant(usual)],
    [3, among(around.own, ...around.others)],
    [2, among(around.memory, around.missing, around.foreign)],
    [1, fc.constant(around.host)],
  )

/** Words of a send endpoint towards `target`. */
const sendWords = (target: number, around: Surroundings): fc.Arbitrary<Words> =>
  sendFields(target, around).map(wordsOfSend)

/** Words of a reply endpoint, as a reception makes them or as it never does. */
const replyWords = (around: Surroundings): fc.Arbitrary<Words> =>
  fc
    .record({
      fields: sendFields(around.peer, around),
      reply: mostly(8, 1, fc.constant(0)),
      creditEp: mostly<number>(1, roles.sendToPeer, among(noEndpoint, 127, 128, 0xfffe)),
      ep: mostly<number>(6, roles.replies, among(roles.requests, 128)),
    })
    .map(({ fields, ...others }) => wordsOfSend({ ...fields, ...others }))

const sendFields = (target: number, around: Surroundings) =>
  fc.record({
    act,
    credits: weighted([3, fc.constant(1)], [3, fc.constant(2)], [2, among(0, 0x3f)], [1, among(3, 0x3e)]),
    maxCredits: weighted([6, fc.constant(undefined)], [1, among(0, 1, 2, 3, 0x3e, 0x3f)]),
    messageOrder: weighted([12, among(6, 8, 11)], [3, among(5, 7, 9, 10)], [1, among(0, 4, 12, 31, 32, 63)]),
    creditEp: mostly(12, noEndpoint, among(roles.sendToPeer, 127, 128, 0xfffe)),
    reply: mostly(16, 0, fc.constant(1)),
    target: targets(target, around),
    ep: weighted([16, fc.constant<number>(roles.requests)], [2, among(roles.replies, 0, 127, 128, noEndpoint)]),
    label: fc.oneof(fc.bigInt(0n, 3n), anyWord),
  })

interface SendFields {
  readonly act: number
  readonly credits: number
  readonly maxCredits: number | undefined
  readonly messageOrder: number
  readonly creditEp: number
  readonly reply: number
  readonly target: number
  readonly ep: number
  readonly label: bigint
}

const wordsOfSend = (one: SendFields): Words => [
  encode(sendWord0, {
    reserved: 0,
    reply: one.reply,
    creditEp: one.creditEp,
    messageOrder: one.messageOrder,
    maxCredits: one.maxCredits ?? one.credits,
    credits: one.credits,
    act: one.act,
    type: endpointTypes.send,
  }),
  encode(sendWord1, { reserved: 0n, chip: one.target >> 8, tile: one.target & 0xff, ep: one.ep }),
  one.label,
]

/** Words of a receive endpoint. */
const receiveWords = (replyEps: number, { tile }: Surroundings): fc.Arbitrary<Words> =>
  fc
    .record({
      act,
      position: mostly<Two>(8, [0, 0], fc.tuple(anyPosition, anyPosition)),
      slotOrder: weighted([14, among(6, 8, 11)], [3, among(5, 7, 9)], [1, among(0, 4, 12, 31, 32, 63)]),
      slotsOrder: weighted([14, among(0, 1, 2)], [2, among(3, 5)], [1, among(4, 6, 32, 63)]),
      replyEps: mostly(12, replyEps, among(noEndpoint, roles.replyEps, 0, 96, 120, 126, 127, 128, 0xffff - 1)),
      buffer: weighted(
        [16, among(...bufferOffsets).map((offset) => BigInt(tile.memoryBase + offset))],
        [1, among(0x5555_0000_0000_0000n).map((upper) => upper + BigInt(tile.memoryBase + 0x8000))],
        [1, among(100, 33, 0, -40).map((offset) => BigInt(tile.memoryBase + tile.memoryBytes - offset))],
        [1, among(0n, BigInt(tile.memoryBase - 8), BigInt(registerWindow), 0xffff_fff0n)],
      ),
      masks: mostly<Two>(12, [0, 0], fc.tuple(anyMask, anyMask)),
    })
    .map((one) => [
      encode(receiveWord0, {
        reserved: 0,
        readPosition: one.position[0],
        writePosition: one.position[1],
        slotOrder: one.slotOrder,
        slotsOrder: one.slotsOrder,
        replyEps: one.replyEps,
        act: one.act,
        type: endpointTypes.receive,
      }),
      one.buffer,
      encode(receiveWord2, { unread: one.masks[0], occupied: one.masks[1] }),
    ])

type Two = readonly [number, number]

const anyPosition = weighted([3, fc.integer({ min: 0, max: 5 })], [1, among(31, 32, 33, 63)])
const anyMask = weighted([3, fc.integer({ min: 0, max: 15 })], [1, among(0xffff_ffff, 0x8000_0000, 0xffff_0000)])

/** Words of a memory endpoint that covers memory of `target` from `address` on. */
const memoryWords = (target: number, address: number, bytes: number, around: Surroundings): fc.Arbitrary<Words> =>
  fc
    .record({
      act,
      permissions: mostly(12, 3, fc.integer({ min: 0, max: 15 })),
      target: targets(target, around),
      address: weighted(
        [14, fc.constant(BigInt(address))],
        [2, fc.integer({ min: 0, max: 64 }).map((offset) => BigInt(address + offset))],
        [1, fc.integer({ min: 0, max: 600 }).map((before) => BigInt(Math.max(address + bytes - before, 0)))],
        [1, among(0n, 0x7777_0000_0000_0000n + BigInt(address), BigInt(registerWindow), 0xefff_fff8n, 0xffff_fff8n)],
      ),
      size: weighted(
        [12, fc.constant(BigInt(bytes))],
        [4, sizes],
        [1, among(0n, 0x1_0000_0000n, 0xffff_ffff_ffff_ffffn)],
      ),
    })
    .map((one) => [
      encode(memoryWord0, {
        reserved: 0,
        chip: one.target >> 8,
        tile: one.target & 0xff,
        permissions: one.permissions,
        act: one.act,
        type: endpointTypes.memory,
      }),
      one.address,
      one.size,
    ])

const wild: fc.Arbitrary<Words> = fc.tuple(anyWord, anyWord, anyWord)

/** The endpoint of a role with words that suit it. */
export const roleEndpoint = (role: number, around: Surroundings): fc.Arbitrary<EndpointOperation> =>
  weighted([60, roleWords(role, around)], [1, wild]).map((words) => ({ kind: 'endpoint', ep: role, words }))

const roleWords = (role: number, around: Surroundings): fc.Arbitrary<Words> => {
  const { tile, own, peer, memory, memoryBytes } = around
  switch (role) {
    case roles.toMemory:
      return memoryWords(memory, 0, memoryBytes, around)
    case roles.toPeerMemory:
      return memoryWords(peer, tile.memoryBase, tile.memoryBytes, around)
    case roles.toPeerRegisters:
      return memoryWords(peer, registerWindow, 0x1000_0000, around)
    case roles.toOwnRegisters:
      return memoryWords(own, registerWindow, 0x1000_0000, around)
    case roles.sendToPeer:
      return sendWords(peer, around)
    case roles.sendToSelf:
      return sendWords(own, around)
    case roles.requests:
      return receiveWords(roles.replyEps, around)
    case roles.replies:
      return receiveWords(noEndpoint, around)
    default:
      return replyWords(around)
  }
}
