/** Asks abc whether the output of a graph can be 1. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findProgram, run } from '#tool'
import { SynthesisError } from '../flow/synthesis-error.ts'

/** `values[frame][input]` are the bits of a run in whose last frame the output is 1. */
export type Answer =
  | { readonly kind: 'never' }
  | { readonly kind: 'reached'; readonly values: readonly (readonly boolean[])[] }
  | { readonly kind: 'unknown'; readonly why: string }

export interface AskOptions {
  readonly directory: string
  readonly seconds: number
  readonly signal?: AbortSignal | undefined
}

/** Runs `commands` on the graph. What abc does not clearly answer is unknown. Rejects: SYN-0102 when it is missing. */
export const ask = async (
  graph: Buffer,
  commands: string,
  inputs: number,
  { directory, seconds, signal }: AskOptions,
): Promise<Answer> => {
  const abc = findProgram('yosys-abc') ?? findProgram('berkeley-abc') ?? findProgram('abc')
  if (abc === undefined) throw new SynthesisError('SYN-0102', 'abc is not in the PATH', 'apt-get install yosys')
  const name = `graph${graphs++}`
  writeFileSync(join(directory, `${name}.aig`), graph)
  const trace = join(directory, `${name}.trace`)
  // abc looks at its clock rarely: a little longer than it was told to, and it is ended
  const ended = AbortSignal.timeout((seconds * 1.5 + 3) * 1000)
  try {
    const { output } = await run(abc, ['-c', `read_aiger ${name}.aig; ${commands}; write_cex -n ${name}.trace`], {
      directory,
      log: join(directory, `${name}.log`),
      signal: signal === undefined ? ended : AbortSignal.any([signal, ended]),
    })
    if (/Property proved|Networks are equivalent/.test(output)) return { kind: 'never' }
    if (/was asserted in frame|is trivially (?:SAT|sat)/.test(output) && existsSync(trace))
      return { kind: 'reached', values: readTrace(readFileSync(trace, 'utf8'), inputs) }
    return { kind: 'unknown', why: lastLine(output) }
  } catch (reason) {
    signal?.throwIfAborted()
    if (ended.aborted) return { kind: 'unknown', why: `no answer within ${seconds} s` }
    throw reason
  }
}

let graphs = 0

const lastLine = (output: string): string =>
  output
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^(Counter-example is not|ABC command line)/.test(line))
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
