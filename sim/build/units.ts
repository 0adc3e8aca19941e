// Runs the C++ compiler on compilation units, two at a time.

import { SimulationError } from './error.ts'
import { type RunOptions, run } from '#tool'
import type { Tools } from './tools.ts'

const maxJobs = 2

/** One run of the compiler: C++ file, object file, and options for this file alone. */
export interface Unit {
  readonly from: string
  readonly to: string
  readonly flags: readonly string[]
}

/** Compiles `units` in `options.directory`; the first that does not compile ends the others. */
export async function compileUnits(
  units: readonly Unit[],
  flags: readonly string[],
  tools: Tools,
  options: RunOptions,
  onUnit: () => void,
): Promise<void> {
  const giveUp = new AbortController()
  const outer = options.signal
  const signal = outer === undefined ? giveUp.signal : AbortSignal.any([outer, giveUp.signal])
  const waiting = [...units]
  const work = async (): Promise<void> => {
    try {
      for (let unit = waiting.shift(); unit !== undefined; unit = waiting.shift()) {
        const compiler = tools.ccache === undefined ? [] : [tools.compiler]
        const args = [...compiler, ...flags, ...unit.flags, '-c', unit.from, '-o', unit.to]
        await runCompiler(tools.ccache ?? tools.compiler, args, { ...options, signal })
        onUnit()
      }
    } catch (error) {
      giveUp.abort(error)
    }
  }
  await Promise.all(Array.from({ length: maxJobs }, work))
  outer?.throwIfAborted()
  giveUp.signal.throwIfAborted()
}

/** Runs the compiler once, for an object or a library; what it complains about becomes SIM-0106. */
export async function runCompiler(command: string, args: readonly string[], options: RunOptions): Promise<void> {
  const result = await run(command, args, { ...options, env: { ...process.env, CCACHE_NOHASHDIR: '1' } })
  if (result.ok) return
  const output = result.killedBy === undefined ? result.output : `${result.output}\n(ended by ${result.killedBy})`
  const { title, help } = explain(output)
  throw new SimulationError({ code: 'SIM-0106', title, output: tail(output), log: options.log, help })
}

function explain(output: string): { readonly title: string; readonly help: string } {
  if (output.includes('No space left on device')) {
    const help = 'free some disk space, or set TMPDIR and TESSERA_CACHE to directories on another disk'
    return { title: 'the disk is full', help }
  }
  const title = 'the C++ compiler stopped on the translated design'
  if (/zlib\.h: No such file|cannot find -lz\b/.test(output)) return { title, help: 'apt-get install zlib1g-dev' }
  return { title, help: 'the log has the whole command; another compiler can be chosen with CXX' }
}

function tail(text: string): string {
  return text.trimEnd().split('\n').slice(-20).join('\n')
}
