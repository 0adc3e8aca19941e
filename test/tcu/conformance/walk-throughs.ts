/** TCU sections 9.1 to 9.6 with the ids and addresses of the default system: chip 0, memory from 0x1000_0000. */
import { registers } from '#layout'
import type { Tile } from '#model'
import { describe, expect, test } from 'vitest'
import { awaitMessage, finish, memoryEp, readEp, writeEp } from '../../support/tcu-driver.ts'
import { ids, runAll, runOne } from './bench.ts'
import type { CreatePlatform } from './bench.ts'

const start = async (tile: Tile, command: bigint, address?: bigint, bytes?: bigint, arg1?: bigint): Promise<string> => {
  if (address !== undefined) await tile.writeRegister(registers.DATA_ADDR, address)
  if (bytes !== undefined) await tile.writeRegister(registers.DATA_SIZE, bytes)
  if (arg1 !== undefined) await tile.writeRegister(registers.ARG1, arg1)
  await tile.writeRegister(registers.COMMAND, command)
  return finish(tile)
}

const hexBytes = (text: string): Uint8Array => Uint8Array.from(text.split(' ').map((byte) => Number.parseInt(byte, 16)))

const signal = (tile: Tile): Promise<void> => tile.writeRegister(0x3030, 0n)

export const walkThroughs = (createPlatform: CreatePlatform): void => {
  describe('the walk-throughs of TCU section 9', () => {
    test('a message, its reply and all states in between (9.1 to 9.5)', () =>
      runAll(createPlatform, {
        kernel: async (a) => {
          const { base } = a.memory
          await writeEp(a, 8, [0x001f_ffe3_0417_fff9n, 0x0025_0009n, 0x1122_3344_5566_7788n])
          await writeEp(a, 10, [0x0000_0c0f_ffff_fffan, BigInt(base + 0x3000), 0n])
          // the other tile configures itself meanwhile
          await a.wait(300)
          a.writeMemory(
            base + 0x1000,
            Uint8Array.from({ length: 20 }, (_, index) => 0x10 + index),
          )
          expect(await start(a, 0x1400_0081n, BigInt(base + 0x1000), 20n, 0xcafe_babe_1234_5678n)).toBe('NONE')
          expect(await a.readRegister(registers.COMMAND)).toBe(0n)

          // 9.4 comes when the other tile has looked at its registers; until then there is one credit
          expect((await readEp(a, 8))[0]).toBe(0x001f_ffe3_040f_fff9n)
          expect(await awaitMessage(a, 10)).toBe(0)
          expect(await a.readRegister(registers.ARG1)).toBe(0n)
          expect(await readEp(a, 10)).toEqual([0x0020_8c0f_ffff_fffan, BigInt(base + 0x3000), 1n])
          expect((await readEp(a, 8))[0]).toBe(0x001f_ffe3_0417_fff9n)
          expect(a.readMemory(base + 0x3000, 36)).toEqual(
            hexBytes(
              'a1 04 20 00 09 00 08 00 00 00 00 00 00 00 00 00 78 56 34 12 be ba fe ca 00 00 00 00 00 00 00 00 ' +
                'dd cc bb aa',
            ),
          )
          expect(await start(a, 0xa6n)).toBe('NONE')
          expect((await readEp(a, 10))[2]).toBe(0n)
        },
        user1: async (b) => {
          const { base } = b.memory
          // memory holds anything at power-up, and bytes behind the message are not modified
          b.writeMemory(base + 0x2000, new Uint8Array(64))
          await writeEp(b, 9, [0x0000_0c10_0087_fffan, BigInt(base + 0x2000), 0n])
          while ((await readEp(b, 9))[2] === 0n) await b.wait(20)
          // 9.2, state after the reception
          expect(await readEp(b, 9)).toEqual([0x0000_8c10_0087_fffan, BigInt(base + 0x2000), 0x0000_0001_0000_0001n])
          expect(await readEp(b, 16)).toEqual([0x0020_0103_020f_fff9n, 0x0006_000an, 0xcafe_babe_1234_5678n])
          expect(b.readMemory(base + 0x2000, 56)).toEqual(
            hexBytes(
              'cc 00 a0 00 08 00 0a 00 78 56 34 12 be ba fe ca 88 77 66 55 44 33 22 11 00 00 00 00 00 00 00 00 ' +
                '10 11 12 13 14 15 16 17 18 19 1a 1b 1c 1d 1e 1f 20 21 22 23 00 00 00 00',
            ),
          )
          // 9.3
          expect(await start(b, 0x95n)).toBe('NONE')
          expect(await b.readRegister(registers.ARG1)).toBe(0n)
          expect(await readEp(b, 9)).toEqual([0x0020_8c10_0087_fffan, BigInt(base + 0x2000), 1n])
          expect(await start(b, 0x95n)).toBe('NONE')
          expect(await b.readRegister(registers.ARG1)).toBe(0xffff_ffff_ffff_ffffn)
          await b.wait(500)
          // 9.4
          b.writeMemory(base + 0x1000, hexBytes('dd cc bb aa'))
          expect(await start(b, 0x92n, BigInt(base + 0x1000), 4n)).toBe('NONE')
          expect((await readEp(b, 16))[0]).toBe(0x0020_0103_020f_fff8n)
          expect((await readEp(b, 9))[2]).toBe(0n)
          await signal(b)
        },
      }))

    test('WRITE and READ with every alignment that is shown (9.6)', () =>
      runOne(createPlatform, async (a) => {
        const { base } = a.memory
        const at = (offset: number) => BigInt(base + offset)
        await writeEp(a, 9, memoryEp({ target: ids.user1, address: base + 0x3000, size: 0x1000 }))
        expect((await readEp(a, 9))[0]).toBe(0x1_929f_fffbn - (3n << 31n))
        // memory holds anything at power-up
        a.writeMemory(base + 0x5000, new Uint8Array(64))
        expect(await start(a, 0x94n, at(0x5000), 64n, 0n)).toBe('NONE')
        a.writeMemory(
          base + 0x1000,
          Uint8Array.from({ length: 64 }, (_, index) => 0x10 + index),
        )
        expect(await start(a, 0x94n, at(0x1003), 5n, 0n)).toBe('NONE')
        expect(await start(a, 0x93n, at(0x5000), 8n, 0n)).toBe('NONE')
        expect(a.readMemory(base + 0x5000, 8)).toEqual(hexBytes('13 14 15 16 17 00 00 00'))
        expect(await start(a, 0x94n, at(0x1006), 5n, 1n)).toBe('NONE')
        expect(await start(a, 0x93n, at(0x5000), 8n, 0n)).toBe('NONE')
        expect(a.readMemory(base + 0x5000, 8)).toEqual(hexBytes('13 16 17 18 19 1a 00 00'))
        expect(await start(a, 0x94n, at(0x100f), 20n, 1n)).toBe('NONE')
        expect(await start(a, 0x93n, at(0x5003), 16n, 5n)).toBe('NONE')
        expect(a.readMemory(base + 0x5000, 24)).toEqual(
          hexBytes('13 16 17 23 24 25 26 27 28 29 2a 2b 2c 2d 2e 2f 30 31 32 00 00 00 00 00'),
        )
      }))
  })
}
