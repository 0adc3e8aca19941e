/** Shows for all time what simulation shows for some runs. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { elaborate } from '#edsl'
import type { Design, Module, Origin, Property } from '#ir'
import { keep, removeOnExit } from '#tool'
import { type Counterexample, counterexampleOf } from './counterexample.ts'
import { type Answer, decide } from './decide.ts'
import { type Graph, type Graphs, graphsOf, hasSeveralClocks } from './netlist.ts'
import { livelySentence, type Obligation, problemOf } from './obligations.ts'
import { ProofError } from './proof-error.ts'
import { type Happened, replayer } from './replay.ts'

export interface ProofOptions {
  /** Time for each property. @defaultValue 60 */
  readonly secondsPerProperty?: number
  /** Looks only at properties whose sentence contains this text, or fits. @defaultValue all */
  readonly only?: string | ((sentence: string) => boolean)
  /**
   * First tries to prove all assertions at once, in the time of one. Each then is a lemma for the others, which helps where
   * they are about the same registers. What is not proved so is decided one by one. @defaultValue false
   */
  readonly together?: boolean
  /** Called when a property begins. */
  readonly onProgress?: (property: string, done: number, of: number) => void
  /** Ends the run; tools are stopped and files removed. */
  readonly signal?: AbortSignal
}

/**
 * What is known of a property. `proved`: holds in every run. `refuted`: the counterexample violates it. `reached`: a cover
 * happens, in the run of the example. `unreachable`: a cover that no run reaches. `unknown`: the time was not enough, or an
 * engine died; never to be read as `proved`.
 */
export interface Verdict {
  readonly sentence: string
  readonly check: 'assert' | 'cover'
  /** Names of the instances from below the top. */
  readonly path: readonly string[]
  readonly verdict: 'proved' | 'refuted' | 'reached' | 'unreachable' | 'unknown'
  /** What decided: abc `bmc3` or `pdr`. */
  readonly engine: string
  /** Why nothing is known. */
  readonly why: string | undefined
  readonly example: Counterexample | undefined
  readonly seconds: number
  readonly origin: Origin
}

export interface ProofReport {
  /** Name of the top. */
  readonly design: string
  readonly verdicts: readonly Verdict[]
  /** Whether all asserts are proved and all covers reached. */
  readonly ok: boolean
}

/**
 * Proves the assertions of a design, and finds runs to its covers, under its assumptions.
 *
 * Each property is decided by itself, by abc `bmc3` and `pdr` on the and-inverter graph that yosys makes of the generated
 * Verilog. Beforehand it is made sure that the assumptions allow any run at all.
 *
 * Rejects: DesignError for a design with mistakes; ProofError when a tool is missing, there is nothing to prove (PRV-0103),
 * or the assumptions contradict each other (PRV-0104).
 */
export const prove = async (
  subject: Design | { readonly name: string },
  options: ProofOptions = {},
): Promise<ProofReport> => {
  const design = 'kind' in subject ? subject : elaborate(subject)
  const { name } = design.top
  const problem = problemOf(design)
  const lively = problem.obligations.find(({ property }) => property.sentence === livelySentence)
  const { only = '' } = options
  const fits = typeof only === 'string' ? (sentence: string) => sentence.includes(only) : only
  const asked = problem.obligations.filter((each) => each !== lively && fits(each.property.sentence))
  if (asked.length === 0) throw nothingToProve(name, options.only)
  const directory = mkdtempSync(join(tmpdir(), 'tessera-prove-'))
  removeOnExit(directory)
  try {
    const obligations = lively === undefined ? asked : [lively, ...asked]
    const graphs = await graphsOf({ design: problem.design, obligations }, directory, options.signal)
    const seconds = options.secondsPerProperty ?? 60
    const shown = options.together === true ? await jointly(graphs, obligations, lively, seconds, options) : undefined
    const verdicts: Verdict[] = []
    const resets = resetRegisters(design.top, [])
    // What only Verilog knows, and runs of several clocks, are believed.
    const foreign = design.modules.some(({ external }) => external !== undefined)
    const rerun = foreign || hasSeveralClocks(design) ? undefined : replayer(design)
    for (const [index, obligation] of obligations.entries()) {
      const graph = graphs.each[index]!
      options.onProgress?.(obligation.property.sentence, verdicts.length, asked.length)
      const began = performance.now()
      const known = obligation.property.check === 'assert' ? shown : undefined
      const answer = known ?? (await decide(graph, { seconds, signal: options.signal }))
      if (obligation !== lively) {
        const verdict = verdictOf(
          obligation,
          graph,
          resets,
          answer,
          known?.seconds ?? (performance.now() - began) / 1000,
        )
        verdicts.push(rerun ? confirmed(verdict, rerun) : verdict)
      } else if (answer.kind === 'never')
        throw new ProofError(
          'PRV-0104',
          `the assumptions of \`${name}\` contradict each other: there is no run at all`,
          'prove without some of the assume(...) to find those that cannot hold together',
        )
    }
    return {
      design: name,
      verdicts,
      ok: verdicts.every(({ verdict }) => verdict === 'proved' || verdict === 'reached'),
    }
  } finally {
    rmSync(directory, { recursive: true, force: true })
    keep(directory)
  }
}

/** That no assertion is ever violated, if that can be shown of all of them at once; with the time for each. */
const jointly = async (
  graphs: Graphs,
  obligations: readonly Obligation[],
  lively: Obligation | undefined,
  seconds: number,
  { signal, onProgress }: ProofOptions,
): Promise<(Answer & { readonly seconds: number }) | undefined> => {
  const places = obligations.flatMap((each, place) =>
    each !== lively && each.property.check === 'assert' ? [place] : [],
  )
  if (places.length < 2) return undefined
  onProgress?.(`${places.length} assertions together`, 0, obligations.length - (lively ? 1 : 0))
  const began = performance.now()
  const answer = await decide(graphs.joint(places), { seconds, signal, proofOnly: true })
  if (answer.kind !== 'never') return undefined
  return { ...answer, seconds: (performance.now() - began) / 1000 / places.length }
}

/**
 * Lets the run happen in the WebAssembly engine: Verilog and yosys on the one side, the engine on the other, have to see the
 * same, else nothing is known.
 */
const confirmed = (verdict: Verdict, rerun: (example: Counterexample) => readonly Happened[]): Verdict => {
  const { example, sentence, path } = verdict
  if (example === undefined) return verdict
  const same = rerun(example).some((each) => each.sentence === sentence && each.path.join('.') === path.join('.'))
  if (same) return verdict
  const why = `${verdict.engine} gives a run of ${example.frames.length} cycles that the WebAssembly engine does not confirm`
  return { ...verdict, verdict: 'unknown', why: `${why}: please report this design` }
}

/** Names of the registers that reset gives a value, instances before them joined by dots. */
const resetRegisters = (module: Module, path: readonly string[]): ReadonlySet<string> =>
  new Set([
    ...module.signals
      .filter(({ role, reset }) => role === 'register' && reset !== undefined)
      .map(({ name }) => [...path, name].join('.')),
    ...module.instances.flatMap((child) => [...resetRegisters(child.module, [...path, child.name])]),
  ])

const nothingToProve = (name: string, only: ProofOptions['only']): ProofError =>
  only === undefined
    ? new ProofError('PRV-0103', `\`${name}\` has no property`, "state one: assert(condition, 'sentence')")
    : new ProofError(
        'PRV-0103',
        typeof only === 'string'
          ? `no property of \`${name}\` has the text '${only}' in its sentence`
          : `no property of \`${name}\` fits`,
        'leave `only` out',
      )

const verdictOf = (
  { property, path }: Obligation,
  graph: Graph,
  resets: ReadonlySet<string>,
  answer: Answer,
  seconds: number,
): Verdict => ({
  sentence: property.sentence,
  check: property.check as 'assert' | 'cover',
  path,
  verdict: wordOf(property, answer),
  engine: answer.engine,
  why: answer.kind === 'unknown' ? answer.why : undefined,
  example: answer.kind === 'reached' ? counterexampleOf(graph.inputs, answer.values, resets) : undefined,
  seconds,
  origin: property.origin,
})

const wordOf = ({ check }: Property, { kind }: Answer): Verdict['verdict'] => {
  if (kind === 'unknown') return 'unknown'
  if (check === 'cover') return kind === 'reached' ? 'reached' : 'unreachable'
  return kind === 'reached' ? 'refuted' : 'proved'
}
