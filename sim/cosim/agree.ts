/**
 * The agreement check: random programs on hardware and golden model in lockstep. A program on which they differ is shrunk,
 * printed such that it can be run again, and shown with a waveform.
 */
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import fc from 'fast-check'
import { programs } from './agree-arbitraries.ts'
import { AgreeCoverage } from './agree-coverage.ts'
import { type AgreeProgram, operationCount, programText } from './agree-operation.ts'
import { runAgreement } from './agree-run.ts'
import type { SystemHardware } from './rtl-platform.ts'

export interface AgreeOptions {
  /** Seed of the programs; the same seed gives the same programs. */
  readonly seed: number
  /** Path within the shrinking, from an earlier failure. */
  readonly path?: string
  readonly programs: number
  /** Most operations per tile, beside those that prepare it. */
  readonly operations: number
  /** File for the waveform of a shrunk failure; the ending, .vcd or .fst, decides the format. */
  readonly wave?: string
  /** Uses one simulator, which can write waveforms, from the start: one build less when a failure is expected. */
  readonly tracing?: 'from the start' | 'on failure'
  /** Runs that shrinking may take. */
  readonly shrinkRuns?: number
  /** Where counts are added. @defaultValue counts of its own */
  readonly coverage?: AgreeCoverage
  readonly onProgram?: (coverage: AgreeCoverage) => void
}

/** A program on which hardware and model differ, as small as it could be made. */
export interface AgreeFailure {
  readonly program: AgreeProgram
  readonly operations: number
  readonly error: Error
  readonly seed: number
  readonly path: string
  /** Programs that ran before one failed, and attempts to make that one smaller. */
  readonly programs: number
  readonly shrinks: number
  /** When the first program failed, as of `performance.now()`. */
  readonly foundAt: number
  readonly wave: string | undefined
}

export interface AgreeReport {
  readonly coverage: AgreeCoverage
  readonly failure: AgreeFailure | undefined
}

const defaultShrinkRuns = 1500

/** Runs random programs until one fails or all have passed. */
export const checkAgreement = async (generated: SystemHardware, options: AgreeOptions): Promise<AgreeReport> => {
  const coverage = options.coverage ?? new AgreeCoverage()
  const { seed, path, wave } = options
  const tracing = options.tracing === 'from the start' ? waveKind(wave) : undefined
  let attempts = 0
  let failedAt = 0
  let foundAt = 0
  const property = fc.asyncProperty(programs(generated.system, options.operations), async (program) => {
    attempts++
    if (failedAt > 0 && attempts - failedAt > (options.shrinkRuns ?? defaultShrinkRuns)) return
    try {
      await runAgreement(generated, program, {
        seed,
        ...(failedAt === 0 ? { coverage } : {}),
        ...(tracing ? { tracing } : {}),
      })
    } catch (error) {
      if (failedAt === 0) [failedAt, foundAt] = [attempts, performance.now()]
      throw error
    }
    options.onProgram?.(coverage)
  })
  const details = await fc.check(property, {
    seed,
    numRuns: options.programs,
    ...(path === undefined ? {} : { path }),
  })
  if (!details.failed) return { coverage, failure: undefined }
  const counterexample = details.counterexample?.[0]
  if (counterexample === undefined) throw new Error('the agreement check ended without a result')
  const error = await show(generated, counterexample, options)
  return {
    coverage,
    failure: {
      program: counterexample,
      operations: operationCount(counterexample),
      error,
      seed: details.seed,
      path: details.counterexamplePath ?? '',
      programs: failedAt,
      shrinks: details.numShrinks,
      foundAt,
      wave,
    },
  }
}

const waveKind = (file: string | undefined): 'vcd' | 'fst' => (file?.endsWith('.vcd') ? 'vcd' : 'fst')

/** Runs the shrunk program once more, with a waveform if one is wanted, for its error. */
const show = async (generated: SystemHardware, program: AgreeProgram, options: AgreeOptions): Promise<Error> => {
  const { seed, wave } = options
  if (wave !== undefined) mkdirSync(dirname(wave), { recursive: true })
  try {
    await runAgreement(generated, program, { seed, ...(wave === undefined ? {} : { wave }) })
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
  return new Error('the shrunk program passes when it runs again: the simulation is not repeatable')
}

/** All that is needed to understand a failure and to run it again. */
export const failureText = (failure: AgreeFailure): string =>
  [
    failure.error.message,
    '',
    `Found by program ${failure.programs}, shrunk ${failure.shrinks} times to ${failure.operations} operations.`,
    `Seed ${failure.seed}, path '${failure.path}'.`,
    ...(failure.wave === undefined ? [] : [`Waveform: ${failure.wave}`]),
    '',
    'To run it again:',
    '',
    `await runAgreement(generateSystem(system), ${programText(failure.program)}, { seed: ${failure.seed} })`,
  ].join('\n')
