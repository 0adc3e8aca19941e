/** Programs that activities run. */
import type { Context } from './context.ts'

/** A program; it ends with an exit code, 0 for success. Kernel section 5. */
export interface Program {
  readonly name: string
  /** One line about what it does. */
  readonly summary: string
  readonly main: (context: Context) => Promise<number>
}

/** Something that a program measured, apart from what it prints. */
export interface Measurement {
  readonly name: string
  /** Simulated time at which it began, in nanoseconds. */
  readonly start: bigint
  /** Nanoseconds of simulated time that all repetitions took. */
  readonly nanoseconds: bigint
  readonly repetitions: number
}

/** Told about programs by the simulated tiles; a program cannot see it. */
export interface ProgramObserver {
  readonly started?: (tile: number, program: string) => void
  readonly measured?: (tile: number, program: string, measurement: Measurement) => void
  readonly ended?: (tile: number, program: string, exitCode: number) => void
}
