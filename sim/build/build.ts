// Builds a simulator, or finds it in the cache.

import { copyFileSync, existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CacheShelf, lookUp, openShelf, prune, publish } from './cache.ts'
import { checkSource } from './check-source.ts'
import { allCompilerFlags, compile, type Optimize } from './compile.ts'
import { SimulationError } from './error.ts'
import { hash } from './hash.ts'
import { lock } from './lock.ts'
import { keep, removeOnExit } from '#tool'
import { shimFiles } from './shim-text.ts'
import type { SimulationSource, TraceFormat } from './source.ts'
import { type Tools, findTools, toolSignature } from './tools.ts'
import { verilate, verilatorFlags } from './verilate.ts'

/** Changes whenever an old entry of the cache cannot be used any more for a reason that the hash does not see. */
const formatVersion = 1

/** What a build is doing. */
export interface BuildProgress {
  readonly step: 'waiting' | 'verilating' | 'compiling' | 'done'
  /** Compilation units that are finished, out of `total`. */
  readonly done: number
  readonly total: number
}

/** How to build. */
export interface BuildOptions {
  /** Waveforms that the simulator can write. @defaultValue 'none' */
  readonly trace?: TraceFormat
  /** `one run`: the C++ is compiled in a fraction of the time, and runs slowly. @defaultValue 'many runs' */
  readonly optimize?: Optimize
  readonly onProgress?: (progress: BuildProgress) => void
  /** Gives up the build; nothing is left behind. */
  readonly signal?: AbortSignal
}

/** A simulator on disk, ready to be opened any number of times. */
export interface BuiltSimulation {
  readonly source: SimulationSource
  readonly trace: TraceFormat
  /** Content hash of the design, the options and the tools. */
  readonly key: string
  /** The shared library. */
  readonly library: string
  /** Whether it was in the cache already. */
  readonly cached: boolean
}

const running = new Map<string, { readonly promise: Promise<BuiltSimulation>; readonly signal?: AbortSignal }>()

/** Builds the simulator of `source`, or returns it from the cache when the same was built before with the same tools. */
export async function build(source: SimulationSource, options: BuildOptions = {}): Promise<BuiltSimulation> {
  checkSource(source)
  const tools = findTools()
  const trace = options.trace ?? 'none'
  const key = keyOf(source, options, tools)
  const shelf = openShelf('simulators')
  const path = join(shelf.directory, key)
  const shared = running.get(path)
  if (shared !== undefined) {
    try {
      return { ...(await shared.promise), source }
    } catch (error) {
      // Whoever began it gave up, which is no reason for us.
      if (shared.signal?.aborted === true) return build(source, options)
      throw error
    }
  }

  const promise = buildOnce(source, trace, tools, shelf, key, options).finally(() => running.delete(path))
  running.set(path, { promise, ...(options.signal === undefined ? {} : { signal: options.signal }) })
  return promise
}

/** Whether `build` would find the simulator in the cache: false also where there are no tools to build one. */
export function isBuilt(source: SimulationSource, options: Pick<BuildOptions, 'trace' | 'optimize'> = {}): boolean {
  try {
    return lookUp(openShelf('simulators'), keyOf(source, options, findTools())) !== undefined
  } catch (error) {
    if (error instanceof SimulationError) return false
    throw error
  }
}

function keyOf(source: SimulationSource, { trace, optimize }: BuildOptions, tools: Tools): string {
  const flags = [formatVersion, verilatorFlags, allCompilerFlags(optimize ?? 'many runs'), trace ?? 'none']
  return hash([flags, toolSignature(tools), [...shimFiles()], design(source)])
}

async function buildOnce(
  source: SimulationSource,
  trace: TraceFormat,
  tools: Tools,
  shelf: CacheShelf,
  key: string,
  { onProgress, signal, optimize = 'many runs' }: BuildOptions,
): Promise<BuiltSimulation> {
  const found = (): string | undefined => lookUp(shelf, key)
  const result = (directory: string, cached: boolean): BuiltSimulation => {
    onProgress?.({ step: 'done', done: 1, total: 1 })
    return { source, trace, key, library: join(directory, 'simulation.so'), cached }
  }
  const before = found()
  if (before !== undefined) return result(before, true)

  onProgress?.({ step: 'waiting', done: 0, total: 1 })
  const release = await lock(join(shelf.directory, `${key}.lock`), () => found() !== undefined, signal)
  const work = makeWorkDirectory()
  const log = join(work, 'build.log')
  removeOnExit(work)
  try {
    const meanwhile = found()
    if (meanwhile !== undefined) return result(meanwhile, true)
    const place = { directory: work, log, signal }
    onProgress?.({ step: 'verilating', done: 0, total: 1 })
    const files = await verilate(source, trace, tools, place)
    const onUnit = (done: number, total: number): void => onProgress?.({ step: 'compiling', done, total })
    const library = await compile(files, trace, optimize, tools, place, onUnit)
    const directory = publish(shelf, key, (to) => {
      copyFileSync(log, join(to, 'build.log'))
      copyFileSync(join(files.objects, 'design.h'), join(to, 'design.h'))
      copyFileSync(library, join(to, 'simulation.so'))
    })
    prune(shelf)
    return result(directory, false)
  } catch (error) {
    throw explain(error, log, key)
  } finally {
    rmSync(work, { recursive: true, force: true })
    keep(work)
    release?.()
  }
}

// Only what the simulator depends on: the order of keys in the caller's records does not matter.
function design(source: SimulationSource): unknown {
  return [
    source.top,
    source.files.map(({ name, text, foreign }) => (foreign === true ? [name, text, 'foreign'] : [name, text])),
    source.ports.map(({ name, direction, bits }) => [name, direction, bits]),
    source.probes.map(({ name, path, module, wire, bits }) => [name, path, module, wire, bits]),
    source.memories.map(({ name, path, module, variable, depth, bits }) => [name, path, module, variable, depth, bits]),
    source.clocks ?? [],
    (source.watched ?? []).map(({ path, module, variable, bits }) => [path, module, variable, bits]),
  ]
}

function makeWorkDirectory(): string {
  try {
    return mkdtempSync(join(realpathSync(tmpdir()), 'tessera-build-'))
  } catch (error) {
    throw new SimulationError({
      code: 'SIM-0103',
      title: `no directory for the build can be made in \`${tmpdir()}\`: ${(error as Error).message}`,
      help: 'set TMPDIR to a directory that you may write',
    })
  }
}

// Keeps the log of a build that did not succeed and points the error to it.
function explain(error: unknown, log: string, key: string): Error {
  const code = (error as NodeJS.ErrnoException).code
  if (error instanceof SimulationError) {
    return new SimulationError({ ...error.problem, ...(error.problem.log === undefined ? {} : keepLog(log, key)) })
  }
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new SimulationError({
      code: 'SIM-0106',
      title: 'the disk is full',
      help: 'free some disk space, or set TMPDIR and TESSERA_CACHE to directories on another disk',
      ...keepLog(log, key),
    })
  }
  return error as Error
}

function keepLog(log: string, key: string): { readonly log?: string } {
  if (!existsSync(log)) return {}
  try {
    const kept = join(openShelf('logs').directory, `${key}.log`)
    copyFileSync(log, kept)
    return { log: kept }
  } catch {
    // No room for it: the error carries the end of it.
    return {}
  }
}
