/** Platforms by name. */
import type { SystemDescription } from '#layout'
import { createModelPlatform } from '#model'
import type { Platform } from '#model'
import { didYouMean, UsageError } from './io.ts'

export const platformNames = Object.freeze(['model', 'rtl', 'lockstep'] as const)
export type PlatformName = (typeof platformNames)[number]

export interface PlatformOptions {
  readonly system: SystemDescription
  readonly seed: number
  /** File for a waveform, .vcd or .fst. */
  readonly wave: string | undefined
  /** Told what is going on before the platform can run. */
  readonly onPreparing?: (what: string) => void
}

/** How far the simulator is; the same as in sim/build. */
interface BuildProgress {
  readonly step: string
  readonly done: number
  readonly total: number
}

/** What sim/cosim offers for each platform on the RTL. */
type Create = (
  system: SystemDescription,
  options: {
    readonly seed: number
    readonly wave?: string
    readonly onBuildProgress?: (progress: BuildProgress) => void
  },
) => Promise<Platform>

/** Platforms on the RTL and the functions of sim/cosim that create them. */
const creators = Object.freeze({ rtl: 'createRtlPlatform', lockstep: 'createLockstepPlatform' })

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
 * Powers up a platform.
 *
 * Rejects: UsageError when the platform cannot do what was asked, or when a tool that it needs is missing.
 */
export const openPlatform = async (name: PlatformName, options: PlatformOptions): Promise<Platform> => {
  const { system, seed, wave, onPreparing } = options
  if (name === 'model') {
    if (wave !== undefined)
      throw new UsageError('the model has no signals to record: --wave needs --platform rtl or lockstep')
    return createModelPlatform(system, { seed })
  }
  onPreparing?.('building the hardware')
  // Loaded when asked for, so that the model runs without the simulator's native parts.
  const cosim: Readonly<Record<string, unknown>> = await import('#sim/cosim')
  const create = cosim[creators[name]] as Create | undefined
  if (create === undefined) throw new UsageError(`the platform '${name}' is not there yet; use --platform model`)
  const platform = create(system, {
    seed,
    ...(wave === undefined ? {} : { wave }),
    onBuildProgress: ({ step, done, total }) => onPreparing?.(`hardware: ${step} ${done} of ${total}`),
  })
  return platform.catch((reason: unknown) => {
    // A missing tool or a build that fails: the message is for people already.
    if (reason instanceof Error && reason.name === 'SimulationError') throw new UsageError(reason.message)
    throw reason
  })
}
