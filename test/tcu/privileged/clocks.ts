/** The timer at clocks that do not divide a nanosecond. TCU section 5.6, DEV-12. */
import { privilegedOpcodes, registers } from '#layout'
import { describe, expect, test } from 'vitest'
import {
  contextSwitchBit,
  kernelBit,
  multiplexedPair,
  runPrivileged,
  setFeatures,
} from '../../support/privileged-driver.ts'
import { runAll } from '../conformance/bench.ts'
import type { CreatePlatform } from '../conformance/bench.ts'

export const clocks = (createPlatform: CreatePlatform): void => {
  describe('the timer', () => {
    test.each([
      [100_000_000, 1000],
      [300_000_000, 1000],
      [137_000_000, 777],
      [1_000_000_000, 1],
    ])('at %i Hz runs out after %i ns, rounded up to a cycle, within 40 cycles (DEV-12)', async (clockHz, time) => {
      await runAll(
        createPlatform,
        {
          a: async (tile) => {
            await setFeatures(tile, kernelBit | contextSwitchBit, tile.memory.base + 0x100)
            const before = await tile.readRegister(registers.CUR_TIME)
            expect((await runPrivileged(tile, privilegedOpcodes.setTimer, time)).error).toBe('NONE')
            await tile.waitForInterrupt(2)
            const passed = Number((await tile.readRegister(registers.CUR_TIME)) - before)
            expect(passed).toBeGreaterThanOrEqual(time)
            expect(passed).toBeLessThan(time + 60 * Math.ceil(1e9 / clockHz))
          },
        },
        multiplexedPair({}, clockHz),
      )
    })
  })
}
