/**
 * The `model` platform: runs tile programs on the golden model with approximate timing. In every cycle each TCU makes at
 * most one memory access, one register step and one flit per class, in the replay order of src/layout/commit.ts; cycles
 * in which nothing can happen are skipped. Same system, seed and programs: same run.
 */
import { setImmediate as eventLoop } from 'node:timers/promises'
import type { SystemDescription } from '#layout'
import { acceleratorProgram } from './accelerator/accelerator.ts'
import { hostConsole } from './host-console.ts'
import type { Platform, RunOptions, RunOutcome } from './platform.ts'
import { createProgramHost, describeRequest } from './program-host.ts'
import type { HostedProgram, ProgramHost } from './program-host.ts'
import { createGoldenSystem, outstanding, tcuOf } from './system.ts'
import type { GoldenSystem } from './system.ts'
import type { SoftwareCost } from './software-cost.ts'
import { readRegister } from './tcu-registers.ts'
import type { TileProgram } from './tile.ts'
import { TimedCores } from './timed-cores.ts'
import { TimedSystem } from './timed-system.ts'
import type { Report } from './timed-tcu.ts'

export interface ModelPlatformOptions {
  /** Seed of the random numbers that programs draw. */
  readonly seed: number
  /** What programs cost beside the time of the hardware. @defaultValue nothing */
  readonly softwareCost?: SoftwareCost | undefined
}

/** Cycles that the hardware gets to finish what is under way when the programs have ended. */
const settleCycles = 100_000
/** Loop turns between two looks at the event loop, for signals and progress displays. */
const turnsPerLook = 20_000

/** Powers up a system whose hardware is the golden model. */
export const createModelPlatform = (system: SystemDescription, options: ModelPlatformOptions): Platform => {
  const golden = createGoldenSystem(system)
  let cycle = 0
  let started = false
  return {
    name: 'model',
    engine: 'model',
    system,
    async run(programs, runOptions) {
      if (started) throw new Error('A platform runs once: create another one for the next run')
      started = true
      return runPrograms(golden, programs, runOptions, options, (now) => {
        cycle = now
      })
    },
    peekRegister: (module, offset) => readRegister(tcuOf(golden, module), offset, cycle),
    peekMemory: (module, address, bytes) => tcuOf(golden, module).memory.read(address, bytes),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

const runPrograms = async (
  golden: GoldenSystem,
  programs: ReadonlyMap<string, TileProgram>,
  options: RunOptions,
  { seed, softwareCost }: ModelPlatformOptions,
  tick: (cycle: number) => void,
): Promise<RunOutcome> => {
  const { system } = golden
  let cycle = 0
  const memory = {
    readMemory: (module: string, address: number, bytes: number) => tcuOf(golden, module).memory.read(address, bytes),
    writeMemory: (module: string, address: number, data: Uint8Array) => {
      tcuOf(golden, module).memory.write(address, data)
    },
  }
  const host = createProgramHost(system, programs, seed, memory, {
    logic: acceleratorsOf(system),
    cost: softwareCost,
  })
  const { onStep, onPrint } = options
  const names = system.modules.map((module) => module.name)
  const report: Report =
    onStep &&
    ((module, probe, bits) => {
      onStep({ cycle, module: names[module] as string, probe, bits })
    })
  const console = hostConsole()
  const timed = new TimedSystem(
    golden,
    (flit, now) => {
      const printed = console.deliver(flit, now)
      if (printed !== undefined) onPrint?.(printed)
    },
    report,
  )
  const cores = new TimedCores(host.programs, golden.tcus)
  const isMeant = ({ role }: HostedProgram, which: 'all' | 'kernel'): boolean =>
    role === 'kernel' || (role === 'user' && which === 'all')
  const awaited = host.programs.filter((program) => isMeant(program, options.until))

  await startPrograms(host, (program) => isMeant(program, options.start))
  for (let turn = 1; ; turn++) {
    tick(cycle)
    if (turn % turnsPerLook === 0) {
      options.onProgress?.(cycle)
      await eventLoop()
    }
    options.signal?.throwIfAborted()
    cores.refresh(cycle)
    for (const { program, answer } of cores.due(cycle)) await program.answer(answer)
    await startPrograms(host, (program) => golden.tcus[program.index]?.coreConfig[0] === 1)
    if (host.failure !== undefined) throw host.failure
    if (awaited.every((program) => program.state === 'ended')) break
    cores.refresh(cycle)
    if (timed.step(cycle, cores)) cycle++
    else cycle = Math.max(cycle + 1, nextCycle(timed, cores, host, golden, cycle))
    if (cycle > options.limitCycles) throw new Error(limitReached(host, golden, options.limitCycles))
  }
  const outcome = { cycles: cycle }
  const idle = { access: () => undefined, served: () => undefined }
  const last = cycle + settleCycles
  for (; cycle < last && outstanding(golden).length > 0; cycle++) timed.step(cycle, idle)
  tick(cycle)
  return outcome
}

/** The logic of the accelerators, by their tiles. */
const acceleratorsOf = (system: SystemDescription): ReadonlyMap<string, TileProgram> =>
  new Map(
    system.modules.flatMap((module) =>
      module.kind === 'accelerator' ? [[module.name, acceleratorProgram(module)] as const] : [],
    ),
  )

const startPrograms = async (host: ProgramHost, enabled: (program: HostedProgram) => boolean): Promise<void> => {
  for (const program of host.programs) if (program.state === 'idle' && enabled(program)) await program.start()
}

/** The next cycle in which anything can happen; without one the run is deadlocked. */
const nextCycle = (
  timed: TimedSystem,
  cores: TimedCores,
  host: ProgramHost,
  golden: GoldenSystem,
  cycle: number,
): number => {
  const next = Math.min(timed.nextCycle(cycle), cores.nextCycle())
  if (next === Infinity) throw new Error(`Deadlock in cycle ${cycle}: ${stuck(host, golden)}`)
  return next
}

const limitReached = (host: ProgramHost, golden: GoldenSystem, limit: number): string =>
  `The run has not ended after ${limit} cycles: ${stuck(host, golden)}`

const stuck = (host: ProgramHost, golden: GoldenSystem): string =>
  [...host.programs.filter((program) => program.state !== 'ended').map(describeRequest), ...outstanding(golden)].join(
    '; ',
  )
