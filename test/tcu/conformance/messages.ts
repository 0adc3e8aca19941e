/** Messages: T-01 to T-38 of TCU section 10.2, all on one tile that sends to itself through the network. */
import { noEndpoint, opcodes, unlimitedCredits } from '#layout'
import type { Tile } from '#model'
import { describe, expect, test } from 'vitest'
import {
  acknowledge,
  creditsOf,
  fetch,
  invalidEp,
  messageAt,
  readEp,
  receiveEp,
  reply,
  run,
  send,
  sendEp,
  slotsOf,
  writeEp,
} from '../../support/tcu-driver.ts'
import { eps, pattern, placesOf, runOne } from './bench.ts'
import type { CreatePlatform } from './bench.ts'

const label = 0x5678n

/** A send endpoint to the own receive endpoint. */
const toReceive = (tile: Tile, credits: number, messageOrder = 6) =>
  sendEp({ target: tile.id, ep: eps.receive, credits, messageOrder, label })

const receiver = (tile: Tile, slotsOrder: number, replyEps?: number, slotOrder = 6) =>
  receiveEp({ buffer: placesOf(tile).receive, slotsOrder, slotOrder, ...(replyEps === undefined ? {} : { replyEps }) })

const replies = (tile: Tile, slotsOrder: number, slotOrder = 6) =>
  receiveEp({ buffer: placesOf(tile).receive2, slotsOrder, slotOrder })

/** A reply endpoint as software would make it. */
const ownReply = (tile: Tile, more: { readonly creditEp?: number; readonly messageOrder?: number } = {}) =>
  sendEp({ target: tile.id, ep: eps.receive2, credits: 1, messageOrder: 6, reply: true, ...more })

const buffer = (tile: Tile, bytes: number | bigint) => ({ address: placesOf(tile).message, bytes })

const nextSlot = (position: number): { readonly slot: number; readonly after: number } => ({
  slot: position === 32 ? 0 : position,
  after: position === 32 ? 1 : position + 1,
})

export const messages = (createPlatform: CreatePlatform): void => {
  describe('slots of a receive endpoint', () => {
    test('positions, masks, labels and order follow sends, fetches and acks (T-01 to T-03)', () =>
      runOne(createPlatform, async (tile) => {
        const { receive } = placesOf(tile)
        await writeEp(tile, eps.receive, receiver(tile, 5))
        await writeEp(tile, eps.send, toReceive(tile, unlimitedCredits))
        const model = { readPosition: 0, writePosition: 0, unread: 0, occupied: 0 }

        for (const count of [0, 1, 2, 3, 7, 15, 31, 32]) {
          for (let index = 0; index < count; index++) {
            expect(await slotsOf(tile, eps.receive)).toEqual(model)
            expect(await send(tile, eps.send, buffer(tile, 8), { label: BigInt(index + 1) })).toBe('NONE')
            const { slot, after } = nextSlot(model.writePosition)
            model.writePosition = after
            model.unread = (model.unread | (1 << slot)) >>> 0
            model.occupied = (model.occupied | (1 << slot)) >>> 0
          }
          for (let index = 0; index < count; index++) {
            const { slot, after } = nextSlot(model.readPosition)
            const offset = await fetch(tile, eps.receive)
            expect(offset).toBe(slot * 64)
            model.readPosition = after
            model.unread = (model.unread & ~(1 << slot)) >>> 0
            expect(await slotsOf(tile, eps.receive)).toEqual(model)
            const { header } = messageAt(tile, receive + slot * 64)
            expect(header).toMatchObject({ label, replyLabel: BigInt(index + 1) })
            expect(await acknowledge(tile, eps.receive, slot * 64)).toBe('NONE')
            model.occupied = (model.occupied & ~(1 << slot)) >>> 0
            expect(await slotsOf(tile, eps.receive)).toEqual(model)
          }
        }
      }))
  })

  describe('messages that are refused', () => {
    test('SEND on a receive endpoint is NO_SEP (T-04)', () =>
      runOne(createPlatform, async (tile) => {
        await writeEp(tile, eps.receive, receiver(tile, 0))
        expect(await send(tile, eps.receive, buffer(tile, 8))).toBe('NO_SEP')
      }))

    test('SEND of one byte too many is OUT_OF_BOUNDS (T-05)', () =>
      runOne(createPlatform, async (tile) => {
        await writeEp(tile, eps.receive, receiver(tile, 0))
        await writeEp(tile, eps.send, toReceive(tile, 1))
        expect(await send(tile, eps.send, buffer(tile, 33))).toBe('OUT_OF_BOUNDS')
        expect(await send(tile, eps.send, buffer(tile, 32))).toBe('NONE')
      }))

    test('SEND with a send endpoint for the reply is NO_REP (T-06)', () =>
      runOne(createPlatform, async (tile) => {
        await writeEp(tile, eps.receive, receiver(tile, 0))
        await writeEp(tile, eps.send, toReceive(tile, 1))
        expect(await send(tile, eps.send, buffer(tile, 8), { ep: eps.send })).toBe('NO_REP')
      }))

    test('ACK_MSG on a send endpoint is NO_REP (T-07)', () =>
      runOne(createPlatform, async (tile) => {
        await writeEp(tile, eps.send, toReceive(tile, 1))
        expect(await acknowledge(tile, eps.send, 0)).toBe('NO_REP')
      }))

    test('REPLY and ACK_MSG behind the last slot are INV_MSG_OFF (T-08)', () =>
      runOne(createPlatform, async (tile) => {
        await writeEp(tile, eps.receive, receiver(tile, 0, eps.reply))
        expect(await reply(tile, eps.receive, 64, buffer(tile, 0))).toBe('INV_MSG_OFF')
        expect(await acknowledge(tile, eps.receive, 64)).toBe('INV_MSG_OFF')
      }))

    test('REPLY without reply endpoints is REPLIES_DISABLED (T-09)', () =>
      runOne(createPlatform, async (tile) => {
        await writeEp(tile, eps.receive, receiver(tile, 0))
        expect(await reply(tile, eps.receive, 0, buffer(tile, 0))).toBe('REPLIES_DISABLED')
      }))

    test('REPLY through a normal send endpoint is SEND_REPLY_EP (T-10)', () =>
      runOne(createPlatform, async (tile) => {
        const { receive } = placesOf(tile)
        const fields = { buffer: receive, slotsOrder: 0, slotOrder: 6, replyEps: eps.reply, occupied: 1 }
        await writeEp(tile, eps.receive, receiveEp(fields))
        await writeEp(tile, eps.reply, toReceive(tile, 1))
        expect(await reply(tile, eps.receive, 0, buffer(tile, 0))).toBe('SEND_REPLY_EP')
      }))

    test('SEND to an invalid endpoint, or beyond the last one, is RECV_GONE (T-11, T-12)', () =>
      runOne(createPlatform, async (tile) => {
        await writeEp(tile, eps.send, toReceive(tile, 1))
        expect(await send(tile, eps.send, buffer(tile, 8))).toBe('RECV_GONE')
        for (const ep of [128, 129, 0x7fff, noEndpoint]) {
          await writeEp(tile, eps.send, sendEp({ target: tile.id, ep, credits: 1, messageOrder: 6 }))
          expect(await send(tile, eps.send, buffer(tile, 8))).toBe('RECV_GONE')
        }
      }))

    test('a message that is larger than a slot is RECV_OUT_OF_BOUNDS (T-13)', () =>
      runOne(createPlatform, async (tile) => {
        await writeEp(tile, eps.receive, receiver(tile, 0, undefined, 5))
        await writeEp(tile, eps.send, toReceive(tile, 1))
        expect(await send(tile, eps.send, buffer(tile, 32))).toBe('RECV_OUT_OF_BOUNDS')
      }))

    test('a message buffer off its line is MSG_UNALIGNED, for SEND and REPLY (T-14, T-15)', () =>
      runOne(createPlatform, async (tile) => {
        const unaligned = { address: placesOf(tile).message + 8, bytes: 8 }
        await writeEp(tile, eps.receive, receiver(tile, 0, eps.reply))
        await writeEp(tile, eps.send, toReceive(tile, 1))
        await writeEp(tile, eps.reply, ownReply(tile))
        expect(await send(tile, eps.send, unaligned)).toBe('MSG_UNALIGNED')
        expect(await send(tile, eps.send, { ...unaligned, bytes: 0 })).toBe('MSG_UNALIGNED')
        expect(await reply(tile, eps.receive, 0, unaligned)).toBe('MSG_UNALIGNED')
      }))

    test('reply endpoints beyond the last endpoint are RECV_INV_RPL_EPS (T-16)', () =>
      runOne(createPlatform, async (tile) => {
        await writeEp(tile, eps.receive, receiver(tile, 0, 128))
        await writeEp(tile, eps.send, toReceive(tile, 1))
        expect(await send(tile, eps.send, buffer(tile, 8), { ep: eps.receive })).toBe('RECV_INV_RPL_EPS')
        expect(await acknowledge(tile, eps.receive, 0)).toBe('RECV_INV_RPL_EPS')
        expect(await reply(tile, eps.receive, 0, buffer(tile, 0))).toBe('RECV_INV_RPL_EPS')
      }))

    test('REPLY with a credit endpoint beyond the last is SEND_INV_CRD_EP (T-17)', () =>
      runOne(createPlatform, async (tile) => {
        await writeEp(tile, eps.receive, receiver(tile, 0, eps.reply))
        await writeEp(tile, eps.reply, ownReply(tile, { creditEp: 128 }))
        expect(await reply(tile, eps.receive, 0, buffer(tile, 0))).toBe('SEND_INV_CRD_EP')
      }))

    test('message sizes above 2 KiB are SEND_INV_MSG_SZ, for SEND and REPLY (T-18, T-19)', () =>
      runOne(createPlatform, async (tile) => {
        await writeEp(tile, eps.receive, receiver(tile, 0, eps.reply))
        await writeEp(tile, eps.send, toReceive(tile, 1, 12))
        await writeEp(tile, eps.reply, ownReply(tile, { creditEp: 2, messageOrder: 12 }))
        expect(await send(tile, eps.send, buffer(tile, 48))).toBe('SEND_INV_MSG_SZ')
        expect(await reply(tile, eps.receive, 0, buffer(tile, 0))).toBe('SEND_INV_MSG_SZ')
      }))

    test('a SEND that fails at the receiver keeps its credit (T-20)', () =>
      runOne(createPlatform, async (tile) => {
        await writeEp(tile, eps.send, toReceive(tile, 1))
        expect(await send(tile, eps.send, buffer(tile, 8))).toBe('RECV_GONE')
        expect(await creditsOf(tile, eps.send)).toBe(1)
      }))

    test('a REPLY that fails at the receiver has freed its slot all the same (T-21 with DEV-20)', () =>
      runOne(createPlatform, async (tile) => {
        const fields = { buffer: placesOf(tile).receive, slotsOrder: 0, slotOrder: 6, replyEps: eps.reply }
        await writeEp(tile, eps.receive, receiveEp({ ...fields, occupied: 1, unread: 1 }))
        await writeEp(tile, eps.reply, ownReply(tile))
        expect(await reply(tile, eps.receive, 0, buffer(tile, 0))).toBe('RECV_GONE')
        expect(await slotsOf(tile, eps.receive)).toMatchObject({ occupied: 0, unread: 0 })
        expect((await readEp(tile, eps.reply))[0] & 7n).toBe(0n)
        expect(await creditsOf(tile, eps.reply)).toBe(1)
        expect(await reply(tile, eps.receive, 0, buffer(tile, 0))).toBe('NO_SEP')
      }))
  })

  describe('empty messages and replies', () => {
    test('an empty message without reply can be fetched and acknowledged (T-22, T-23)', () =>
      runOne(createPlatform, async (tile) => {
        await writeEp(tile, eps.receive, receiver(tile, 0, eps.reply))
        await writeEp(tile, eps.send, toReceive(tile, 1, 5))
        expect(await send(tile, eps.send, buffer(tile, 0), { label: 0x2222n })).toBe('NONE')
        expect(await creditsOf(tile, eps.send)).toBe(0)
        expect(await fetch(tile, eps.receive)).toBe(0)
        expect(messageAt(tile, placesOf(tile).receive).header).toEqual({
          zero: 0n,
          label,
          replyLabel: 0x2222n,
          replyEp: noEndpoint,
          senderEp: eps.send,
          length: 0,
          chip: tile.id >> 8,
          tile: tile.id & 0xff,
          replyOrder: 5,
          isReply: 0,
        })
        expect(await acknowledge(tile, eps.receive, 0)).toBe('NONE')
      }))

    test('an empty message is answered with an empty reply, which returns the credit (T-24 to T-27)', () =>
      runOne(createPlatform, async (tile) => {
        await writeEp(tile, eps.receive, receiver(tile, 0, eps.reply))
        await writeEp(tile, eps.receive2, replies(tile, 0))
        await writeEp(tile, eps.send, toReceive(tile, 1, 5))
        expect(await send(tile, eps.send, buffer(tile, 0), { ep: eps.receive2, label: 0x1111n })).toBe('NONE')
        expect(await creditsOf(tile, eps.send)).toBe(0)
        const expected = { replyOrder: 6, replyEp: eps.receive2, replyLabel: 0x1111n }
        expect(messageAt(tile, placesOf(tile).receive).header).toMatchObject(expected)
        expect(await send(tile, eps.reply, buffer(tile, 0))).toBe('SEND_REPLY_EP')

        expect(await reply(tile, eps.receive, 0, buffer(tile, 0))).toBe('NONE')
        expect(await creditsOf(tile, eps.send)).toBe(1)
        expect(await fetch(tile, eps.receive2)).toBe(0)
        expect(messageAt(tile, placesOf(tile).receive2).header).toEqual({
          zero: 0n,
          label: 0x1111n,
          replyLabel: 0n,
          replyEp: eps.send,
          senderEp: eps.receive,
          length: 0,
          chip: tile.id >> 8,
          tile: tile.id & 0xff,
          replyOrder: 0,
          isReply: 1,
        })
        expect(await acknowledge(tile, eps.receive2, 0)).toBe('NONE')
      }))

    test('a message that wants no reply cannot be replied to (T-28, T-29)', () =>
      runOne(createPlatform, async (tile) => {
        const text = pattern(8)
        await writeEp(tile, eps.receive, receiver(tile, 0, eps.reply))
        await writeEp(tile, eps.reply, invalidEp)
        await writeEp(tile, eps.send, toReceive(tile, 2))
        tile.writeMemory(placesOf(tile).message, text)
        expect(await send(tile, eps.send, buffer(tile, 8))).toBe('NONE')
        expect(await creditsOf(tile, eps.send)).toBe(1)
        const { header, payload } = messageAt(tile, placesOf(tile).receive)
        expect(header).toMatchObject({ replyEp: noEndpoint, replyOrder: 5 })
        expect(payload).toEqual(text)
        expect(await reply(tile, eps.receive, 0, buffer(tile, 8))).toBe('NO_SEP')
        expect(await reply(tile, eps.receive, 0, buffer(tile, 0))).toBe('NO_SEP')
        expect(await acknowledge(tile, eps.receive, 0)).toBe('NONE')
      }))
  })

  describe('credits', () => {
    test('unlimited credits are never counted; a full receiver says RECV_NO_SPACE (T-30 to T-33)', () =>
      runOne(createPlatform, async (tile) => {
        const text = pattern(8, 3)
        await writeEp(tile, eps.receive, receiver(tile, 1, eps.reply))
        await writeEp(tile, eps.receive2, replies(tile, 1))
        await writeEp(tile, eps.send, toReceive(tile, unlimitedCredits))
        tile.writeMemory(placesOf(tile).message, text)
        const outcomes = []
        for (let index = 0; index < 3; index++) {
          outcomes.push(await send(tile, eps.send, buffer(tile, 8), { ep: eps.receive2 }))
          expect(await creditsOf(tile, eps.send)).toBe(unlimitedCredits)
        }
        expect(outcomes).toEqual(['NONE', 'NONE', 'RECV_NO_SPACE'])

        expect(await fetch(tile, eps.receive)).toBe(0)
        const message = messageAt(tile, placesOf(tile).receive)
        expect(message.header).toMatchObject({
          senderEp: noEndpoint,
          replyOrder: 6,
          replyEp: eps.receive2,
          length: 8,
        })
        expect(message.payload).toEqual(text)
        expect(await reply(tile, eps.receive, 0, buffer(tile, 8))).toBe('NONE')
        expect(await fetch(tile, eps.receive2)).toBe(0)
        const answer = messageAt(tile, placesOf(tile).receive2)
        expect(answer.header).toMatchObject({ replyEp: noEndpoint, isReply: 1, replyOrder: 0, senderEp: eps.receive })
        expect(answer.payload).toEqual(text)
        expect(await acknowledge(tile, eps.receive2, 0)).toBe('NONE')
        expect(await creditsOf(tile, eps.send)).toBe(unlimitedCredits)
        expect(await fetch(tile, eps.receive)).toBe(64)
        expect(await acknowledge(tile, eps.receive, 64)).toBe('NONE')
      }))

    test('two messages in flight use two credits and are replied to once each (T-34 to T-36)', () =>
      runOne(createPlatform, async (tile) => {
        const { receive, receive2 } = placesOf(tile)
        await writeEp(tile, eps.receive, receiver(tile, 1, eps.reply))
        await writeEp(tile, eps.receive2, replies(tile, 1))
        await writeEp(tile, eps.send, toReceive(tile, 2))
        const labels = [0x1111n, 0x2222n]
        for (const replyLabel of labels)
          expect(await send(tile, eps.send, buffer(tile, 8), { ep: eps.receive2, label: replyLabel })).toBe('NONE')
        expect(await send(tile, eps.send, buffer(tile, 8), { ep: eps.receive2 })).toBe('NO_CREDITS')

        for (const [index, replyLabel] of labels.entries()) {
          const offset = await fetch(tile, eps.receive)
          expect(offset).toBe(64 * index)
          expect(messageAt(tile, receive + 64 * index).header).toMatchObject({ replyLabel, senderEp: eps.send })
          expect(await reply(tile, eps.receive, 64 * index, buffer(tile, 33))).toBe('OUT_OF_BOUNDS')
          expect(await reply(tile, eps.receive, 64 * index, buffer(tile, 8))).toBe('NONE')
          expect(await reply(tile, eps.receive, 64 * index, buffer(tile, 8))).toBe('NO_SEP')
        }
        for (const [index, replyLabel] of labels.entries()) {
          expect(await fetch(tile, eps.receive2)).toBe(64 * index)
          expect(messageAt(tile, receive2 + 64 * index).header).toMatchObject({ label: replyLabel })
        }
        expect(await creditsOf(tile, eps.send)).toBe(2)
      }))
  })

  describe('sizes and alignment', () => {
    test('messages and replies of many sizes arrive unchanged (T-37)', () =>
      runOne(createPlatform, async (tile) => {
        const { receive, receive2, message } = placesOf(tile)
        // every third of 1 to 80 words of 1, 2, 4 and 8 bytes, and the largest message
        const sizes = [1, 2, 4, 8].flatMap((word) => Array.from({ length: 27 }, (_, index) => word * (1 + 3 * index)))
        for (const [index, bytes] of [...new Set([...sizes, 640, 2016])].entries()) {
          const order = Math.ceil(Math.log2(bytes + 32))
          const text = pattern(bytes, index)
          await writeEp(
            tile,
            eps.receive,
            receiveEp({
              buffer: receive + (index % 16),
              slotsOrder: 0,
              slotOrder: order,
              replyEps: eps.reply,
            }),
          )
          await writeEp(
            tile,
            eps.receive2,
            receiveEp({ buffer: receive2 + (index % 7), slotsOrder: 0, slotOrder: order }),
          )
          await writeEp(tile, eps.send, toReceive(tile, 1, order))
          tile.writeMemory(message, text)
          expect(await send(tile, eps.send, buffer(tile, bytes), { ep: eps.receive2, label: 1n })).toBe('NONE')
          expect(await fetch(tile, eps.receive)).toBe(0)
          expect(messageAt(tile, receive + (index % 16)).payload).toEqual(text)
          expect(await send(tile, eps.send, buffer(tile, bytes))).toBe('NO_CREDITS')
          expect(await reply(tile, eps.receive, 0, buffer(tile, bytes))).toBe('NONE')
          expect(await fetch(tile, eps.receive2)).toBe(0)
          expect(messageAt(tile, receive2 + (index % 7)).payload).toEqual(text)
          expect(await acknowledge(tile, eps.receive2, 0)).toBe('NONE')
        }
      }))

    test('nothing behind a message is written, for any alignment of the buffer (T-38)', () =>
      runOne(createPlatform, async (tile) => {
        const { receive, message } = placesOf(tile)
        for (let pad = 1; pad <= 16; pad++)
          for (const bytes of [1, 7 + pad, 16, 17, 33 + pad, 64, 100 + pad, 128]) {
            const text = pattern(bytes, pad)
            tile.writeMemory(message, text)
            tile.writeMemory(receive, new Uint8Array(256).fill(0xff))
            await writeEp(tile, eps.receive, receiveEp({ buffer: receive + pad, slotsOrder: 0, slotOrder: 8 }))
            await writeEp(tile, eps.send, toReceive(tile, 1, 8))
            expect(await send(tile, eps.send, buffer(tile, bytes))).toBe('NONE')
            expect(messageAt(tile, receive + pad).payload).toEqual(text)
            expect(tile.readMemory(receive + pad + 32 + bytes, 16)).toEqual(new Uint8Array(16).fill(0xff))
            expect(tile.readMemory(receive, pad)).toEqual(new Uint8Array(pad).fill(0xff))
          }
      }))

    test('a command that names no command is UNKNOWN_CMD (T-39)', () =>
      runOne(createPlatform, async (tile) => {
        for (let op = Math.max(...Object.values(opcodes)) + 1; op < 16; op++)
          expect(await run(tile, op, 0)).toBe('UNKNOWN_CMD')
      }))
  })
}
