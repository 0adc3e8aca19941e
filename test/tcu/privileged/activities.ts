/** Activities: the walk-through of TCU section 9.8, and who may use what. TCU sections 4.1, 5.4 and 5.5. */
import { coreConfigRegister, privilegedOpcodes, registers } from '#layout'
import type { Tile } from '#model'
import { describe, expect, test } from 'vitest'
import {
  acknowledge,
  fetch,
  invalidEp,
  receiveEp,
  reply,
  run,
  send,
  sendEp,
  slotsOf,
  writeEp,
  memoryEp,
  read,
} from '../../support/tcu-driver.ts'
import {
  contextSwitchBit,
  finishPrivileged,
  kernelBit,
  multiplexedPair,
  respond,
  runPrivileged,
  setFeatures,
  virtualMemoryBit,
} from '../../support/privileged-driver.ts'
import { runAll } from '../conformance/bench.ts'
import type { CreatePlatform } from '../conformance/bench.ts'

const system = multiplexedPair()
const alone = (createPlatform: CreatePlatform, program: (tile: Tile) => Promise<void>) =>
  runAll(createPlatform, { a: program }, system)

/** Sends an empty message to an own receive endpoint, whoever it belongs to. */
const sendTo = async (tile: Tile, ep: number, act = 0xffff): Promise<string> => {
  await writeEp(tile, 20, sendEp({ target: tile.id, ep, credits: 63, messageOrder: 6, act }))
  return send(tile, 20, { address: tile.memory.base, bytes: 0 })
}

const current = async (tile: Tile): Promise<bigint> => tile.readRegister(registers.CUR_ACT)

const multiplexed = async (tile: Tile): Promise<void> => {
  await setFeatures(tile, kernelBit | contextSwitchBit, tile.memory.base + 0x100)
  await tile.writeRegister(registers.CUR_ACT, 5n)
  await writeEp(tile, 9, receiveEp({ buffer: tile.memory.base + 0x1000, slotsOrder: 2, slotOrder: 6, act: 5 }))
  await writeEp(tile, 11, receiveEp({ buffer: tile.memory.base + 0x2000, slotsOrder: 2, slotOrder: 6, act: 7 }))
}

export const activities = (createPlatform: CreatePlatform): void => {
  describe('activities', () => {
    test('a context-switched tile, step by step (9.8)', () =>
      alone(createPlatform, async (tile) => {
        await multiplexed(tile)
        // 1
        expect(await sendTo(tile, 9, 5)).toBe('NONE')
        expect(await current(tile)).toBe(0x0001_0005n)
        // 2
        expect(await sendTo(tile, 11, 5)).toBe('NONE')
        await tile.waitForInterrupt(1)
        expect(await current(tile)).toBe(0x0001_0005n)
        expect(await tile.readRegister(registers.CORE_REQ)).toBe(0x0007_0000_0000_005an)
        expect(await tile.readRegister(0x3030)).toBe(1n)
        // 3
        expect(await run(tile, 5, 11)).toBe('FOREIGN_EP')
        expect(await acknowledge(tile, 11, 0)).toBe('FOREIGN_EP')
        expect(await reply(tile, 11, 0, { address: tile.memory.base, bytes: 0 })).toBe('REPLIES_DISABLED')
        // 4
        expect(await sendTo(tile, 11, 5)).toBe('NONE')
        await tile.wait(50)
        await tile.writeRegister(0x3030, 0n)
        await tile.wait(50)
        // the interrupt alone is no response
        expect(await tile.readRegister(0x3030)).toBe(0n)
        await tile.writeRegister(registers.CORE_REQ, 1n)
        await tile.waitForInterrupt(1)
        expect(await tile.readRegister(registers.CORE_REQ)).toBe(0x0007_0000_0000_005an)
        await respond(tile)
        await tile.wait(50)
        expect(await tile.readRegister(registers.CORE_REQ)).toBe(0n)
        expect(await tile.readRegister(0x3030)).toBe(0n)
        // 5
        const exchanged = await runPrivileged(tile, privilegedOpcodes.exchangeActivity, 0x0002_0007n)
        expect(exchanged).toEqual({ error: 'NONE', result: 0n })
        expect(await tile.readRegister(registers.PRIV_CMD_ARG)).toBe(0x0001_0005n)
        expect(await current(tile)).toBe(0x0002_0007n)
        // 6
        for (const [offset, after] of [
          [0, 0x0001_0007n],
          [0x40, 0x0000_0007n],
          [undefined, 0x0000_0007n],
        ] as const) {
          expect(await fetch(tile, 11)).toBe(offset)
          expect(await current(tile)).toBe(after)
        }
      }))

    test('words of commands are those of section 9.7', () =>
      alone(createPlatform, async (tile) => {
        await multiplexed(tile)
        const start = async (word: bigint): Promise<bigint> => {
          await tile.writeRegister(registers.PRIV_CMD, word)
          await finishPrivileged(tile)
          return tile.readRegister(registers.PRIV_CMD)
        }
        // INV_PAGE of a page that is not there: TLB_MISS
        await tile.writeRegister(registers.PRIV_CMD_ARG, 0x1000n)
        expect(await start((7n << 9n) | 1n)).toBe(0x180n)
        // INS_TLB act 7, page 0x1000, read and write; then it is there
        expect(await start(0x0000_0e00_0020_0603n)).toBe(0n)
        expect(await start((7n << 9n) | 1n)).toBe(0n)
        // XCHG_ACT to act 7 with 2 messages
        expect(await start(0x0400_0e04n)).toBe(0n)
        expect(await current(tile)).toBe(0x0002_0007n)
        // SET_TIMER 1000 ns
        expect(await start(0x0007_d005n)).toBe(0n)
        await tile.waitForInterrupt(2)
        // unknown ones: UNKNOWN_CMD
        for (let op = 7n; op < 16n; op++) expect(await start(op)).toBe(0xf0n)
      }))

    test('an endpoint of another activity is FOREIGN_EP for every command, in its place among the checks', () =>
      alone(createPlatform, async (tile) => {
        await multiplexed(tile)
        const { base } = tile.memory
        const buffer = { address: base + 8, bytes: 100 }
        // before: type, reply flag; behind: size, alignment, credits
        await writeEp(tile, 30, sendEp({ target: tile.id, ep: 9, credits: 0, messageOrder: 5, act: 7 }))
        expect(await send(tile, 30, buffer)).toBe('FOREIGN_EP')
        await writeEp(tile, 30, sendEp({ target: tile.id, ep: 9, credits: 0, messageOrder: 5, act: 7, reply: true }))
        expect(await send(tile, 30, buffer)).toBe('SEND_REPLY_EP')
        // before: type; behind: permissions, bounds
        await writeEp(tile, 31, memoryEp({ target: tile.id, address: 0, size: 0, permissions: 0, act: 7 }))
        expect(await read(tile, 31, buffer)).toBe('FOREIGN_EP')
        // before: replies disabled, reply endpoints that do not exist; behind: offset
        const receive = { buffer: base, slotsOrder: 0, slotOrder: 6, act: 7 }
        await writeEp(tile, 32, receiveEp({ ...receive, replyEps: 40 }))
        expect(await reply(tile, 32, 0x1000, buffer)).toBe('FOREIGN_EP')
        expect(await acknowledge(tile, 32, 0x1000)).toBe('FOREIGN_EP')
        await writeEp(tile, 32, receiveEp({ ...receive, replyEps: 128 }))
        expect(await reply(tile, 32, 0x1000, buffer)).toBe('RECV_INV_RPL_EPS')
        expect(await acknowledge(tile, 32, 0x1000)).toBe('RECV_INV_RPL_EPS')
        await writeEp(tile, 32, invalidEp)
        expect(await run(tile, 5, 32)).toBe('NO_REP')
      }))

    test('SEND checks the activity of the endpoint for the reply (DEV-19)', () =>
      alone(createPlatform, async (tile) => {
        await multiplexed(tile)
        await writeEp(tile, 20, sendEp({ target: tile.id, ep: 9, credits: 0, messageOrder: 6, act: 5 }))
        const empty = { address: tile.memory.base, bytes: 0 }
        expect(await send(tile, 20, empty, { ep: 12 })).toBe('NO_REP')
        expect(await send(tile, 20, empty, { ep: 11 })).toBe('FOREIGN_EP')
        expect(await send(tile, 20, empty, { ep: 9 })).toBe('NO_CREDITS')
      }))

    test('unread messages that nobody counted are acknowledged without counting below 0 (DEV-10)', () =>
      alone(createPlatform, async (tile) => {
        await multiplexed(tile)
        expect(await sendTo(tile, 9, 5)).toBe('NONE')
        await tile.writeRegister(registers.CUR_ACT, 5n)
        // FETCH_MSG asks the count first
        expect(await fetch(tile, 9)).toBeUndefined()
        expect((await slotsOf(tile, 9)).unread).toBe(1)
        expect(await acknowledge(tile, 9, 0)).toBe('NONE')
        expect(await current(tile)).toBe(5n)
      }))

    test('REPLY to an unread message takes one from the count', () =>
      alone(createPlatform, async (tile) => {
        await multiplexed(tile)
        const { base } = tile.memory
        await writeEp(tile, 9, receiveEp({ buffer: base + 0x1000, slotsOrder: 2, slotOrder: 6, act: 5, replyEps: 40 }))
        await writeEp(tile, 13, receiveEp({ buffer: base + 0x3000, slotsOrder: 2, slotOrder: 6, act: 5 }))
        await writeEp(tile, 20, sendEp({ target: tile.id, ep: 9, credits: 2, messageOrder: 6, act: 5 }))
        expect(await send(tile, 20, { address: base, bytes: 8 }, { ep: 13 })).toBe('NONE')
        expect(await current(tile)).toBe(0x0001_0005n)
        expect(await reply(tile, 9, 0, { address: base, bytes: 8 })).toBe('NONE')
        // one less for the message, one more for the reply
        expect(await current(tile)).toBe(0x0001_0005n)
        expect((await slotsOf(tile, 9)).occupied).toBe(0)
        expect(await fetch(tile, 13)).toBe(0)
        expect(await current(tile)).toBe(5n)
      }))

    test('eight requests to the core wait; the ninth message waits before its acknowledgement, and none is lost (DEV-13)', async () => {
      const order: string[] = []
      await runAll(
        createPlatform,
        {
          a: async (tile) => {
            await setFeatures(tile, kernelBit | contextSwitchBit, tile.memory.base + 0x100)
            await writeEp(
              tile,
              11,
              receiveEp({ buffer: tile.memory.base + 0x2000, slotsOrder: 4, slotOrder: 6, act: 7 }),
            )
            while ((await slotsOf(tile, 11)).occupied !== 0xff) await tile.wait(20)
            await tile.wait(500)
            expect((await slotsOf(tile, 11)).occupied).toBe(0xff)
            order.push('respond')
            for (let served = 0; served < 10; served++) {
              await tile.waitForInterrupt(1)
              expect(await tile.readRegister(registers.CORE_REQ)).toBe(0x0007_0000_0000_005an)
              // response first, interrupt second is as good
              await tile.writeRegister(registers.CORE_REQ, 1n)
              await tile.writeRegister(coreConfigRegister(1), 0n)
            }
            await tile.wait(200)
            expect(await tile.readRegister(coreConfigRegister(1))).toBe(0n)
          },
          b: async (tile) => {
            await tile.wait(1000)
            await writeEp(tile, 20, sendEp({ target: 0x300, ep: 11, credits: 63, messageOrder: 6 }))
            for (let sent = 0; sent < 10; sent++) {
              expect(await send(tile, 20, { address: tile.memory.base, bytes: 0 })).toBe('NONE')
              if (sent === 8) order.push('ninth acknowledged')
            }
          },
        },
        system,
      )
      expect(order).toEqual(['respond', 'ninth acknowledged'])
    })

    test('XCHG_ACT without context switching is UNKNOWN_CMD (DEV-11), and CUR_ACT cannot be written', () =>
      alone(createPlatform, async (tile) => {
        await setFeatures(tile, kernelBit | virtualMemoryBit, tile.memory.base + 0x100)
        expect(await runPrivileged(tile, privilegedOpcodes.exchangeActivity, 7n)).toEqual({
          error: 'UNKNOWN_CMD',
          result: 0n,
        })
        await tile.writeRegister(registers.CUR_ACT, 7n)
        expect(await current(tile)).toBe(0xffffn)
      }))

    test('page 2 cannot be written while both bits of FEATURES are 0', () =>
      alone(createPlatform, async (tile) => {
        for (const register of ['CORE_REQ', 'PRIV_CTRL', 'PRIV_CMD', 'PRIV_CMD_ARG', 'CUR_ACT'] as const) {
          await tile.writeRegister(registers[register], 0x1fn)
          expect(await tile.readRegister(registers[register])).toBe(register === 'CUR_ACT' ? 0xffffn : 0n)
        }
        await setFeatures(tile, kernelBit | contextSwitchBit, tile.memory.base + 0x100)
        await tile.writeRegister(registers.PRIV_CTRL, 0xffn)
        expect(await tile.readRegister(registers.PRIV_CTRL)).toBe(1n)
        await tile.writeRegister(registers.PRIV_CTRL, 0n, 0xfe)
        expect(await tile.readRegister(registers.PRIV_CTRL)).toBe(1n)
        await tile.writeRegister(registers.CUR_ACT, 0x1234_5678_0003_0009n)
        expect(await current(tile)).toBe(0x1234_5678_0003_0009n)
        expect(await runPrivileged(tile, privilegedOpcodes.exchangeActivity, 0x7n, 0xaaaa_bbbb_0000_0000n)).toEqual({
          error: 'NONE',
          result: 0n,
        })
        expect(await current(tile)).toBe(0x1234_5678_0000_0007n)
        expect(await tile.readRegister(registers.PRIV_CMD_ARG)).toBe(0xaaaa_bbbb_0003_0009n)
      }))
  })
}
