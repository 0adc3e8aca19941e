/** What random programs have made happen: which commands ended with which errors, and which steps the hardware took. */
import { commit, commitKinds, errorName, field } from '#layout'
import type { Command, StepRecord, TcuState } from '#model'
import { mixed, opcodeName, type ProgramEvents } from './agree-program.ts'
import { type CheckName, checksOf } from './failing-checks.ts'
import type { Monitor } from './lockstep-platform.ts'

/** Counts of one run of the agreement check; programs of failing runs count as far as they came. */
export class AgreeCoverage implements ProgramEvents {
  /** Commands that ended, by `command error`. */
  readonly commands = new Map<string, number>()
  readonly externals = new Map<string, number>()
  /** Steps of the register units, by kind. */
  readonly steps = new Map<string, number>()
  /** Results of the checks of commands, by their names. */
  readonly checked = new Map<string, number>()
  /** Checks that failed together, by `command: first before other`: only the first one is reported. */
  readonly pairs = new Map<string, number>()
  /** Names of all checks of a command in their order. */
  readonly #checks = new Map<string, readonly CheckName[]>()
  programs = 0
  cycles = 0
  /** FETCH_MSG commands that found no message. */
  polls = 0

  command(name: string, error: string): void {
    increment(this.commands, `${name} ${error}`)
  }

  /** What sees the steps of runs whose checks are to be counted. */
  readonly monitor: Monitor = {
    before: (record, tcu) => {
      if (record.probe === 'commit' && tcu?.running !== undefined) this.#pairsOf(record, tcu, tcu.running)
    },
    after: () => undefined,
  }

  nothingFetched(): void {
    this.polls++
  }

  external(name: string, error: string): void {
    increment(this.externals, `${name} ${error}`)
  }

  step(record: StepRecord): void {
    if (record.probe !== 'commit') return
    const kind = field(commit, 'kind', record.bits)
    increment(this.steps, kind)
    if (kind === 'commandChecked') increment(this.checked, errorName(field(commit, 'error', record.bits)))
  }

  /** Commands that ended, without those that only looked for a message. */
  get commandCount(): number {
    return [...this.commands.values()].reduce((sum, count) => sum + count, 0) - this.polls
  }

  /** Times each error was seen, by its name; without commands of which is not known which they were. */
  get errors(): ReadonlyMap<string, number> {
    const errors = new Map<string, number>()
    for (const [key, count] of this.commands) {
      const [name = '', error = ''] = key.split(' ')
      if (name !== mixed) increment(errors, error, count)
    }
    return errors
  }

  /** Kinds of steps that were never taken. */
  get missingSteps(): readonly string[] {
    return commitKinds.cases.filter((kind) => !this.steps.has(kind))
  }

  /** Counts which errors stood in which order; the first one has to be the one that the hardware found. */
  #pairsOf({ bits, cycle, module }: StepRecord, tcu: TcuState, command: Command): void {
    if (field(commit, 'kind', bits) !== 'commandChecked') return
    const checks = checksOf(tcu, command)
    const failing = checks.filter(([, fails]) => fails).map(([name]) => name)
    const found = errorName(field(commit, 'error', bits))
    const [first, ...others] = failing
    if ((first ?? 'NONE').split(' ')[0] !== found)
      throw new Error(
        `${module}, cycle ${cycle}: the checks that fail are ${failing.join(', ')}, and the result is ${found}`,
      )
    const name = opcodeName(command.op)
    const before = this.#checks.get(name) ?? []
    if (checks.length > before.length)
      this.#checks.set(
        name,
        checks.map(([check]) => check),
      )
    for (const other of others) increment(this.pairs, `${name}: ${first} before ${other}`)
  }

  /** Pairs of checks of a command whose order no run has shown, among those that failed at all. */
  get missingPairs(): readonly string[] {
    const seen = new Set(this.checked.keys())
    return [...this.#checks].flatMap(([name, checks]) =>
      checks.flatMap((first, index) =>
        checks
          .slice(index + 1)
          .filter((other) => [first, other].every((one) => seen.has(one.split(' ')[0] ?? '')))
          .map((other) => `${name}: ${first} before ${other}`)
          .filter((pair) => !this.pairs.has(pair)),
      ),
    )
  }

  /** A table of errors by command. */
  table(): string {
    const names = [...new Set([...this.commands.keys()].map((key) => key.split(' ')[0] as string))].sort()
    const errors = [...this.errors].sort((a, b) => b[1] - a[1]).map(([error]) => error)
    const line = (first: string, cells: readonly (string | number)[]): string =>
      first.padEnd(20) + cells.map((cell) => String(cell).padStart(12)).join('')
    return [
      `${this.commandCount} commands and ${this.polls} vain fetches in ${this.programs} programs, ${this.cycles} cycles`,
      line('', names),
      ...errors.map((error) =>
        line(
          error,
          names.map((name) => this.commands.get(`${name} ${error}`) ?? '.'),
        ),
      ),
      `external commands: ${textOf(this.externals)}`,
      `steps: ${textOf(this.steps)}`,
      `pairs of errors in their order: ${this.pairs.size}; not seen: ${this.missingPairs.join(', ') || 'none'}`,
    ].join('\n')
  }
}

const increment = (map: Map<string, number>, key: string, by = 1): void => {
  map.set(key, (map.get(key) ?? 0) + by)
}

const textOf = (map: ReadonlyMap<string, number>): string =>
  [...map]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, count]) => `${name} ${count}`)
    .join(', ')
