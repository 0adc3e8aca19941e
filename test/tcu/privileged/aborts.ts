/** ABORT_CMD in every cycle of every command. TCU section 4.11 and docs/contract.md. */
import { opcodes, privilegedOpcodes, registers } from '#layout'
import type { Tile } from '#model'
import { describe, expect, test } from 'vitest'
import {
  contextSwitchBit,
  finishPrivileged,
  kernelBit,
  multiplexedPair,
  privilegedWord,
  runPrivileged,
  setFeatures,
} from '../../support/privileged-driver.ts'
import {
  acknowledge,
  commandWord,
  creditsOf,
  fetch,
  finish,
  memoryEp,
  messageAt,
  read,
  receiveEp,
  send,
  sendEp,
  slotsOf,
  write,
  writeEp,
} from '../../support/tcu-driver.ts'
import { pattern, runAll } from '../conformance/bench.ts'
import type { CreatePlatform } from '../conformance/bench.ts'

const system = multiplexedPair()

/** Starts a command and, `delay` cycles later, ABORT_CMD; what both ended with. */
const abortAfter = async (tile: Tile, word: bigint, delay: number) => {
  await tile.writeRegister(registers.COMMAND, word)
  if (delay > 0) await tile.wait(delay)
  await tile.writeRegister(registers.PRIV_CMD, privilegedWord(privilegedOpcodes.abortCommand))
  const { error, result } = await finishPrivileged(tile)
  expect(error).toBe('NONE')
  // result 1 only after the command has ended
  if (result === 1n) expect((await tile.readRegister(registers.COMMAND)) & 0xfn).toBe(0n)
  return { result, ended: await finish(tile) }
}

const setBuffer = async (tile: Tile, address: number, bytes: number, offset = 0): Promise<void> => {
  await tile.writeRegister(registers.DATA_ADDR, BigInt(address))
  await tile.writeRegister(registers.DATA_SIZE, BigInt(bytes))
  await tile.writeRegister(registers.ARG1, BigInt(offset))
}

/** Delays that reach from before the checks to behind the end of a command. */
const delays = [...Array.from({ length: 40 }, (_, index) => index), 45, 50, 60, 80, 120, 200]

/** How often each end was seen: each has to be reached. */
const seen = (ends: readonly string[]): readonly string[] => [...new Set(ends)].sort()

export const aborts = (createPlatform: CreatePlatform): void => {
  const alone = (program: (tile: Tile) => Promise<void>) =>
    runAll(
      createPlatform,
      {
        a: async (tile) => {
          await setFeatures(tile, kernelBit | contextSwitchBit, tile.memory.base + 0x100)
          await tile.writeRegister(registers.CUR_ACT, 0xffffn)
          await program(tile)
        },
      },
      system,
    )

  describe('ABORT_CMD', () => {
    test('finds nothing to stop in FETCH_MSG, ACK_MSG, unknown commands, or none', () =>
      alone(async (tile) => {
        await writeEp(tile, 9, receiveEp({ buffer: tile.memory.base, slotsOrder: 0, slotOrder: 6 }))
        expect(await runPrivileged(tile, privilegedOpcodes.abortCommand)).toEqual({ error: 'NONE', result: 0n })
        for (const op of [opcodes.fetch, opcodes.acknowledge, 9])
          for (const delay of [0, 1, 2]) {
            const { result, ended } = await abortAfter(tile, commandWord(op, 9), delay)
            expect(result).toBe(0n)
            expect(ended).toBe(op === 9 ? 'UNKNOWN_CMD' : 'NONE')
          }
      }))

    test('before the checks of SEND wins over all of them, of READ and WRITE after the zero-size test', () =>
      alone(async (tile) => {
        // no endpoint at all: checks of SEND would say NO_SEP
        const ends: string[] = []
        for (const delay of [0, 1, 2, 3, 4, 5])
          ends.push((await abortAfter(tile, commandWord(opcodes.send, 50), delay)).ended)
        expect(ends.every((end) => end === 'ABORT' || end === 'NO_SEP')).toBe(true)
        for (const delay of [0, 1, 2, 3])
          expect((await abortAfter(tile, commandWord(opcodes.write, 50), delay)).ended).toBe('NO_MEP')
      }))

    test('of a SEND leaves it done or undone: credit, slot and message agree, and the next one arrives', () =>
      alone(async (tile) => {
        const { base } = tile.memory
        const ends: string[] = []
        await writeEp(tile, 9, receiveEp({ buffer: base + 0x2000, slotsOrder: 1, slotOrder: 10 }))
        for (const bytes of [0, 5, 400])
          for (const delay of delays) {
            await writeEp(tile, 20, sendEp({ target: tile.id, ep: 9, credits: 2, messageOrder: 10 }))
            tile.writeMemory(base + 0x1000, pattern(bytes, delay))
            await setBuffer(tile, base + 0x1000, bytes)
            const { ended } = await abortAfter(tile, commandWord(opcodes.send, 20, 0xffff), delay)
            ends.push(ended)
            const sent = ended === 'NONE'
            expect(['NONE', 'ABORT']).toContain(ended)
            expect(await creditsOf(tile, 20)).toBe(sent ? 1 : 2)
            const offset = await fetch(tile, 9)
            expect(offset !== undefined).toBe(sent)
            if (offset === undefined) continue
            expect(messageAt(tile, base + 0x2000 + offset).payload).toEqual(pattern(bytes, delay))
            expect(await acknowledge(tile, 9, offset)).toBe('NONE')
          }
        expect(seen(ends)).toEqual(['ABORT', 'NONE'])
        expect((await slotsOf(tile, 9)).occupied).toBe(0)
        expect(await send(tile, 20, { address: base + 0x1000, bytes: 400 })).toBe('NONE')
      }))

    test('of a WRITE leaves a beginning of the data, and no acknowledgement for the next one', () =>
      alone(async (tile) => {
        const { base } = tile.memory
        const ends: string[] = []
        await writeEp(tile, 8, memoryEp({ target: tile.id, address: base + 0x8000, size: 0x2000 }))
        for (const [bytes, from] of [
          [8, 4],
          [100, 3],
          [1500, 0],
        ] as const)
          for (const delay of delays) {
            const data = pattern(bytes, delay)
            tile.writeMemory(base + 0x1000 + from, data)
            tile.writeMemory(base + 0x8000, new Uint8Array(bytes + 16).fill(0xee))
            await setBuffer(tile, base + 0x1000 + from, bytes)
            const { ended } = await abortAfter(tile, commandWord(opcodes.write, 8), delay)
            ends.push(ended)
            expect(['NONE', 'ABORT']).toContain(ended)
            const stored = tile.readMemory(base + 0x8000, bytes + 16)
            const count = ended === 'NONE' ? bytes : stored.findIndex((byte, at) => byte !== data[at])
            expect(stored.subarray(0, count)).toEqual(data.subarray(0, count))
            expect(stored.subarray(count).every((byte) => byte === 0xee)).toBe(true)
            // the next WRITE waits for its own acknowledgements
            expect(await write(tile, 8, { address: base + 0x1000, bytes: 600 }, 0x1000)).toBe('NONE')
            expect(tile.readMemory(base + 0x9000, 600)).toEqual(tile.readMemory(base + 0x1000, 600))
          }
        expect(seen(ends)).toEqual(['ABORT', 'NONE'])
      }))

    test('of a READ leaves a beginning of the data, and no data for the next one', () =>
      alone(async (tile) => {
        const { base } = tile.memory
        const ends: string[] = []
        await writeEp(tile, 8, memoryEp({ target: tile.id, address: base + 0x8000, size: 0x2000 }))
        tile.writeMemory(base + 0x8000, pattern(0x2000, 9))
        for (const bytes of [8, 100, 1500])
          for (const delay of delays) {
            tile.writeMemory(base + 0x1000, new Uint8Array(bytes + 16).fill(0xee))
            await setBuffer(tile, base + 0x1000, bytes)
            const { ended } = await abortAfter(tile, commandWord(opcodes.read, 8), delay)
            ends.push(ended)
            expect(['NONE', 'ABORT']).toContain(ended)
            const stored = tile.readMemory(base + 0x1000, bytes + 16)
            const data = pattern(bytes, 9)
            const differs = stored.findIndex((byte, at) => byte !== data[at])
            const count = ended === 'NONE' ? bytes : differs
            expect(stored.subarray(0, count)).toEqual(data.subarray(0, count))
            expect(stored.subarray(count).every((byte) => byte === 0xee)).toBe(true)
            expect(await read(tile, 8, { address: base + 0x4000, bytes: 40 }, 0x1000)).toBe('NONE')
            expect(tile.readMemory(base + 0x4000, 40)).toEqual(tile.readMemory(base + 0x9000, 40))
          }
        expect(seen(ends)).toEqual(['ABORT', 'NONE'])
      }))

    test('of a REPLY frees the slot or leaves it: before the checks nothing happens, later it cannot be repeated', () =>
      alone(async (tile) => {
        const { base } = tile.memory
        const ends: string[] = []
        const receive = receiveEp({ buffer: base + 0x2000, slotsOrder: 1, slotOrder: 9, replyEps: 40 })
        await writeEp(tile, 9, receive)
        await writeEp(tile, 10, receiveEp({ buffer: base + 0x3000, slotsOrder: 1, slotOrder: 9 }))
        for (const bytes of [0, 200])
          for (const delay of delays) {
            await writeEp(tile, 20, sendEp({ target: tile.id, ep: 9, credits: 1, messageOrder: 9 }))
            expect(await send(tile, 20, { address: base, bytes: 8 }, { ep: 10, label: 5n })).toBe('NONE')
            const offset = (await fetch(tile, 9)) as number
            await setBuffer(tile, base + 0x1000, bytes)
            const { ended } = await abortAfter(tile, commandWord(opcodes.reply, 9, offset), delay)
            ends.push(ended)
            const answer = await fetch(tile, 10)
            expect(answer !== undefined).toBe(ended === 'NONE')
            if (answer !== undefined) await acknowledge(tile, 10, answer)
            const { occupied } = await slotsOf(tile, 9)
            // undone: the slot is still there, or the message left cut short and the slot is free
            if (ended === 'NONE') expect(occupied).toBe(0)
            else expect(ended).toBe('ABORT')
            expect(await creditsOf(tile, 20)).toBe(ended === 'NONE' ? 1 : 0)
            if (occupied !== 0) expect(await acknowledge(tile, 9, offset)).toBe('NONE')
          }
        expect(seen(ends)).toEqual(['ABORT', 'NONE'])
      }))

    test('waits for a command that waits for the network, and leaves it its timeout', () =>
      alone(async (tile) => {
        const { base } = tile.memory
        // the host takes messages and never answers
        await writeEp(tile, 20, sendEp({ target: 0x3f05, ep: 9, credits: 1, messageOrder: 6 }))
        await setBuffer(tile, base, 8)
        const { result, ended } = await abortAfter(tile, commandWord(opcodes.send, 20, 0xffff), 100)
        expect({ result, ended }).toEqual({ result: 1n, ended: 'TIMEOUT_NOC' })
        expect(await creditsOf(tile, 20)).toBe(1)
      }))
  })
}
