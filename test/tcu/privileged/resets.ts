/** TCU_RESET in every cycle of what a tile does. TCU section 6.4, docs/contract.md. */
import { coreConfigRegister, noActivity, opcodes, privilegedOpcodes, printBufferRegister, registers } from '#layout'
import { describe, expect, test } from 'vitest'
import {
  contextSwitchBit,
  insertPage,
  kernelBit,
  multiplexedPair,
  privilegedWord,
  removePage,
  setFeatures,
  virtualMemoryBit,
} from '../../support/privileged-driver.ts'
import { pairSystem } from '../../support/pair.ts'
import {
  acknowledge,
  awaitMessage,
  commandWord,
  connect,
  memoryEp,
  read,
  readEp,
  receiveEp,
  send,
  sendEp,
  write,
  writeEp,
  writeRemote,
} from '../../support/tcu-driver.ts'
import { pattern, runAll } from '../conformance/bench.ts'
import type { CreatePlatform } from '../conformance/bench.ts'

const system = multiplexedPair()
const ids = { a: 0x300, b: 0x321, memory: 0x320 }

export const resets = (createPlatform: CreatePlatform): void => {
  describe('TCU_RESET', () => {
    test('clears what section 2.3 says and keeps the rest', async () => {
      let done = false
      await runAll(
        createPlatform,
        {
          a: async (tile) => {
            const other = await connect(tile, 30, ids.b, tile.memory.base)
            await tile.wait(3000)
            expect(await writeRemote(other, registers.TCU_RESET, 0x1234n)).toBe('NONE')
            await tile.wait(100)
            done = true
          },
          b: async (tile) => {
            const { base } = tile.memory
            await setFeatures(tile, kernelBit | contextSwitchBit | virtualMemoryBit, base + 0x100)
            await writeEp(tile, 9, receiveEp({ buffer: base, slotsOrder: 0, slotOrder: 6 }))
            const cleared = ['DATA_ADDR', 'DATA_SIZE', 'ARG1', 'CORE_REQ', 'PRIV_CTRL', 'PRIV_CMD_ARG'] as const
            for (const name of cleared) await tile.writeRegister(registers[name], 1n)
            expect(await insertPage(tile, { act: 0xffff, virtual: 0x5000n, physical: base, flags: 7 })).toBe('NONE')
            await tile.writeRegister(registers.CUR_ACT, 0x1234_0000_0003_0007n)
            await tile.writeRegister(printBufferRegister(3), 77n)
            await tile.writeRegister(coreConfigRegister(2), 1n)
            await tile.writeRegister(registers.PRIV_CMD, privilegedWord(privilegedOpcodes.setTimer, 100_000))
            const endpoint = await readEp(tile, 9)
            while (!done) await tile.wait(100)

            for (const name of [...cleared, 'COMMAND', 'EXT_CMD', 'PRIV_CMD', 'PRINT', 'FLITS_DROP'] as const)
              expect(await tile.readRegister(registers[name])).toBe(0n)
            expect(await tile.readRegister(registers.CUR_ACT)).toBe(BigInt(noActivity))
            expect(await tile.readRegister(registers.FLITS_CTRL)).toBe(0n)
            expect((await tile.readRegister(registers.FEATURES)) & 7n).toBe(7n)
            expect(await tile.readRegister(registers.CUR_TIME)).toBeGreaterThan(30_000n)
            expect(await readEp(tile, 9)).toEqual(endpoint)
            expect(await tile.readRegister(printBufferRegister(3))).toBe(77n)
            expect(await tile.readRegister(coreConfigRegister(2))).toBe(1n)
            expect(await removePage(tile, 0x5000n)).toBe('TLB_MISS')
            await tile.writeRegister(coreConfigRegister(2), 0n)
            expect(await tile.waitForInterrupt(2, 20_000)).toBe('limit')
          },
        },
        system,
      )
    })

    test('cuts whatever leaves or arrives, at every moment; everybody goes on afterwards', async () => {
      const rounds = 60
      let round = 0
      await runAll(
        createPlatform,
        {
          a: async (tile) => {
            const { base } = tile.memory
            const other = await connect(tile, 30, ids.b, base)
            await writeEp(tile, 31, memoryEp({ target: ids.b, address: base + 0x4000, size: 0x4000 }))
            await writeEp(tile, 9, receiveEp({ buffer: base + 0x1000, slotsOrder: 2, slotOrder: 11 }))
            await tile.wait(200)
            for (; round < rounds;) {
              // requests for the other tile of all kinds are on their way when it is reset
              const started = round % 3
              if (started > 0) {
                await tile.writeRegister(registers.DATA_ADDR, BigInt(base + 0x4000))
                await tile.writeRegister(registers.DATA_SIZE, 700n)
                await tile.writeRegister(registers.ARG1, 0n)
                const op = started === 1 ? opcodes.read : opcodes.write
                await tile.writeRegister(registers.COMMAND, commandWord(op, 31))
              }
              await tile.wait(20 + 3 * round)
              if (started > 0) while (((await tile.readRegister(registers.COMMAND)) & 0xfn) !== 0n) await tile.wait(7)
              expect(await writeRemote(other, registers.TCU_RESET, 0n)).toBe('NONE')
              await tile.wait(40)
              // a message from the other tile may have been cut; one that was not is there
              expect(await write(tile, 31, { address: base + 0x4000, bytes: 60 })).toBe('NONE')
              expect(await read(tile, 31, { address: base + 0x4100, bytes: 60 })).toBe('NONE')
              expect(tile.readMemory(base + 0x4100, 60)).toEqual(tile.readMemory(base + 0x4000, 60))
              await writeEp(tile, 9, receiveEp({ buffer: base + 0x1000, slotsOrder: 2, slotOrder: 11 }))
              round++
            }
          },
          b: async (tile) => {
            const { base } = tile.memory
            tile.writeMemory(base + 0x2000, pattern(2000))
            await writeEp(tile, 8, memoryEp({ target: ids.memory, address: 0x1000, size: 0x4000 }))
            while (round < rounds) {
              await writeEp(tile, 20, sendEp({ target: ids.a, ep: 9, credits: 63, messageOrder: 11 }))
              await send(tile, 20, { address: base + 0x2000, bytes: 1800 })
              await write(tile, 8, { address: base + 0x2000, bytes: 1500 })
              await read(tile, 8, { address: base + 0x3000, bytes: 1500 })
            }
          },
        },
        system,
      )
      expect(round).toBe(rounds)
    }, 30_000)

    test.each([
      ['with page 2', system],
      ['without page 2', pairSystem],
    ])('of the own tile, %s: the command that does it is gone', async (_, tiles) => {
      await runAll(
        createPlatform,
        {
          a: async (tile) => {
            const { base } = tile.memory
            const own = await connect(tile, 30, ids.a, base)
            tile.writeMemory(base, new Uint8Array(8))
            await tile.writeRegister(registers.DATA_ADDR, BigInt(base))
            await tile.writeRegister(registers.DATA_SIZE, 8n)
            await tile.writeRegister(registers.ARG1, BigInt(registers.TCU_RESET))
            await tile.writeRegister(registers.COMMAND, commandWord(opcodes.write, own.ep))
            await tile.wait(100)
            expect(await tile.readRegister(registers.COMMAND)).toBe(0n)
            expect(await tile.readRegister(registers.ARG1)).toBe(0n)
            await writeEp(tile, 9, receiveEp({ buffer: base + 0x1000, slotsOrder: 0, slotOrder: 6 }))
            await writeEp(tile, 20, sendEp({ target: ids.a, ep: 9, credits: 1, messageOrder: 6 }))
            expect(await send(tile, 20, { address: base, bytes: 8 })).toBe('NONE')
            expect(await acknowledge(tile, 9, await awaitMessage(tile, 9))).toBe('NONE')
          },
        },
        tiles,
      )
    })
  })
}
