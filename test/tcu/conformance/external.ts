/** Registers over the network and external commands: T-56 to T-61 of TCU section 10.4, section 6, section 2.3. */
import {
  coreConfigRegister,
  decode,
  dropCounters,
  endpointRegister,
  featuresReset,
  opcodes,
  printBufferRegister,
  registers,
} from '#layout'
import type { Tile } from '#model'
import { describe, expect, test } from 'vitest'
import {
  acknowledge,
  connect,
  creditsOf,
  finish,
  invalidate,
  memoryEp,
  read,
  readRemote,
  receiveEp,
  runExternal,
  send,
  sendEp,
  write,
  writeEp,
  writeRemote,
  writeRemoteEp,
} from '../../support/tcu-driver.ts'
import { eps, ids, impatientSystem, pattern, placesOf, runAll, runOne } from './bench.ts'
import type { CreatePlatform } from './bench.ts'

const toSelf = (tile: Tile) => connect(tile, eps.window, tile.id, placesOf(tile).scratch)

const configure = async (tile: Tile, occupied = 0): Promise<void> => {
  const { receive } = placesOf(tile)
  await writeEp(tile, eps.memory, memoryEp({ target: ids.memory, address: 0, size: 64 }))
  await writeEp(tile, eps.send, sendEp({ target: tile.id, ep: eps.receive, credits: 1, messageOrder: 6 }))
  const mask = { occupied, unread: occupied }
  await writeEp(tile, eps.receive, receiveEp({ buffer: receive, slotsOrder: 0, slotOrder: 6, ...mask }))
}

export const external = (createPlatform: CreatePlatform): void => {
  describe('INV_EP', () => {
    test('forced, it invalidates endpoints of every type, also invalid ones (T-56 to T-58)', () =>
      runOne(createPlatform, async (tile) => {
        const { data, message } = placesOf(tile)
        const remote = await toSelf(tile)
        await configure(tile)
        expect(await read(tile, eps.memory, { address: data, bytes: 8 })).toBe('NONE')
        expect(await acknowledge(tile, eps.receive, 0)).toBe('NONE')

        for (const ep of [eps.memory, eps.receive, eps.send, eps.send])
          expect(await invalidate(remote, ep, 'forced')).toEqual({ error: 'NONE', arg: 0n })

        expect(await read(tile, eps.memory, { address: data, bytes: 8 })).toBe('NO_MEP')
        expect(await acknowledge(tile, eps.receive, 0)).toBe('NO_REP')
        expect(await send(tile, eps.send, { address: message, bytes: 0 })).toBe('NO_SEP')
      }))

    test('without force, missing credits keep a send endpoint (T-59)', () =>
      runOne(createPlatform, async (tile) => {
        const { message } = placesOf(tile)
        const remote = await toSelf(tile)
        await configure(tile)
        expect(await send(tile, eps.send, { address: message, bytes: 0 })).toBe('NONE')
        expect(await invalidate(remote, eps.send, 'gentle')).toEqual({ error: 'NO_CREDITS', arg: 0n })
        expect(await send(tile, eps.send, { address: message, bytes: 0 })).toBe('NO_CREDITS')
      }))

    test('without force, a send endpoint with all credits goes (T-60)', () =>
      runOne(createPlatform, async (tile) => {
        const remote = await toSelf(tile)
        await configure(tile)
        expect(await invalidate(remote, eps.send, 'gentle')).toEqual({ error: 'NONE', arg: 0n })
        expect(await send(tile, eps.send, { address: placesOf(tile).message, bytes: 0 })).toBe('NO_SEP')
      }))

    test('without force, a receive endpoint tells its unread mask (T-61)', () =>
      runOne(createPlatform, async (tile) => {
        const remote = await toSelf(tile)
        await configure(tile, 1)
        expect(await invalidate(remote, eps.receive, 'gentle')).toEqual({ error: 'NONE', arg: 1n })
        expect(await acknowledge(tile, eps.receive, 0)).toBe('NO_REP')
      }))

    test('with force, a receive endpoint goes without telling its unread mask (section 6.3)', () =>
      runOne(createPlatform, async (tile) => {
        const remote = await toSelf(tile)
        await configure(tile, 1)
        expect(await invalidate(remote, eps.receive, 'forced')).toEqual({ error: 'NONE', arg: 0n })
        expect(await acknowledge(tile, eps.receive, 0)).toBe('NO_REP')
      }))

    test('endpoints beyond the last one are accepted without effect (DEV-1)', () =>
      runOne(createPlatform, async (tile) => {
        const remote = await toSelf(tile)
        await tile.writeRegister(printBufferRegister(0), 0xffff_ffffn)
        for (const ep of [128, 255, 0xffff])
          expect(await invalidate(remote, ep, 'forced')).toEqual({ error: 'NONE', arg: 0n })
        expect(await tile.readRegister(printBufferRegister(0))).toBe(0xffff_ffffn)
      }))

    test('other external commands are UNKNOWN_CMD, with the words of section 9.7', () =>
      runOne(createPlatform, async (tile) => {
        const remote = await toSelf(tile)
        await configure(tile, 1)
        expect(await runExternal(remote, 2n)).toEqual({ error: 'UNKNOWN_CMD', arg: 0n })
        expect(await tile.readRegister(registers.EXT_CMD)).toBe(0xf0n)
        await runExternal(remote, 0x1001n + (BigInt(eps.receive - 8) << 9n))
        expect(await tile.readRegister(registers.EXT_CMD)).toBe(0x200n)
      }))
  })

  describe('registers', () => {
    test('the kernel configures another tile, which then takes messages', () =>
      runAll(createPlatform, {
        kernel: async (tile) => {
          const remote = await connect(tile, eps.window, ids.user1, placesOf(tile).scratch)
          const words = receiveEp({ buffer: tile.memory.base + 0x1000, slotsOrder: 0, slotOrder: 6 })
          await writeRemoteEp(remote, eps.receive, words)
          expect(await readRemote(remote, endpointRegister(eps.receive, 0))).toBe(words[0])
          await writeEp(tile, eps.send, sendEp({ target: ids.user1, ep: eps.receive, credits: 1, messageOrder: 6 }))
          tile.writeMemory(placesOf(tile).message, pattern(8))
          expect(await send(tile, eps.send, { address: placesOf(tile).message, bytes: 8 })).toBe('NONE')
          // interrupt line 1: the message is in memory before it rises
          await writeRemote(remote, coreConfigRegister(1), 1n)
        },
        user1: async (tile) => {
          expect(await tile.waitForInterrupt(1)).toBe('interrupt')
          expect(tile.readMemory(tile.memory.base + 0x1000 + 32, 8)).toEqual(pattern(8))
          await tile.writeRegister(coreConfigRegister(1), 0n)
          expect(await tile.waitForInterrupt(1, 50)).toBe('limit')
        },
      }))

    test('a core without FEATURES.kernel cannot write its endpoints, the network still can', () =>
      runAll(createPlatform, {
        kernel: async (tile) => {
          const remote = await connect(tile, eps.window, ids.user1, placesOf(tile).scratch)
          await writeRemote(remote, registers.FEATURES, 0n)
          expect(await readRemote(remote, registers.FEATURES)).toBe(featuresReset - 1n)
          await writeRemote(remote, endpointRegister(5, 1), 77n)
          await writeRemote(remote, coreConfigRegister(2), 1n)
        },
        user1: async (tile) => {
          await tile.waitForInterrupt(2)
          expect(await tile.readRegister(endpointRegister(5, 1))).toBe(77n)
          await tile.writeRegister(endpointRegister(5, 1), 78n)
          expect(await tile.readRegister(endpointRegister(5, 1))).toBe(77n)
        },
      }))

    test('the network writes what it may, and nothing else (section 6.1)', () =>
      runAll(createPlatform, {
        kernel: async (tile) => {
          const remote = await connect(tile, eps.window, ids.user1, placesOf(tile).scratch)
          const { COMMAND, DATA_ADDR, DATA_SIZE, ARG1, PRINT, TILE_DESC, CUR_ACT, PRIV_CTRL } = registers
          const before = await readRemote(remote, TILE_DESC)
          for (const offset of [COMMAND, DATA_ADDR, DATA_SIZE, ARG1, PRINT, TILE_DESC, CUR_ACT, PRIV_CTRL]) {
            await writeRemote(remote, offset, 0xffff_ffff_ffff_ffffn)
            expect(await readRemote(remote, offset)).toBe(offset === TILE_DESC ? before : 0n)
          }
          await writeRemote(remote, printBufferRegister(3), 5n)
          expect(await readRemote(remote, printBufferRegister(3))).toBe(0n)
          // the three switches are stored, though this tile has neither virtual memory nor context switching
          await writeRemote(remote, registers.FEATURES, 0xffff_ffff_ffff_ffffn)
          expect(await readRemote(remote, registers.FEATURES)).toBe(featuresReset | 7n)
          for (const index of [0, 1, 2, 3]) {
            await writeRemote(remote, coreConfigRegister(index), 0xffff_ffff_ffff_ffffn)
            expect(await readRemote(remote, coreConfigRegister(index))).toBe(index < 3 ? 1n : 0n)
          }
        },
      }))

    test('the core writes what it may, byte by byte (sections 2.2 and 2.3)', () =>
      runOne(createPlatform, async (tile) => {
        const all = 0xffff_ffff_ffff_ffffn
        for (const offset of [registers.FEATURES, registers.TILE_DESC, registers.EXT_CMD, registers.CUR_ACT, 0x1000]) {
          const before = await tile.readRegister(offset)
          await tile.writeRegister(offset, all)
          expect(await tile.readRegister(offset)).toBe(before)
        }
        await tile.writeRegister(registers.ARG1, all)
        await tile.writeRegister(registers.ARG1, 0n, 0b1010_0101)
        expect(await tile.readRegister(registers.ARG1)).toBe(0x00ff_00ff_ff00_ff00n)
        expect(await tile.readRegister(registers.ARG1 + 5)).toBe(0x00ff_00ff_ff00_ff00n)
        await tile.writeRegister(endpointRegister(127, 2), 0x1122_3344_5566_7788n, 0x0f)
        expect(await tile.readRegister(endpointRegister(127, 2))).toBe(0x5566_7788n)
        expect(await tile.readRegister(0x0100_0000)).toBe(0n)
      }))

    test('COMMAND starts with eight or the lower four bytes, and with nothing else (section 2.5)', () =>
      runOne(createPlatform, async (tile) => {
        const { COMMAND } = registers
        const unknown = 0x00f0_0000n
        const settled = async () => {
          await tile.wait(100)
          return tile.readRegister(COMMAND)
        }
        await tile.writeRegister(COMMAND, 8n)
        expect(await settled()).toBe(unknown)
        await tile.writeRegister(COMMAND, 9n, 0x0f)
        expect(await settled()).toBe(unknown)
        await tile.writeRegister(COMMAND, 8n, 0x01)
        expect(await settled()).toBe(0x00f0_0008n)
        await tile.writeRegister(COMMAND, 8n, 0x3f)
        expect(await settled()).toBe(8n)
        await tile.writeRegister(COMMAND, 0x1234_5678_0000_0008n, 0xf0)
        expect(await settled()).toBe(0x1234_5678_0000_0008n)
        await tile.writeRegister(COMMAND, 0n)
        expect(await settled()).toBe(0n)
      }))

    test('a command keeps its arguments and its place while another is written over it (section 2.5)', () =>
      runOne(createPlatform, async (tile) => {
        const { data, copy } = placesOf(tile)
        await writeEp(tile, eps.memory, memoryEp({ target: ids.memory, address: 0, size: 0x2000 }))
        tile.writeMemory(data, pattern(0x2000))
        await tile.writeRegister(registers.DATA_ADDR, BigInt(data))
        await tile.writeRegister(registers.DATA_SIZE, 0x2000n)
        await tile.writeRegister(registers.COMMAND, BigInt(opcodes.write) | (BigInt(eps.memory) << 4n))
        await tile.writeRegister(registers.DATA_ADDR, 0n)
        await tile.writeRegister(registers.ARG1, 8n)
        await tile.writeRegister(registers.COMMAND, 9n)
        expect(await tile.readRegister(registers.COMMAND)).toBe(9n)
        expect(await finish(tile)).toBe('NONE')
        await tile.wait(100)
        expect(await tile.readRegister(registers.COMMAND)).toBe(0n)
        expect(await read(tile, eps.memory, { address: copy, bytes: 0x2000 })).toBe('NONE')
        expect(tile.readMemory(copy, 0x2000)).toEqual(pattern(0x2000))
      }))

    test('CUR_TIME counts nanoseconds', () =>
      runOne(createPlatform, async (tile) => {
        const first = await tile.readRegister(registers.CUR_TIME)
        await tile.wait(1000)
        const passed = (await tile.readRegister(registers.CUR_TIME)) - first
        expect(passed).toBeGreaterThanOrEqual(10_000n)
        expect(passed).toBeLessThan(10_200n)
      }))

    test('a memory tile has its descriptor and core configuration, and no commands', () =>
      runOne(createPlatform, async (tile) => {
        const remote = await connect(tile, eps.window, ids.memory, placesOf(tile).scratch)
        expect(await readRemote(remote, registers.TILE_DESC)).toBe(0x0000_0010_0000_8001n)
        for (const offset of [registers.FEATURES, registers.EXT_CMD, registers.COMMAND, endpointRegister(0, 0)]) {
          await writeRemote(remote, offset, 1n)
          expect(await readRemote(remote, offset)).toBe(0n)
        }
      }))
  })

  describe('requests that a target drops', () => {
    test('register accesses of other sizes have no effect and no answer (section 6.1)', () =>
      runOne(
        createPlatform,
        async (tile) => {
          const { data } = placesOf(tile)
          const remote = await connect(tile, eps.window, ids.user1, placesOf(tile).scratch)
          const window = { address: data, bytes: 16 }
          tile.writeMemory(data, pattern(16, 1))
          expect(await write(tile, eps.window, window, endpointRegister(4, 0))).toBe('NONE')
          expect(await read(tile, eps.window, window, endpointRegister(4, 0))).toBe('TIMEOUT_NOC')
          expect(await read(tile, eps.window, { ...window, bytes: 4 }, endpointRegister(4, 0))).toBe('TIMEOUT_NOC')
          expect(await readRemote(remote, endpointRegister(4, 0))).toBe(0n)
          expect(decode(dropCounters, await readRemote(remote, registers.FLITS_DROP))).toEqual({
            droppedFlits: 4,
            erroneousPackets: 3,
          })
        },
        impatientSystem,
      ))

    test('a message to a memory tile is dropped and counted; SEND keeps its credit and times out', () =>
      runOne(
        createPlatform,
        async (tile) => {
          const remote = await connect(tile, eps.window, ids.memory, placesOf(tile).scratch)
          await writeEp(tile, eps.send, sendEp({ target: ids.memory, ep: 0, credits: 1, messageOrder: 6 }))
          expect(await send(tile, eps.send, { address: placesOf(tile).message, bytes: 8 })).toBe('TIMEOUT_NOC')
          expect(await creditsOf(tile, eps.send)).toBe(1)
          expect(decode(dropCounters, await readRemote(remote, registers.FLITS_DROP))).toEqual({
            droppedFlits: 4,
            erroneousPackets: 1,
          })
        },
        impatientSystem,
      ))

    test('the host answers nothing: READ and WRITE time out', () =>
      runOne(
        createPlatform,
        async (tile) => {
          const buffer = { address: placesOf(tile).data, bytes: 8 }
          await writeEp(tile, eps.memory, memoryEp({ target: ids.host, address: 0, size: 64 }))
          expect(await read(tile, eps.memory, buffer)).toBe('TIMEOUT_NOC')
          expect(await write(tile, eps.memory, buffer)).toBe('TIMEOUT_NOC')
        },
        impatientSystem,
      ))

    test('SEND to an absent module is TIMEOUT_NOC at once and keeps its credit', () =>
      runOne(createPlatform, async (tile) => {
        await writeEp(tile, eps.send, sendEp({ target: ids.missing, ep: 0, credits: 1, messageOrder: 6, label: 99n }))
        expect(await send(tile, eps.send, { address: placesOf(tile).message, bytes: 8 })).toBe('TIMEOUT_NOC')
        expect(await creditsOf(tile, eps.send)).toBe(1)
      }))
  })
}
