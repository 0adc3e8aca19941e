/** Platforms by name. */
import type { SystemDescription } from '#layout'
import { createModelPlatform } from '#model'
import type { Platform, SoftwareCost } from '#model'
import type { EngineChoice } from '#sim/cosim'
import { didYouMean, UsageError } from './io.ts'
import type { ProgressLine } from './progress.ts'

export const platformNames = Object.freeze(['model', 'rtl', 'lockstep'] as const)
export type PlatformName = (typeof platformNames)[number]

export interface PlatformOptions {
  readonly system: SystemDescription
  readonly seed: number
  /** File for a waveform, .vcd or .fst. */
  readonly wave: string | undefined
  readonly softwareCost?: SoftwareCost
  /** What simulates the hardware. */
  readonly engine?: EngineChoice
  /** Shows what is going on before the platform can run. */
  readonly progress?: ProgressLine
}

/**
 * The platform of that name.
 *
 * Rejects: UsageError when there is none.
 */
export const platformName = (name: string): PlatformName => {
  const found = platformNames.find((known) => known === name)
  if (found !== undefined) return found
  throw new UsageError(
    `there is no platform '${name}'; there are ${platformNames.join(', ')}.${didYouMean(name, platformNames)}`,
  )
}

/**
 * The engine of that name.
 *
 * Rejects: UsageError when there is none, and for the model, which is no hardware.
 */
export const engineName = (name: string, platform: PlatformName): EngineChoice => {
  const choices = ['auto', 'wasm', 'verilator'] as const
  const found = choices.find((known) => known === name)
  if (found === undefined)
    throw new UsageError(`there is no engine '${name}'; there are ${choices.join(', ')}.${didYouMean(name, choices)}`)
  if (platform === 'model' && found !== 'auto')
    throw new UsageError('the model is no hardware: --engine needs --platform rtl or lockstep')
  return found
}

/**
 * Powers up a platform.
 *
 * Rejects: UsageError when the platform cannot do what was asked, or when a tool that it needs is missing.
 */
export const openPlatform = async (name: PlatformName, options: PlatformOptions): Promise<Platform> => {
  const { system, seed, wave, softwareCost, engine = 'auto', progress } = options
  if (name === 'model') {
    if (wave !== undefined)
      throw new UsageError('the model has no signals to record: --wave needs --platform rtl or lockstep')
    return createModelPlatform(system, { seed, softwareCost })
  }
  progress?.show('generating the hardware')
  // Loaded when asked for, so that the model runs without the simulator's native parts.
  const { createLockstepPlatform, createRtlPlatform } = await import('#sim/cosim')
  const create = { rtl: createRtlPlatform, lockstep: createLockstepPlatform }[name]
  const platform: Promise<Platform> = create(system, {
    seed,
    softwareCost,
    engine,
    ...(wave === undefined ? {} : { wave }),
    onBuildProgress: ({ step, done, total }) => {
      if (step === 'verilating')
        progress?.stage('building the simulator of the hardware; the first time takes a minute')
      progress?.show(`building the simulator of the hardware: ${step} ${done} of ${total}`)
    },
  })
  return platform.catch((reason: unknown) => {
    // A missing tool or a build that fails: the message is for people already.
    if (reason instanceof Error && (reason.name === 'SimulationError' || reason.name === 'RangeError'))
      throw new UsageError(reason.message)
    throw reason
  })
}
