/** Asks abc whether the output of a graph can ever be 1. */
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { findProgram, run } from '#tool'
import type { Graph } from './netlist.ts'
import { ProofError } from './proof-error.ts'

/** What abc found. `values[frame][input]` are the bits of a run at whose end the output is 1. */
export type Answer =
  | { readonly kind: 'never'; readonly engine: string }
  | { readonly kind: 'reached'; readonly engine: string; readonly values: readonly (readonly boolean[])[] }
  | { readonly kind: 'unknown'; readonly engine: string; readonly why: string }

export interface DecideOptions {
  /** For both engines together. */
  readonly seconds: number
  readonly signal?: AbortSignal | undefined
  /** Looks for no short run first. @defaultValue false */
  readonly proofOnly?: boolean
}

/** Frames in which short runs are looked for first: they make the shortest counterexamples. */
const searchFrames = 24

/**
 * First a search for a short run (abc `bmc3`), then a proof for runs of any length (abc `pdr`).
 *
 * An engine that gives up, dies or runs out of time leaves `unknown`.
 */
export const decide = async (graph: Graph, options: DecideOptions): Promise<Answer> => {
  const abc = findProgram('yosys-abc') ?? findProgram('berkeley-abc') ?? findProgram('abc')
  if (abc === undefined)
    throw new ProofError('PRV-0101', 'abc is not in the PATH', 'apt-get install yosys berkeley-abc')
  if (!graph.open) return { kind: 'never', engine: 'yosys' }
  if (options.proofOnly === true) return ask(abc, graph, 'pdr', `pdr -T ${options.seconds}`, options.seconds, options)
  const searchSeconds = Math.max(1, Math.ceil(options.seconds / 4))
  const searched = await ask(abc, graph, 'bmc3', `bmc3 -F ${searchFrames} -T ${searchSeconds}`, searchSeconds, options)
  if (searched.kind === 'reached') return searched
  return ask(abc, graph, 'pdr', `pdr -T ${options.seconds}`, options.seconds, options)
}

const ask = async (
  abc: string,
  graph: Graph,
  engine: string,
  command: string,
  seconds: number,
  { signal }: DecideOptions,
): Promise<Answer> => {
  const directory = dirname(graph.file)
  const name = basename(graph.file, '.aig')
  const trace = `${name}.${engine}.trace`
  // abc looks at its clock rarely: a little longer than it was told to, and it is ended
  const ended = AbortSignal.timeout((seconds * 1.5 + 5) * 1000)
  const script = `read_aiger ${name}.aig; fold; strash; ${command}; write_cex -n ${trace}`
  try {
    const { output, killedBy } = await run(abc, ['-c', script], {
      directory,
      log: `${graph.file}.log`,
      signal: signal === undefined ? ended : AbortSignal.any([signal, ended]),
    })
    if (/Property proved/.test(output)) return { kind: 'never', engine }
    if (/was asserted in frame|is trivially (?:SAT|sat)/.test(output)) {
      const file = `${directory}/${trace}`
      if (existsSync(file))
        return { kind: 'reached', engine, values: readTrace(readFileSync(file, 'utf8'), graph.inputs.length) }
    }
    const why = killedBy === undefined ? lastLine(output) : `abc was ended by ${killedBy}`
    return { kind: 'unknown', engine, why }
  } catch (reason) {
    signal?.throwIfAborted()
    if (ended.aborted) return { kind: 'unknown', engine, why: `no answer within ${seconds} s` }
    throw reason
  }
}

const lastLine = (output: string): string =>
  output
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('Counter-example is not'))
    .at(-1)
    ?.trim() ?? 'no answer'

/** `pi3@2=1`: input 3 is 1 in frame 2. */
const readTrace = (text: string, inputs: number): readonly (readonly boolean[])[] => {
  const length = Number(/COUNTEREXAMPLE LENGTH: (\d+)/.exec(text)?.[1] ?? 0)
  const values = Array.from({ length }, () => Array.from({ length: inputs }, () => false))
  for (const [, input, frame, value] of text.matchAll(/^pi(\d+)@(\d+)=([01])$/gm)) {
    const row = values[Number(frame)]
    if (row !== undefined) row[Number(input)] = value === '1'
  }
  return values
}
