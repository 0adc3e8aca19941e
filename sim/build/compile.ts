// Compiles Verilator's C++ and the shim into a shared library, two compilers at a time.

import { createHash } from 'node:crypto'
import { copyFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lookUp, openShelf, publish } from './cache.ts'
import { SimulationError } from './error.ts'
import { run } from './process.ts'
import { shimFiles } from './shim-text.ts'
import type { TraceFormat } from './source.ts'
import { type Tools, toolSignature } from './tools.ts'
import type { VerilatedFiles, WorkPlace } from './verilate.ts'

const maxJobs = 2

/** Text of a compilation unit above which a new one begins, so that large designs use both compilers. */
const unitBytes = 400_000

/** Compiler options that do not depend on the design. */
export const compilerFlags = [
  // One process holds many simulators: none of their symbols may meet.
  ...['-fPIC', '-fvisibility=hidden', '-fvisibility-inlines-hidden', '-fno-gnu-unique', '-faligned-new', '-w'],
  ...['-march=native', '-DVM_COVERAGE=0', '-DVM_SC=0', '-DVL_USER_FINISH', '-DVL_USER_STOP', '-DVL_USER_FATAL'],
  ...['-DVL_PRINTF=tessera_print', '-include', 'print.h', '-I.'],
] as const
const fastFlags = ['-O3'] as const
const slowFlags = ['-O1'] as const
const linkFlags = ['-shared', '-Wl,-Bsymbolic', '-pthread'] as const

/** All options, for the content hash. */
export const allCompilerFlags = [...compilerFlags, ...fastFlags, ...slowFlags, ...linkFlags] as const

/** One run of the compiler: C++ file, object file and optimisation. */
interface Unit {
  readonly from: string
  readonly to: string
  readonly flags: readonly string[]
}

/** Compiles and links; returns the shared library in the work place. */
export async function compile(
  files: VerilatedFiles,
  trace: TraceFormat,
  tools: Tools,
  place: WorkPlace,
  onUnit: (done: number, total: number) => void,
): Promise<string> {
  const flags = [
    ...compilerFlags,
    ...[`-I${files.root}/include`, `-I${files.root}/include/vltstd`],
    ...[`-DVM_TRACE=${trace === 'none' ? 0 : 1}`, `-DVM_TRACE_VCD=${trace === 'vcd' ? 1 : 0}`],
    ...[`-DVM_TRACE_FST=${trace === 'fst' ? 1 : 0}`, '-DVM_TRACE_SAIF=0'],
  ]
  const shelf = openShelf('runtime')
  const runtimeKey = hash([toolSignature(tools), flags, files.runtime, [...shimFiles()]])
  const cachedRuntime = lookUp(shelf, runtimeKey)
  const runtime = files.runtime.map((name): Unit => {
    return { from: join(files.root, 'include', `${name}.cpp`), to: `${name}.o`, flags: slowFlags }
  })
  const design = [
    { from: 'simulation.cpp', to: 'simulation.o', flags: fastFlags },
    ...unite(files.objects, files.fast, 'fast', fastFlags),
    ...unite(files.objects, files.slow, 'slow', slowFlags),
  ]
  const units = cachedRuntime === undefined ? [...runtime, ...design] : design

  let done = 0
  onUnit(done, units.length)
  const directory = files.objects
  await inParallel(units, async (unit, signal) => {
    const command = tools.ccache === undefined ? [] : [tools.compiler]
    const args = [...command, ...flags, ...unit.flags, '-c', unit.from, '-o', unit.to]
    await tool(tools.ccache ?? tools.compiler, args, { ...place, directory, signal })
    onUnit(++done, units.length)
  }, place.signal)

  const runtimeDirectory = cachedRuntime ?? publish(shelf, runtimeKey, (to) => {
    for (const unit of runtime) copyFileSync(join(directory, unit.to), join(to, unit.to))
  })
  const objects = [...design.map(({ to }) => to), ...runtime.map(({ to }) => join(runtimeDirectory, to))]
  const libraries = trace === 'fst' ? ['-lz'] : []
  const link = [...linkFlags, '-o', 'simulation.so', ...objects, ...libraries]
  await tool(tools.compiler, link, { ...place, directory })
  return join(directory, 'simulation.so')
}

// Headers cost more than the code of a small design, so its files are compiled as one.
function unite(directory: string, names: readonly string[], kind: string, flags: readonly string[]): readonly Unit[] {
  const units: string[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const name of names) {
    const size = statSync(join(directory, `${name}.cpp`)).size
    if (bytes + size > unitBytes) {
      units.push([])
      bytes = 0
    }
    units.at(-1)?.push(name)
    bytes += size
  }
  return units.map((unit, index) => {
    const from = `${kind}_${index}.cpp`
    writeFileSync(join(directory, from), unit.map((name) => `#include "${name}.cpp"\n`).join(''))
    return { from, to: `${kind}_${index}.o`, flags }
  })
}

async function inParallel(
  units: readonly Unit[],
  work: (unit: Unit, signal: AbortSignal) => Promise<void>,
  signal: AbortSignal | undefined,
): Promise<void> {
  // The first unit that does not compile ends the others.
  const giveUp = new AbortController()
  const stop = signal === undefined ? giveUp.signal : AbortSignal.any([signal, giveUp.signal])
  const waiting = [...units]
  const worker = async (): Promise<void> => {
    for (let unit = waiting.shift(); unit !== undefined; unit = waiting.shift()) await work(unit, stop)
  }
  const workers = Array.from({ length: maxJobs }, async () => {
    try {
      await worker()
    } catch (error) {
      giveUp.abort(error)
      throw error
    }
  })
  const results = await Promise.allSettled(workers)
  if (signal?.aborted === true) throw signal.reason as Error
  if (results.some(({ status }) => status === 'rejected')) throw giveUp.signal.reason as Error
}

async function tool(command: string, args: readonly string[], options: Parameters<typeof run>[2]): Promise<void> {
  const result = await run(command, args, { ...options, env: { ...process.env, CCACHE_NOHASHDIR: '1' } })
  if (result.ok) return
  const full = result.output.includes('No space left on device')
  const zlib = /zlib\.h: No such file|cannot find -lz\b/.test(result.output)
  const help = full
    ? 'free some disk space, or set TMPDIR and TESSERA_CACHE to directories on another disk'
    : zlib
      ? 'apt-get install zlib1g-dev'
      : 'the log has the whole command; a different compiler can be chosen with CXX'
  throw new SimulationError({
    code: 'SIM-0106',
    title: full ? 'the disk is full' : 'the C++ compiler stopped on the translated design',
    output: tail(result.killedBy === undefined ? result.output : `${result.output}\n(ended by ${result.killedBy})`),
    log: options.log,
    help,
  })
}

function tail(text: string): string {
  return text.trimEnd().split('\n').slice(-20).join('\n')
}

/** The content hash of anything that JSON can hold. */
export function hash(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 32)
}
