/** The required deviations of TCU section 11.5 that touch the commands of this variant, each as a sentence. */
import {
  decode,
  dropCounters,
  endpointRegister,
  noEndpoint,
  opcodes,
  printBufferRegister,
  registers,
  unlimitedCredits,
} from '#layout'
import type { Tile } from '#model'
import { describe, expect, test } from 'vitest'
import {
  acknowledge,
  awaitMessage,
  connect,
  creditsOf,
  fetch,
  finish,
  memoryEp,
  messageAt,
  read,
  readEp,
  receiveEp,
  reply,
  run,
  send,
  sendEp,
  slotsOf,
  write,
  writeEp,
} from '../../support/tcu-driver.ts'
import type { EndpointWords } from '../../support/tcu-driver.ts'
import { eps, ids, pattern, placesOf, runAll, runOne } from './bench.ts'
import type { CreatePlatform } from './bench.ts'

const beyond = [128, 129, 160, 0x8008, noEndpoint]

const sender = (tile: Tile, more: { readonly credits?: number; readonly messageOrder?: number } = {}) =>
  sendEp({ target: tile.id, ep: eps.receive, credits: 1, messageOrder: 6, ...more })

const print = async (tile: Tile, text: string, length: number): Promise<void> => {
  const bytes = new Uint8Array(256)
  bytes.set(new TextEncoder().encode(text))
  const view = new DataView(bytes.buffer)
  for (let word = 0; word < 32; word++)
    await tile.writeRegister(printBufferRegister(word), view.getBigUint64(8 * word, true))
  await tile.writeRegister(registers.PRINT, BigInt(length))
  while ((await tile.readRegister(registers.PRINT)) !== 0n) await tile.wait(10)
}

/** Replies to slot 0 with a reply endpoint that returns a credit to `creditEp` of the own tile. */
const returnCreditTo = async (tile: Tile, creditEp: number): Promise<string> => {
  const { receive, receive2, message } = placesOf(tile)
  await writeEp(tile, eps.receive, receiveEp({ buffer: receive, slotsOrder: 0, slotOrder: 6, replyEps: eps.reply }))
  await writeEp(tile, eps.receive2, receiveEp({ buffer: receive2, slotsOrder: 3, slotOrder: 6 }))
  const words = sendEp({ target: tile.id, ep: eps.receive2, credits: 1, messageOrder: 6, reply: true, creditEp })
  await writeEp(tile, eps.reply, words)
  return reply(tile, eps.receive, 0, { address: message, bytes: 0 })
}

export const deviations = (createPlatform: CreatePlatform): void => {
  describe('DEV-1', () => {
    test('endpoints beyond the last are invalid for every command, even if the print buffer looks like one', () =>
      runOne(createPlatform, async (tile) => {
        const { data, message } = placesOf(tile)
        const forged = memoryEp({ target: ids.memory, address: 0, size: 0x1000 })
        for (const [word, value] of forged.entries()) await tile.writeRegister(printBufferRegister(word), value)
        for (const ep of beyond) {
          expect(await read(tile, ep, { address: data, bytes: 8 })).toBe('NO_MEP')
          expect(await write(tile, ep, { address: data, bytes: 8 })).toBe('NO_MEP')
          expect(await send(tile, ep, { address: message, bytes: 8 })).toBe('NO_SEP')
          expect(await reply(tile, ep, 0, { address: message, bytes: 8 })).toBe('NO_REP')
          expect(await run(tile, opcodes.fetch, ep)).toBe('NO_REP')
          expect(await acknowledge(tile, ep, 0)).toBe('NO_REP')
        }
        await writeEp(tile, eps.send, sender(tile))
        expect(await send(tile, eps.send, { address: message, bytes: 8 }, { ep: 128 })).toBe('NO_REP')
      }))
  })

  describe('DEV-2', () => {
    test('local buffers in the register window are NO_PERM for all four commands; empty ones are not', () =>
      runOne(createPlatform, async (tile) => {
        const { receive, message } = placesOf(tile)
        await writeEp(tile, eps.memory, memoryEp({ target: ids.memory, address: 0, size: 0xffff_ffff_ffffn }))
        await writeEp(
          tile,
          eps.receive,
          receiveEp({ buffer: receive, slotsOrder: 0, slotOrder: 6, replyEps: eps.reply }),
        )
        await writeEp(tile, eps.send, sender(tile))
        const replyEp = { target: tile.id, ep: eps.receive2, credits: 1, messageOrder: 6, reply: true }
        await writeEp(tile, eps.reply, sendEp(replyEp))
        const features = { address: 0xf000_0000, bytes: 8 }
        for (const buffer of [features, { address: 0xefff_fff0, bytes: 32 }, { address: 0xffff_fff0, bytes: 8 }]) {
          expect(await read(tile, eps.memory, buffer)).toBe('NO_PERM')
          expect(await write(tile, eps.memory, buffer)).toBe('NO_PERM')
          expect(await send(tile, eps.send, buffer)).toBe('NO_PERM')
          expect(await reply(tile, eps.receive, 0, buffer)).toBe('NO_PERM')
        }
        expect(await read(tile, eps.memory, { address: message, bytes: 0x1_0000_0000n })).toBe('NO_PERM')
        expect(await read(tile, eps.memory, { ...features, bytes: 0 })).toBe('NONE')
        expect(await send(tile, eps.send, { ...features, bytes: 0 })).toBe('NONE')
      }))

    test('a message buffer outside of local memory is TIMEOUT_MEM, after the credits and before any packet', () =>
      runOne(createPlatform, async (tile) => {
        const outside = { address: 0, bytes: 16 }
        const { receive } = placesOf(tile)
        await writeEp(
          tile,
          eps.receive,
          receiveEp({ buffer: receive, slotsOrder: 0, slotOrder: 6, replyEps: eps.reply }),
        )
        await writeEp(tile, eps.send, sender(tile))
        expect(await send(tile, eps.send, outside, { ep: 77 })).toBe('NO_REP')
        expect(await send(tile, eps.send, outside)).toBe('TIMEOUT_MEM')
        expect(await creditsOf(tile, eps.send)).toBe(1)
        await writeEp(tile, eps.send, sender(tile, { credits: 0 }))
        expect(await send(tile, eps.send, outside)).toBe('NO_CREDITS')
        const replyEp = { target: tile.id, ep: eps.receive2, credits: 1, messageOrder: 6, reply: true }
        await writeEp(tile, eps.reply, sendEp(replyEp))
        expect(await reply(tile, eps.receive, 0, outside)).toBe('TIMEOUT_MEM')
        expect((await readEp(tile, eps.reply))[0] & 7n).toBe(1n)
      }))

    test('a receive buffer outside of local memory is TIMEOUT_MEM at the sender', () =>
      runOne(createPlatform, async (tile) => {
        const { base, bytes } = tile.memory
        await writeEp(tile, eps.send, sender(tile))
        for (const buffer of [0, base - 1, base + bytes - 39]) {
          await writeEp(tile, eps.receive, receiveEp({ buffer, slotsOrder: 0, slotOrder: 6 }))
          expect(await send(tile, eps.send, { address: placesOf(tile).message, bytes: 8 })).toBe('TIMEOUT_MEM')
          expect(await slotsOf(tile, eps.receive)).toMatchObject({ occupied: 0, unread: 0, writePosition: 0 })
        }
        await writeEp(tile, eps.receive, receiveEp({ buffer: base + bytes - 40, slotsOrder: 0, slotOrder: 6 }))
        expect(await send(tile, eps.send, { address: placesOf(tile).message, bytes: 8 })).toBe('NONE')
      }))
  })

  describe('DEV-3', () => {
    test('sizes and offsets are compared with all 64 bits', () =>
      runOne(createPlatform, async (tile) => {
        const { data: address } = placesOf(tile)
        await writeEp(tile, eps.memory, memoryEp({ target: ids.memory, address: 0, size: 64 }))
        await writeEp(tile, eps.send, sender(tile))
        for (const bytes of [0x1_0000_0008n, 0xffff_ffe0n, 0xffff_ffff_ffff_ffe0n, 0xffff_ffff_ffff_ffffn]) {
          expect(await read(tile, eps.memory, { address, bytes })).toBe('OUT_OF_BOUNDS')
          expect(await write(tile, eps.memory, { address, bytes })).toBe('OUT_OF_BOUNDS')
          expect(await send(tile, eps.send, { address, bytes })).toBe('OUT_OF_BOUNDS')
        }
        for (const offset of [0x1_0000_0000n, 0xffff_ffff_ffff_fff8n])
          expect(await read(tile, eps.memory, { address, bytes: 16 }, offset)).toBe('OUT_OF_BOUNDS')
      }))
  })

  describe('DEV-4', () => {
    test('the slot of REPLY and ACK_MSG is computed with full width', () =>
      runOne(createPlatform, async (tile) => {
        const { receive, message } = placesOf(tile)
        await writeEp(
          tile,
          eps.receive,
          receiveEp({ buffer: receive, slotsOrder: 1, slotOrder: 6, replyEps: eps.reply }),
        )
        for (const offset of [64 << 6, 128 << 6, 0x8000_0000, 0xffff_ffff]) {
          expect(await reply(tile, eps.receive, offset, { address: message, bytes: 0 })).toBe('INV_MSG_OFF')
          expect(await acknowledge(tile, eps.receive, offset)).toBe('INV_MSG_OFF')
        }
        expect(await acknowledge(tile, eps.receive, 0x7f)).toBe('NONE')
      }))
  })

  describe('DEV-6', () => {
    test.each([0, 2, 4, 33])('a full receiver with wpos %d refuses and goes on', async (writePosition) => {
      await runOne(createPlatform, async (tile) => {
        const { receive, message } = placesOf(tile)
        const full = receiveEp({ buffer: receive, slotsOrder: 2, slotOrder: 6, occupied: 15 })
        await writeEp(tile, eps.receive, [full[0] | (BigInt(writePosition) << 47n), full[1], full[2]])
        await writeEp(tile, eps.send, sender(tile))
        expect(await send(tile, eps.send, { address: message, bytes: 8 })).toBe('RECV_NO_SPACE')
        expect(await acknowledge(tile, eps.receive, 64)).toBe('NONE')
        expect(await send(tile, eps.send, { address: message, bytes: 8 })).toBe('NONE')
        expect(await fetch(tile, eps.receive)).toBe(64)
      })
    })
  })

  describe('DEV-7', () => {
    const target = 40
    const base = { target: 0x06, ep: 1, messageOrder: 6 }
    test.each<[string, EndpointWords]>([
      ['with all its credits', sendEp({ ...base, credits: 3 })],
      ['with more than all', sendEp({ ...base, credits: 5, maxCredits: 3 })],
      ['with unlimited credits', sendEp({ ...base, credits: unlimitedCredits })],
      ['that is a reply endpoint', sendEp({ ...base, credits: 0, maxCredits: 1, reply: true })],
      ['that receives', receiveEp({ buffer: 0, slotsOrder: 2, slotOrder: 6 })],
      ['of memory', memoryEp({ target: 0x24, address: 0, size: 8 })],
      ['that is invalid', [0n, 0n, 0n]],
    ])('a returned credit leaves an endpoint alone %s', async (_, words) => {
      await runOne(createPlatform, async (tile) => {
        await writeEp(tile, target, words)
        expect(await returnCreditTo(tile, target)).toBe('NONE')
        expect(await readEp(tile, target)).toEqual(words)
      })
    })

    test('a returned credit is added to a send endpoint that misses one', () =>
      runOne(createPlatform, async (tile) => {
        await writeEp(tile, target, sendEp({ ...base, credits: 1, maxCredits: 3 }))
        expect(await returnCreditTo(tile, target)).toBe('NONE')
        expect(await creditsOf(tile, target)).toBe(2)
      }))
  })

  describe('DEV-9', () => {
    test('unread bits behind the last slot are not fetched', () =>
      runOne(createPlatform, async (tile) => {
        const { receive } = placesOf(tile)
        const masks = { occupied: 0xf0, unread: 0xf0 }
        await writeEp(tile, eps.receive, receiveEp({ buffer: receive, slotsOrder: 2, slotOrder: 6, ...masks }))
        expect(await fetch(tile, eps.receive)).toBeUndefined()
      }))

    test('message sizes of 2^32 and more are SEND_INV_MSG_SZ', () =>
      runOne(createPlatform, async (tile) => {
        for (const messageOrder of [12, 31, 32, 63]) {
          await writeEp(tile, eps.send, sender(tile, { messageOrder }))
          expect(await send(tile, eps.send, { address: placesOf(tile).message, bytes: 8 })).toBe('SEND_INV_MSG_SZ')
        }
      }))

    test('more than 32 slots count as 32 everywhere', () =>
      runOne(createPlatform, async (tile) => {
        const { receive, receive2, message } = placesOf(tile)
        const masks = { occupied: 0x7fff_ffff }
        for (const slotsOrder of [6, 63]) {
          const fields = { buffer: receive, slotsOrder, slotOrder: 6, replyEps: 64, ...masks }
          await writeEp(tile, eps.receive, receiveEp(fields))
          await writeEp(tile, eps.receive2, receiveEp({ buffer: receive2, slotsOrder: 0, slotOrder: 6 }))
          await writeEp(tile, eps.send, sender(tile))
          expect(await send(tile, eps.send, { address: message, bytes: 0 }, { ep: eps.receive2 })).toBe('NONE')
          expect(await fetch(tile, eps.receive)).toBe(31 * 64)
          expect(await acknowledge(tile, eps.receive, 32 * 64)).toBe('INV_MSG_OFF')
          expect(await reply(tile, eps.receive, 31 * 64, { address: message, bytes: 0 })).toBe('NONE')
        }
      }))
  })

  describe('DEV-14', () => {
    test('PRINT sends 1 to 256 bytes, and 256 for larger values', async () => {
      const text = Array.from({ length: 256 }, (_, index) => String.fromCharCode(33 + (index % 90))).join('')
      const lengths = [1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 255, 256, 257, 512, 0x1_0000_0001]

      const { printed } = await runOne(createPlatform, async (tile) => {
        for (const length of lengths) await print(tile, text, length)
        await tile.wait(200)
      })

      expect(printed.map((each) => each.text)).toEqual(lengths.map((length) => text.slice(0, Math.min(256, length))))
      expect(new Set(printed.map((each) => each.source))).toEqual(new Set([ids.kernel]))
    })

    test('PRINT waits for a transfer of the same tile and disturbs nothing', async () => {
      const { printed } = await runOne(createPlatform, async (tile) => {
        const { data, copy } = placesOf(tile)
        await writeEp(tile, eps.memory, memoryEp({ target: ids.memory, address: 0, size: 0x4000 }))
        tile.writeMemory(data, pattern(0x4000))
        await tile.writeRegister(registers.DATA_ADDR, BigInt(data))
        await tile.writeRegister(registers.DATA_SIZE, 0x4000n)
        await tile.writeRegister(registers.ARG1, 0n)
        await tile.writeRegister(registers.COMMAND, BigInt(opcodes.write) | (BigInt(eps.memory) << 4n))
        await print(tile, 'in between', 10)
        expect(await finish(tile)).toBe('NONE')
        expect(await read(tile, eps.memory, { address: copy, bytes: 0x4000 })).toBe('NONE')
        expect(tile.readMemory(copy, 0x4000)).toEqual(pattern(0x4000))
      })

      expect(printed.map((each) => each.text)).toEqual(['in between'])
    })
  })

  describe('DEV-17', () => {
    test('bytes of a register write land in the lanes that the address names, whatever the buffer was', () =>
      runOne(createPlatform, async (tile) => {
        const { data } = placesOf(tile)
        await connect(tile, eps.window, tile.id, placesOf(tile).scratch)
        const offset = endpointRegister(90, 1)
        tile.writeMemory(data, pattern(32))
        for (const [from, at, bytes] of [
          [5, 2, 3],
          [0, 7, 1],
          [3, 0, 5],
          [8, 4, 4],
        ] as const) {
          await tile.writeRegister(offset, 0n)
          expect(await write(tile, eps.window, { address: data + from, bytes }, offset + at)).toBe('NONE')
          const value = pattern(32)
            .subarray(from, from + bytes)
            .reduceRight((word, byte) => (word << 8n) | BigInt(byte), 0n)
          // a WRITE to a register ends when it has left; reading through the network comes after it
          await read(tile, eps.window, { address: data + 64, bytes: 8 }, offset)
          expect(await tile.readRegister(offset)).toBe(value << BigInt(8 * at))
        }
      }))

    test('a write that crosses the register is dropped and counted', () =>
      runOne(createPlatform, async (tile) => {
        const { data } = placesOf(tile)
        await connect(tile, eps.window, tile.id, placesOf(tile).scratch)
        const offset = endpointRegister(90, 1)
        tile.writeMemory(data, pattern(32, 1))
        expect(await write(tile, eps.window, { address: data, bytes: 4 }, offset + 5)).toBe('NONE')
        await read(tile, eps.window, { address: data + 64, bytes: 8 }, offset)
        expect(await tile.readRegister(offset)).toBe(0n)
        expect(await tile.readRegister(endpointRegister(90, 2))).toBe(0n)
        const dropped = decode(dropCounters, await tile.readRegister(registers.FLITS_DROP))
        expect(dropped).toEqual({ droppedFlits: 1, erroneousPackets: 1 })
      }))
  })

  describe('DEV-20', () => {
    test('with credits for every slot and no more, no SEND that has a credit finds the receiver full', () => {
      const rounds = 30
      const client = (label: bigint) => async (tile: Tile) => {
        const { receive2, message } = placesOf(tile)
        await writeEp(tile, eps.receive2, receiveEp({ buffer: receive2, slotsOrder: 0, slotOrder: 6 }))
        await writeEp(
          tile,
          eps.send,
          sendEp({ target: ids.kernel, ep: eps.receive, credits: 1, messageOrder: 6, label }),
        )
        await tile.wait(500)
        for (let round = 0; round < rounds; round++) {
          tile.writeMemory(message, pattern(8, round))
          expect(await send(tile, eps.send, { address: message, bytes: 8 }, { ep: eps.receive2, label: 0x2222n })).toBe(
            'NONE',
          )
          // the credit is back at the latest when the reply can be fetched
          const offset = await awaitMessage(tile, eps.receive2)
          const { header, payload } = messageAt(tile, receive2 + offset)
          expect(header.label).toBe(0x2222n)
          expect(payload).toEqual(pattern(8, round))
          expect(await acknowledge(tile, eps.receive2, offset)).toBe('NONE')
        }
      }
      const server = async (tile: Tile) => {
        const { receive, message } = placesOf(tile)
        // three clients with one credit each, and exactly three free slots
        const fields = { buffer: receive, slotsOrder: 2, slotOrder: 6, replyEps: eps.reply, occupied: 8 }
        await writeEp(tile, eps.receive, receiveEp(fields))
        for (let served = 0; served < 3 * rounds; served++) {
          const offset = await awaitMessage(tile, eps.receive)
          tile.writeMemory(message, messageAt(tile, receive + offset).payload)
          expect(await reply(tile, eps.receive, offset, { address: message, bytes: 8 })).toBe('NONE')
        }
      }
      return runAll(createPlatform, { kernel: server, user1: client(1n), user2: client(2n), user3: client(3n) })
    })
  })

  describe('DEV-21', () => {
    test('a core that polls without pause does not keep others from its tile', () =>
      runAll(createPlatform, {
        kernel: async (tile) => {
          const { receive, message, data } = placesOf(tile)
          await writeEp(tile, eps.memory, memoryEp({ target: ids.user1, address: receive, size: 4096 }))
          await writeEp(tile, eps.send, sendEp({ target: ids.user1, ep: eps.receive, credits: 8, messageOrder: 6 }))
          await tile.wait(100)
          for (let index = 0; index < 8; index++)
            expect(await send(tile, eps.send, { address: message, bytes: 8 })).toBe('NONE')
          expect(await read(tile, eps.memory, { address: data, bytes: 512 })).toBe('NONE')
          const remote = await connect(tile, eps.window, ids.user1, placesOf(tile).scratch)
          tile.writeMemory(remote.scratch, pattern(8))
          expect(await write(tile, eps.window, { address: remote.scratch, bytes: 8 }, registers.CORE_CFG)).toBe('NONE')
        },
        user1: async (tile) => {
          const { receive } = placesOf(tile)
          await writeEp(tile, eps.receive, receiveEp({ buffer: receive, slotsOrder: 3, slotOrder: 6 }))
          while ((await slotsOf(tile, eps.receive)).unread !== 0xff);
          for (let polls = 0; polls < 500; polls++) await tile.readRegister(registers.COMMAND)
        },
      }))
  })
}
