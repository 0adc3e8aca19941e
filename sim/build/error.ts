// The error of this room: data first, text made from it.

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
  const near = names
    .map((candidate) => ({ candidate, distance: editDistance(name, candidate) }))
    .filter(({ candidate, distance }) => distance <= Math.ceil(candidate.length / 3))
    .sort((left, right) => left.distance - right.distance)[0]
  if (near !== undefined) return `did you mean \`${near.candidate}\`?`
  return names.length === 0 ? 'there are none' : `there are: ${names.join(', ')}`
}

function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (let i = 1; i <= left.length; i++) {
    const next = [i]
    for (let j = 1; j <= right.length; j++) {
      const change = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1)
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[right.length] ?? 0
}
