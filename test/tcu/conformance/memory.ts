/** Memory transfers: T-40 to T-55 of TCU section 10.3, and what happens at the edges of memories. */
import { memoryPermissions } from '#layout'
import { describe, expect, test } from 'vitest'
import { memoryEp, read, sendEp, write, writeEp } from '../../support/tcu-driver.ts'
import { eps, ids, pattern, placesOf, runAll, runOne } from './bench.ts'
import type { CreatePlatform } from './bench.ts'

const region = 0x4000

export const memory = (createPlatform: CreatePlatform): void => {
  describe('transfers that are refused', () => {
    test.each([
      ['WRITE', write, memoryPermissions.read],
      ['READ', read, memoryPermissions.write],
    ] as const)(
      '%s needs a memory endpoint, its range and its permission (T-40 to T-47)',
      async (_, transfer, other) => {
        await runOne(createPlatform, async (tile) => {
          const { data } = placesOf(tile)
          await writeEp(tile, eps.send, sendEp({ target: tile.id, ep: eps.receive, credits: 1, messageOrder: 6 }))
          expect(await transfer(tile, eps.send, { address: data, bytes: 8 })).toBe('NO_MEP')
          await writeEp(tile, eps.memory, memoryEp({ target: ids.memory, address: region, size: 8 }))
          expect(await transfer(tile, eps.memory, { address: data, bytes: 8 }, 1)).toBe('OUT_OF_BOUNDS')
          expect(await transfer(tile, eps.memory, { address: data, bytes: 9 })).toBe('OUT_OF_BOUNDS')
          expect(await transfer(tile, eps.memory, { address: data, bytes: 0 }, 9)).toBe('OUT_OF_BOUNDS')
          expect(await transfer(tile, eps.memory, { address: data, bytes: 0 }, 8)).toBe('NONE')
          const wrong = memoryEp({ target: ids.memory, address: region, size: 8, permissions: other })
          await writeEp(tile, eps.memory, wrong)
          expect(await transfer(tile, eps.memory, { address: data, bytes: 8 })).toBe('NO_PERM')
        })
      },
    )

    test('a range that leaves the remote memory ends at once with TIMEOUT_MEM and stores nothing (DEV-18)', () =>
      runOne(createPlatform, async (tile) => {
        const { data, copy } = placesOf(tile)
        const end = 1024 * 1024
        await writeEp(tile, eps.memory, memoryEp({ target: ids.memory, address: 0, size: 0xf000_0000 }))
        tile.writeMemory(data, pattern(2048))
        tile.writeMemory(copy, new Uint8Array(8))
        expect(await write(tile, eps.memory, { address: copy, bytes: 8 }, end - 8)).toBe('NONE')
        expect(await write(tile, eps.memory, { address: data, bytes: 16 }, end - 8)).toBe('TIMEOUT_MEM')
        expect(await write(tile, eps.memory, { address: data, bytes: 2048 }, end)).toBe('TIMEOUT_MEM')
        expect(await read(tile, eps.memory, { address: data, bytes: 16 }, end - 8)).toBe('TIMEOUT_MEM')
        expect(await read(tile, eps.memory, { address: copy, bytes: 8 }, end - 8)).toBe('NONE')
        expect(tile.readMemory(copy, 8)).toEqual(new Uint8Array(8))
        expect(tile.readMemory(data, 2048)).toEqual(pattern(2048))
      }))

    test('a local buffer that leaves the local memory ends at once with TIMEOUT_MEM', () =>
      runOne(createPlatform, async (tile) => {
        const { base, bytes } = tile.memory
        await writeEp(tile, eps.memory, memoryEp({ target: ids.memory, address: 0, size: 0x1000 }))
        for (const transfer of [read, write])
          for (const address of [base - 1, base + bytes - 7, base + bytes, 0])
            expect(await transfer(tile, eps.memory, { address, bytes: 8 })).toBe('TIMEOUT_MEM')
      }))

    test('an absent module answers nothing: TIMEOUT_NOC at once (NoC 10.5)', () =>
      runOne(createPlatform, async (tile) => {
        const { data } = placesOf(tile)
        for (const target of [ids.missing, 0x0300 | ids.memory]) {
          await writeEp(tile, eps.memory, memoryEp({ target, address: 0, size: 0x1000 }))
          expect(await write(tile, eps.memory, { address: data, bytes: 8 })).toBe('TIMEOUT_NOC')
          expect(await write(tile, eps.memory, { address: data, bytes: 2000 })).toBe('TIMEOUT_NOC')
          expect(await read(tile, eps.memory, { address: data, bytes: 8 })).toBe('TIMEOUT_NOC')
        }
      }))
  })

  describe('data', () => {
    test('what was written is read back, also off the words of the remote memory (T-48, T-49)', () =>
      runOne(createPlatform, async (tile) => {
        const { data, copy } = placesOf(tile)
        await writeEp(tile, eps.memory, memoryEp({ target: ids.memory, address: region, size: 16 }))
        for (const offset of [0, 4]) {
          tile.writeMemory(data, pattern(8, offset))
          expect(await write(tile, eps.memory, { address: data, bytes: 8 }, offset)).toBe('NONE')
          expect(await read(tile, eps.memory, { address: copy, bytes: 8 }, offset)).toBe('NONE')
          expect(tile.readMemory(copy, 8)).toEqual(pattern(8, offset))
        }
      }))

    test.each([
      ['a memory tile', ids.memory, region],
      ['another tile', ids.user1, 0x1000_8000],
      ['the own tile, through the network', ids.kernel, 0x1001_8000],
    ])('powers of two up to 16 KiB go to %s and back (T-51, T-52)', async (_, target, address) => {
      await runOne(createPlatform, async (tile) => {
        const { data, copy } = placesOf(tile)
        for (let bytes = 64; bytes <= 16384; bytes *= 2) {
          const text = pattern(bytes, bytes)
          await writeEp(tile, eps.memory, memoryEp({ target, address, size: bytes }))
          tile.writeMemory(data, text)
          expect(await write(tile, eps.memory, { address: data, bytes })).toBe('NONE')
          expect(await read(tile, eps.memory, { address: copy, bytes })).toBe('NONE')
          expect(tile.readMemory(copy, bytes)).toEqual(text)
        }
      })
    })

    test('a WRITE sees what a READ has just brought (T-53)', () =>
      runOne(createPlatform, async (tile) => {
        const { data, copy } = placesOf(tile)
        for (const bytes of [4096, 8192]) {
          await writeEp(tile, eps.memory, memoryEp({ target: ids.memory, address: region, size: 2 * bytes }))
          tile.writeMemory(data, pattern(bytes, bytes + 1))
          expect(await write(tile, eps.memory, { address: data, bytes })).toBe('NONE')
          expect(await read(tile, eps.memory, { address: copy, bytes })).toBe('NONE')
          expect(await write(tile, eps.memory, { address: copy, bytes }, bytes)).toBe('NONE')
          tile.writeMemory(copy, new Uint8Array(bytes))
          expect(await read(tile, eps.memory, { address: copy, bytes }, bytes)).toBe('NONE')
          expect(tile.readMemory(copy, bytes)).toEqual(pattern(bytes, bytes + 1))
        }
      }))

    test('1 to 80 words of 1, 2, 4 and 8 bytes fit their endpoint exactly (T-54)', () =>
      runOne(createPlatform, async (tile) => {
        const { data, copy } = placesOf(tile)
        for (const word of [1, 2, 4, 8])
          for (let words = 1; words <= 80; words += words < 20 ? 1 : 7) {
            const bytes = words * word
            await writeEp(tile, eps.memory, memoryEp({ target: ids.memory, address: region, size: bytes }))
            tile.writeMemory(data, pattern(bytes, words))
            expect(await write(tile, eps.memory, { address: data, bytes })).toBe('NONE')
            expect(await read(tile, eps.memory, { address: copy, bytes })).toBe('NONE')
            expect(tile.readMemory(copy, bytes)).toEqual(pattern(bytes, words))
          }
      }))

    test('all alignments on both sides leave the bytes around untouched (T-55)', () =>
      runOne(createPlatform, async (tile) => {
        const { data } = placesOf(tile)
        const around = new Uint8Array(64).fill(0xff)
        for (let step = 0; step < 256; step++) {
          // sizes run fastest; the other three count on with different periods
          const bytes = 1 + (step % 15)
          const offset = (step * 7) % 16
          const shift = (step * 3 + (step >> 4)) % 16
          const local = data + 2 + ((step * 5 + (step >> 3)) % 16)
          await writeEp(tile, eps.memory, memoryEp({ target: ids.memory, address: region + shift, size: 32 }))
          tile.writeMemory(data, around)
          tile.writeMemory(local, pattern(bytes, step))
          expect(await write(tile, eps.memory, { address: local, bytes }, offset)).toBe('NONE')
          tile.writeMemory(data, around)
          expect(await read(tile, eps.memory, { address: local, bytes }, offset)).toBe('NONE')
          const expected = around.slice()
          expected.set(pattern(bytes, step), local - data)
          expect(tile.readMemory(data, 64)).toEqual(expected)
        }
      }))

    test('bursts around the limit of 512 bytes arrive with any alignment (section 7.4)', () =>
      runOne(createPlatform, async (tile) => {
        const { data, copy } = placesOf(tile)
        await writeEp(tile, eps.memory, memoryEp({ target: ids.memory, address: region, size: 0x1000 }))
        for (const bytes of [8, 9, 15, 16, 17, 497, 511, 512, 513, 520, 521, 1024, 1031, 1545])
          for (const shift of [0, 1, 7, 8, 9, 15]) {
            tile.writeMemory(data, new Uint8Array(2048).fill(0xee))
            tile.writeMemory(data + shift, pattern(bytes, shift))
            tile.writeMemory(copy, new Uint8Array(2048).fill(0xee))
            expect(await write(tile, eps.memory, { address: data + shift, bytes }, 3 * shift)).toBe('NONE')
            expect(await read(tile, eps.memory, { address: copy + 5, bytes }, 3 * shift)).toBe('NONE')
            expect(tile.readMemory(copy + 5, bytes)).toEqual(pattern(bytes, shift))
            expect(tile.readMemory(copy, 5)).toEqual(new Uint8Array(5).fill(0xee))
            expect(tile.readMemory(copy + 5 + bytes, 16)).toEqual(new Uint8Array(16).fill(0xee))
          }
      }))

    test('every tile reads and writes its neighbour at the same time (T-63)', () => {
      const order = ['kernel', 'user1', 'user2', 'user3'] as const
      const program = (index: number) => async (tile: Parameters<Parameters<typeof runOne>[1]>[0]) => {
        const { data, copy } = placesOf(tile)
        const target = ids[order[(index + 1) % order.length] as (typeof order)[number]]
        await writeEp(tile, eps.memory, memoryEp({ target, address: tile.memory.base + 0x2_0000, size: 2048 }))
        for (let round = 0; round < 40; round++) {
          const shift = tile.random(16)
          const bytes = tile.random(2) ? 1 + tile.random(15) : 1024 - tile.random(16)
          tile.writeMemory(data + shift, pattern(bytes, round))
          expect(await write(tile, eps.memory, { address: data + shift, bytes }, shift)).toBe('NONE')
          expect(await read(tile, eps.memory, { address: copy, bytes }, shift)).toBe('NONE')
          expect(tile.readMemory(copy, bytes)).toEqual(pattern(bytes, round))
        }
      }
      return runAll(createPlatform, Object.fromEntries(order.map((name, index) => [name, program(index)])))
    })
  })
}
