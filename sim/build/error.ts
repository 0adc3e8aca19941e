// The error of this room: data first, text made from it.

import { closestName } from '#report'

/** Where a message points to. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** One message of Verilator, as it printed it. */
export interface ToolMessage {
  readonly severity: 'error' | 'warning'
  /** Verilator's name for the kind of message, such as `WIDTH`; empty when it has none. */
  readonly kind: string
  readonly at: Place | undefined
  readonly text: string
}

/** What an error of the simulation rooms says, as data. */
export interface SimulationProblem {
  readonly code: string
  readonly title: string
  /** What to do about it. */
  readonly help?: string
  /** What the tool said, when a tool found it. */
  readonly messages?: readonly ToolMessage[]
  /** The end of what the tool printed. */
  readonly output?: string
  /** The file with all that the tools printed. */
  readonly log?: string
}

/** A simulator that could not be built, opened or used as asked. */
export class SimulationError extends Error {
  override readonly name: string = 'SimulationError'
  readonly problem: SimulationProblem

  constructor(problem: SimulationProblem) {
    super(render(problem))
    this.problem = problem
  }

  get code(): string {
    return this.problem.code
  }
}

function render(problem: SimulationProblem): string {
  const lines = [`${problem.code}: ${problem.title}`]
  if (problem.output !== undefined && problem.output.trim() !== '') lines.push('', problem.output.trimEnd(), '')
  if (problem.log !== undefined) lines.push(`log: ${problem.log}`)
  if (problem.help !== undefined) lines.push(`help: ${problem.help}`)
  return lines.join('\n')
}

/** The name in `names` that `name` most likely stands for, as a sentence; empty when none is close. */
export function didYouMean(name: string, names: readonly string[]): string {
  const meant = closestName(name, names)
  if (meant !== undefined) return `did you mean \`${meant}\`?`
  return names.length === 0 ? 'there are none' : `there are: ${names.join(', ')}`
}
