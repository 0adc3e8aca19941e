/** Speed of the simulators on this machine: cycles of the default system per second of wall time. */
import { defaultSystem } from '#layout'
import { createModelPlatform, type Platform, type TileProgram } from '#model'
import { createLockstepPlatform, createRtlPlatform } from '#sim/cosim'
import { median, rateRow, type Row } from './row.ts'

const cycles = 20_000
const rounds = 3

/** A core that reads a register again and again: a bus access every few cycles. */
const polling: TileProgram = async (tile) => {
  for (let access = 0; access < cycles / 4; access++) await tile.readRegister(0)
}

const idle: TileProgram = (tile) => tile.wait(cycles)

const measure = async (open: () => Platform | Promise<Platform>, program: TileProgram): Promise<number> => {
  const rates: number[] = []
  for (let round = 0; round < rounds; round++) {
    await using platform = await open()
    const from = performance.now()
    const outcome = await platform.run(new Map([['kernel', program]]), {
      limitCycles: 10 * cycles,
      start: 'all',
      until: 'all',
    })
    rates.push(outcome.cycles / ((performance.now() - from) / 1000))
  }
  return Math.round(median(rates))
}

/** The group `harness`. */
export const benchHarness = async (): Promise<readonly Row[]> => {
  const rtl = () => createRtlPlatform(defaultSystem, { seed: 1 })
  const lockstep = () => createLockstepPlatform(defaultSystem, { seed: 1 })
  const model = () => createModelPlatform(defaultSystem, { seed: 1 })
  return [
    rateRow('rtl, idle', await measure(rtl, idle), 'cycles/s'),
    rateRow('rtl, one core polls', await measure(rtl, polling), 'cycles/s'),
    rateRow('lockstep, one core polls', await measure(lockstep, polling), 'cycles/s'),
    rateRow('model, one core polls', await measure(model, polling), 'cycles/s'),
  ]
}
