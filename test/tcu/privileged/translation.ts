/** The TLB, the timer and how commands use translations. TCU sections 4.1, 5.2, 5.3 and 5.6. */
import { noActivity, privilegedOpcodes, registers, translationFlags } from '#layout'
import type { Tile } from '#model'
import { describe, expect, test } from 'vitest'
import {
  insertPage,
  kernelBit,
  contextSwitchBit,
  multiplexedPair,
  removePage,
  runPrivileged,
  setFeatures,
  virtualMemoryBit,
} from '../../support/privileged-driver.ts'
import { memoryEp, messageAt, read, receiveEp, send, sendEp, write, writeEp } from '../../support/tcu-driver.ts'
import { pattern, runAll } from '../conformance/bench.ts'
import type { CreatePlatform } from '../conformance/bench.ts'

const { read: readable, write: writable, fixed } = translationFlags
const remote = 0x8000
const page = 0x5_5555_0000_3000n

/** A tile with virtual memory, a memory endpoint to the memory tile and a send endpoint to itself. */
const virtual = async (tile: Tile, bits = kernelBit | virtualMemoryBit): Promise<void> => {
  await setFeatures(tile, bits, tile.memory.base + 0x100)
  await writeEp(tile, 8, memoryEp({ target: 0x320, address: remote, size: 0x1000 }))
  await writeEp(tile, 9, receiveEp({ buffer: tile.memory.base + 0x7000, slotsOrder: 3, slotOrder: 7 }))
  await writeEp(tile, 20, sendEp({ target: tile.id, ep: 9, credits: 63, messageOrder: 7 }))
}

export const translation = (createPlatform: CreatePlatform): void => {
  const system = multiplexedPair()
  const alone = (program: (tile: Tile) => Promise<void>) => runAll(createPlatform, { a: program }, system)

  describe('translation', () => {
    test('WRITE, SEND and READ reach the physical page, at the offset of the virtual address', () =>
      alone(async (tile) => {
        await virtual(tile)
        const physical = tile.memory.base + 0x3000
        expect(await insertPage(tile, { virtual: page, physical, flags: readable | writable })).toBe('NONE')
        const data = pattern(100, 3)
        tile.writeMemory(physical + 0x123, data)
        expect(await write(tile, 8, { address: page + 0x123n, bytes: 100 }, 5)).toBe('NONE')
        expect(await read(tile, 8, { address: page + 0x801n, bytes: 100 }, 5)).toBe('NONE')
        expect(tile.readMemory(physical + 0x801, 100)).toEqual(data)
        tile.writeMemory(physical + 0x10, data)
        expect(await send(tile, 20, { address: page + 0x10n, bytes: 80 })).toBe('NONE')
        expect(messageAt(tile, tile.memory.base + 0x7000).payload).toEqual(data.subarray(0, 80))
      }))

    test('READ needs a page that may be written, the others one that may be read, empty messages too', () =>
      alone(async (tile) => {
        await virtual(tile)
        const physical = tile.memory.base + 0x3000
        const buffer = { address: page, bytes: 8 }
        const empty = { address: page, bytes: 0 }
        const results = async () => [
          await read(tile, 8, buffer),
          await write(tile, 8, buffer),
          await send(tile, 20, buffer),
          await send(tile, 20, empty),
        ]
        const fault = 'TRANSLATION_FAULT'
        expect(await results()).toEqual([fault, fault, fault, fault])
        expect(await insertPage(tile, { virtual: page, physical, flags: readable })).toBe('NONE')
        expect(await results()).toEqual([fault, 'NONE', 'NONE', 'NONE'])
        expect(await insertPage(tile, { virtual: page, physical, flags: writable })).toBe('NONE')
        expect(await results()).toEqual(['NONE', fault, fault, fault])
        expect(await removePage(tile, page + 0xfffn)).toBe('NONE')
        expect(await results()).toEqual([fault, fault, fault, fault])
        // all 52 bits of the page count
        expect(await insertPage(tile, { virtual: page | (1n << 63n), physical, flags: 7 })).toBe('NONE')
        expect(await results()).toEqual([fault, fault, fault, fault])
        // nothing to transfer needs no page
        expect(await read(tile, 8, empty)).toBe('NONE')
      }))

    test('errors come in their order: bounds, alignment, page, translation, window, reply endpoint, memory', () =>
      alone(async (tile) => {
        await virtual(tile)
        const across = page + 0xff0n
        expect(await read(tile, 8, { address: across, bytes: 17 }, 0x1000)).toBe('OUT_OF_BOUNDS')
        expect(await read(tile, 8, { address: across, bytes: 17 })).toBe('PAGE_BOUNDARY')
        expect(await read(tile, 8, { address: across, bytes: 16 })).toBe('TRANSLATION_FAULT')
        expect(await send(tile, 20, { address: across + 8n, bytes: 97 })).toBe('OUT_OF_BOUNDS')
        expect(await send(tile, 20, { address: across + 8n, bytes: 17 })).toBe('MSG_UNALIGNED')
        expect(await send(tile, 20, { address: across, bytes: 17 }, { ep: 60 })).toBe('PAGE_BOUNDARY')
        expect(await send(tile, 20, { address: across, bytes: 16 }, { ep: 60 })).toBe('TRANSLATION_FAULT')
        // DEV-2: the register window is no local buffer, whoever maps it
        await insertPage(tile, { virtual: page, physical: 0xf000_0000, flags: readable | writable })
        expect(await read(tile, 8, { address: across, bytes: 8 })).toBe('NO_PERM')
        expect(await send(tile, 20, { address: across, bytes: 8 }, { ep: 60 })).toBe('NO_PERM')
        await insertPage(tile, { virtual: page, physical: 0x2000_0000, flags: readable | writable })
        expect(await send(tile, 20, { address: across, bytes: 8 }, { ep: 60 })).toBe('NO_REP')
        expect(await send(tile, 20, { address: across, bytes: 8 })).toBe('TIMEOUT_MEM')
        expect(await read(tile, 8, { address: across, bytes: 8 })).toBe('TIMEOUT_MEM')
        expect(await send(tile, 20, { address: across, bytes: 0 })).toBe('NONE')
      }))

    test('INV_TLB removes everything that is not FIXED (DEV-8), INV_PAGE that as well', () =>
      alone(async (tile) => {
        await virtual(tile)
        const physical = tile.memory.base
        const pages = [0x1000n, 0x2000n, 0x3000n, 0x4000n]
        const flagsOf = (index: number, which: number): number => readable | ((which >> index) & 1 ? fixed : 0)
        for (let which = 0; which < 16; which++) {
          for (const [index, virtual] of pages.entries())
            expect(await insertPage(tile, { virtual, physical, flags: flagsOf(index, which) })).toBe('NONE')
          expect((await runPrivileged(tile, privilegedOpcodes.invalidateTlb)).error).toBe('NONE')
          for (const [index, virtual] of pages.entries())
            expect(await removePage(tile, virtual)).toBe((which >> index) & 1 ? 'NONE' : 'TLB_MISS')
        }
      }))

    test('TLB_FULL comes only when all entries are FIXED; the same page is replaced even then', () =>
      alone(async (tile) => {
        await virtual(tile)
        const physical = tile.memory.base
        const insert = (virtual: bigint, flags: number) => insertPage(tile, { virtual, physical, flags })
        for (const virtual of [0x1000n, 0x2000n, 0x3000n]) expect(await insert(virtual, fixed)).toBe('NONE')
        // the one that is left is taken again and again
        for (const virtual of [0x4000n, 0x5000n, 0x6000n]) {
          expect(await insert(virtual, readable)).toBe('NONE')
          expect(await write(tile, 8, { address: virtual, bytes: 1 })).toBe('NONE')
        }
        expect(await removePage(tile, 0x5000n)).toBe('TLB_MISS')
        expect(await insert(0x7000n, readable | fixed)).toBe('NONE')
        expect(await insert(0x8000n, readable)).toBe('TLB_FULL')
        expect(await insert(0x1000n, readable)).toBe('NONE')
        expect(await insert(0x8000n, readable)).toBe('NONE')
        expect(await removePage(tile, 0x1000n)).toBe('TLB_MISS')
        expect(await removePage(tile, 0x7000n)).toBe('NONE')
      }))

    test('with context switching a page belongs to an activity; without, the lowest entry for the page counts', () =>
      alone(async (tile) => {
        await virtual(tile, kernelBit | virtualMemoryBit | contextSwitchBit)
        const { base } = tile.memory
        const buffer = { address: page, bytes: 1 }
        tile.writeMemory(base + 0x3000, Uint8Array.of(3))
        tile.writeMemory(base + 0x4000, Uint8Array.of(4))
        expect(await insertPage(tile, { act: noActivity, virtual: page, physical: base + 0x3000, flags: 3 })).toBe(
          'NONE',
        )
        expect(await insertPage(tile, { act: 7, virtual: page, physical: base + 0x4000, flags: 3 })).toBe('NONE')
        const firstByte = async (): Promise<number> => {
          expect(await write(tile, 8, buffer)).toBe('NONE')
          const [value] = [...(await remoteBytes(tile))]
          return value as number
        }
        expect(await firstByte()).toBe(3)
        await tile.writeRegister(registers.CUR_ACT, 7n)
        await writeEp(tile, 8, memoryEp({ target: 0x320, address: remote, size: 0x1000, act: 7 }))
        expect(await firstByte()).toBe(4)
        await tile.writeRegister(registers.CUR_ACT, 8n)
        await writeEp(tile, 8, memoryEp({ target: 0x320, address: remote, size: 0x1000, act: 8 }))
        expect(await write(tile, 8, buffer)).toBe('TRANSLATION_FAULT')
        expect(await removePage(tile, page, 8)).toBe('TLB_MISS')
      }))

    test('the page of DATA_ADDR is that of the start of the command', () =>
      alone(async (tile) => {
        await virtual(tile)
        await insertPage(tile, { virtual: page, physical: tile.memory.base + 0x3000, flags: readable })
        await tile.writeRegister(registers.DATA_ADDR, page)
        await tile.writeRegister(registers.DATA_SIZE, 4n)
        await tile.writeRegister(registers.ARG1, 0n)
        await tile.writeRegister(registers.COMMAND, 0x84n)
        await tile.writeRegister(registers.DATA_ADDR, 0n)
        await tile.wait(300)
        expect(await tile.readRegister(registers.COMMAND)).toBe(0n)
      }))
  })

  describe('the timer', () => {
    test('is stopped by 0, restarted by another time, and runs out once', () =>
      alone(async (tile) => {
        await setFeatures(tile, kernelBit | contextSwitchBit, tile.memory.base + 0x100)
        await runPrivileged(tile, privilegedOpcodes.setTimer, 500)
        await runPrivileged(tile, privilegedOpcodes.setTimer, 0)
        expect(await tile.waitForInterrupt(2, 200)).toBe('limit')
        await runPrivileged(tile, privilegedOpcodes.setTimer, 500)
        await tile.wait(20)
        await runPrivileged(tile, privilegedOpcodes.setTimer, 2000)
        expect(await tile.waitForInterrupt(2, 100)).toBe('limit')
        expect(await tile.waitForInterrupt(2, 200)).toBe('interrupt')
        await tile.writeRegister(0x3038, 0n)
        expect(await tile.waitForInterrupt(2, 500)).toBe('limit')
      }))
  })
}

/** The first bytes behind memory endpoint 8, read by an endpoint of the current activity into a mapped page. */
const remoteBytes = async (tile: Tile): Promise<Uint8Array> => {
  const act = Number((await tile.readRegister(registers.CUR_ACT)) & 0xffffn)
  const own = tile.memory.base + 0x6000
  await insertPage(tile, { act, virtual: 0x9000n, physical: own, flags: writable })
  expect(await read(tile, 8, { address: 0x9000n, bytes: 1 })).toBe('NONE')
  expect(await removePage(tile, 0x9000n, act)).toBe('NONE')
  return tile.readMemory(own, 1)
}
