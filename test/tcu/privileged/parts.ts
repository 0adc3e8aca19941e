/** TCUs that are built with less: docs/contract.md, TCU sections 2.3 and 3.1. */
import { registers } from '#layout'
import { describe, expect, test } from 'vitest'
import { multiplexedPair, setFeatures } from '../../support/privileged-driver.ts'
import {
  acknowledge,
  fetch,
  finish,
  readEp,
  receiveEp,
  reply,
  run,
  send,
  sendEp,
  writeEp,
} from '../../support/tcu-driver.ts'
import { runAll } from '../conformance/bench.ts'
import type { CreatePlatform } from '../conformance/bench.ts'

export const parts = (createPlatform: CreatePlatform): void => {
  describe('what a TCU is built with', () => {
    test('a TCU without the parts has no page 2, whatever FEATURES says', () =>
      runAll(
        createPlatform,
        {
          a: async (tile) => {
            await setFeatures(tile, 7, tile.memory.base + 0x100)
            await tile.writeRegister(registers.PRIV_CTRL, 1n)
            expect(await tile.readRegister(registers.PRIV_CTRL)).toBe(0n)
            expect(await tile.readRegister(registers.CUR_ACT)).toBe(0n)
            await writeEp(tile, 9, receiveEp({ buffer: tile.memory.base, slotsOrder: 0, slotOrder: 6, act: 5 }))
            expect(await fetch(tile, 9)).toBeUndefined()
          },
        },
        multiplexedPair({ virtualMemory: false, contextSwitching: false }),
      ))

    test('with fewer endpoints every limit of 128 is that number', () =>
      runAll(
        createPlatform,
        {
          a: async (tile) => {
            const { base } = tile.memory
            await writeEp(tile, 16, receiveEp({ buffer: base, slotsOrder: 0, slotOrder: 6 }))
            expect(await readEp(tile, 16)).toEqual([0n, 0n, 0n])
            expect(await run(tile, 5, 16)).toBe('NO_REP')
            await writeEp(tile, 9, receiveEp({ buffer: base, slotsOrder: 1, slotOrder: 6, replyEps: 15 }))
            expect(await acknowledge(tile, 9, 0)).toBe('RECV_INV_RPL_EPS')
            await writeEp(tile, 9, receiveEp({ buffer: base, slotsOrder: 0, slotOrder: 6, replyEps: 15 }))
            await writeEp(
              tile,
              15,
              sendEp({ target: tile.id, ep: 9, credits: 1, messageOrder: 6, reply: true, creditEp: 16 }),
            )
            expect(await reply(tile, 9, 0, { address: base, bytes: 0 })).toBe('SEND_INV_CRD_EP')
            await writeEp(tile, 15, sendEp({ target: tile.id, ep: 16, credits: 1, messageOrder: 6 }))
            expect(await send(tile, 15, { address: base, bytes: 0 })).toBe('RECV_GONE')
            expect(await finish(tile)).toBe('RECV_GONE')
          },
        },
        multiplexedPair({ endpoints: 16, virtualMemory: false, contextSwitching: false }),
      ))
  })
}
