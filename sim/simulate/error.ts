// The errors of a simulation under test.

import type { Place } from '#ir'
import { closestName } from '#report'

/** What is wrong with a use of a simulator, as data. */
export interface SimulateProblem {
  /** `SIM-` and four digits. */
  readonly code: string
  readonly title: string
  /** What to do about it. */
  readonly help?: string | undefined
}

/** A simulator was used in a way that it cannot follow: a value that does not fit, a name that is not there, a limit. */
export class SimulateError extends Error {
  override readonly name: string = 'SimulateError'
  readonly problem: SimulateProblem

  constructor(problem: SimulateProblem) {
    super(`${problem.code}: ${problem.title}${problem.help === undefined ? '' : `\nhelp: ${problem.help}`}`)
    this.problem = problem
  }
}

/** What did not hold, where it is stated, and when. */
export interface Violation {
  readonly check: 'assert' | 'assume'
  readonly sentence: string
  /** Instances from below the top. */
  readonly path: readonly string[]
  /** Where the property is stated, innermost first; empty when unknown. */
  readonly places: readonly Place[]
  /** Name of the top module. */
  readonly top: string
  /** Edges of all clocks before the one at which it was violated, counted like `Simulator.cycle` with one clock. */
  readonly cycle: number
}

/** A property of the design was violated while it ran. */
export class AssertionFailed extends Error {
  override readonly name = 'AssertionFailed'
  readonly violation: Violation

  constructor(violation: Violation) {
    super(violationText(violation))
    this.violation = violation
  }
}

const violationText = ({ check, sentence, path, places, top, cycle }: Violation): string => {
  const what =
    check === 'assert'
      ? `violated in cycle ${cycle}: ${sentence}`
      : `the inputs broke an assumption in cycle ${cycle}: ${sentence}`
  const at = places.map(({ file, line, column }) => `\n  at ${shortened(file)}:${line}:${column}`).join('')
  return `${what}${at}\n  in ${[top, ...path].join(' > ')}`
}

/** The path of a file from here, where there is a here. */
const shortened = (file: string): string => {
  const { process } = globalThis as { readonly process?: { readonly cwd?: () => string } }
  const here = process?.cwd?.()
  return here !== undefined && file.startsWith(`${here}/`) ? file.slice(here.length + 1) : file
}

/** The name in `names` that was probably meant, as a sentence. */
export const didYouMean = (name: string, names: readonly string[]): string => {
  const meant = closestName(name, names)
  if (meant !== undefined) return `did you mean '${meant}'?`
  return names.length === 0 ? 'there are none' : `there are: ${names.join(', ')}`
}
