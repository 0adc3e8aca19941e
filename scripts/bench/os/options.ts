/** What `npm run bench -- os` may be told. */
import { systems } from '#layout'
import type { SystemDescription } from '#layout'
import { createModelPlatform } from '#model'
import type { Platform, SoftwareCost, StepRecord } from '#model'
import { createRtlPlatform } from '#sim/cosim'

export interface OsOptions {
  readonly platform: 'rtl' | 'model'
  /** The sizes of services section 7.2 instead of small ones. */
  readonly full: boolean
  readonly softwareCost: SoftwareCost
}

export const osOptionNames = ['--platform', '--full', '--software-cost'] as const

export const osUsage = `  --platform rtl|model    os: what runs the programs (rtl)
  --full                  os: the sizes of the original benchmarks, which takes long on the RTL
  --software-cost N[,M]   os: cycles of each operation of a program, and of each 16 bytes copied (0,0)`

/** Rejects: RangeError for values that make no sense. */
export const osOptionsIn = (args: readonly string[]): OsOptions => {
  const after = (name: string): string | undefined => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined)
  const platform = after('--platform') ?? 'rtl'
  if (platform !== 'rtl' && platform !== 'model') throw new RangeError(`--platform is rtl or model, not '${platform}'`)
  const cost = after('--software-cost') ?? '0'
  if (!/^\d{1,6}(,\d{1,6})?$/.test(cost)) throw new RangeError(`--software-cost is like 3 or 3,1, not '${cost}'`)
  const [cyclesPerOperation = 0, cyclesPerLine = 0] = cost.split(',').map(Number)
  return { platform, full: args.includes('--full'), softwareCost: { cyclesPerOperation, cyclesPerLine } }
}

/** The system of all measurements: six tiles for programs, five accelerators. */
export const benchSystem = systems.get('soc_3x2_accel') as SystemDescription

/** The same with room for files of 2 MiB; a simulator of its own. */
export const largeSystem: SystemDescription = {
  ...benchSystem,
  name: 'soc_3x2_accel_large',
  modules: benchSystem.modules.map((module) =>
    module.kind === 'memory' ? { ...module, memoryBytes: 8 << 20 } : module,
  ),
}

export const openOn =
  ({ platform, softwareCost }: OsOptions, onStep?: (step: StepRecord) => void) =>
  async (system: SystemDescription): Promise<Platform> => {
    const options = { seed: 1, softwareCost }
    const opened =
      platform === 'model' ? createModelPlatform(system, options) : await createRtlPlatform(system, options)
    return onStep === undefined ? opened : watched(opened, onStep)
  }

const watched = (platform: Platform, onStep: (step: StepRecord) => void): Platform => ({
  name: platform.name,
  engine: platform.engine,
  system: platform.system,
  run: (programs, options) => platform.run(programs, { ...options, onStep }),
  peekRegister: (module, offset) => platform.peekRegister(module, offset),
  peekMemory: (module, address, bytes) => platform.peekMemory(module, address, bytes),
  [Symbol.asyncDispose]: () => platform[Symbol.asyncDispose](),
})

export const tell = (text: string): void => void process.stderr.write(`bench os: ${text}\n`)
