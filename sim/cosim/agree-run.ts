/** Runs one random program on hardware and model in lockstep. */
import type { TileProgram } from '#model'
import { AgreeCoverage } from './agree-coverage.ts'
import type { AgreeProgram } from './agree-operation.ts'
import { meetingOf, tileProgram } from './agree-program.ts'
import type { SystemHardware } from './rtl-platform.ts'
import { createLockstepPlatform } from './lockstep-platform.ts'

export interface AgreeRunOptions {
  /** Seed of memory contents and of registers without reset. */
  readonly seed: number
  /** Writes a waveform of the run to this file. */
  readonly wave?: string
  /** Builds the simulator such that it can write waveforms of this kind; needed once a case has to be shown. */
  readonly tracing?: 'vcd' | 'fst'
  /** Cycles beyond the send timeout that a command may take. */
  readonly extraCycles?: number
  readonly coverage?: AgreeCoverage
}

/** Longest transfer of a random program is a local memory of 64 KiB, about 4,096 lines, next to as much other traffic. */
const defaultExtraCycles = 12_000
/** Bound for a whole program: an error of the harness rather than of a command. */
const limitCycles = 400_000

/**
 * Runs `program`.
 *
 * Rejects: LockstepError when hardware and model differ; an error about liveness when a command does not end within the
 * send timeout and `extraCycles`.
 */
export const runAgreement = async (
  generated: SystemHardware,
  program: AgreeProgram,
  options: AgreeRunOptions,
): Promise<void> => {
  const { system } = generated
  const coverage = options.coverage ?? new AgreeCoverage()
  const settings = {
    limitCycles: system.sendTimeoutCycles + (options.extraCycles ?? defaultExtraCycles),
    nanosecondsPerCycle: 1_000_000_000 / system.clockHz,
    pollGap: program.pollGap,
    events: coverage,
  }
  const tiles = system.modules.filter(({ kind }) => kind === 'compute').map(({ name }) => name)
  const meeting = meetingOf(tiles.length)
  const programs = new Map<string, TileProgram>(
    tiles.map((tile) => [tile, tileProgram(program.prepare[tile] ?? [], program.run[tile] ?? [], meeting, settings)]),
  )
  const { seed, wave, tracing } = options
  await using platform = await createLockstepPlatform(system, {
    seed,
    generated,
    monitor: coverage.monitor,
    ...(program.host === undefined ? {} : { hostPackets: program.host }),
    ...(wave === undefined ? {} : { wave }),
    ...(tracing === undefined ? {} : { tracing }),
  })
  const outcome = await platform.run(programs, {
    limitCycles,
    start: 'all',
    until: 'all',
    onStep: (record) => coverage.step(record),
  })
  coverage.programs++
  coverage.cycles += outcome.cycles
}
