// Compiles Verilator's C++ and the shim and links them into a shared library.

import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runtimeObjects } from './runtime.ts'
import type { TraceFormat } from './source.ts'
import type { Tools } from './tools.ts'
import { type Unit, compileUnits, runCompiler } from './units.ts'
import type { VerilatedFiles, WorkPlace } from './verilate.ts'

/** Text of a compilation unit above which a new one begins, so that large designs use both compilers. */
const unitBytes = 400_000

const commonFlags = [
  // One process holds many simulators: none of their symbols may meet.
  ...['-fPIC', '-fvisibility=hidden', '-fvisibility-inlines-hidden', '-fno-gnu-unique', '-faligned-new', '-w'],
  ...['-march=native', '-DVM_COVERAGE=0', '-DVM_SC=0', '-DVL_USER_FINISH', '-DVL_USER_STOP', '-DVL_USER_FATAL'],
  ...['-DVL_PRINTF=tessera_print', '-include', 'print.h', '-I.'],
] as const
/** What the C++ compiler spends its time for: speed in `many runs`, or the end of the build when it is for `one run`. */
export type Optimize = 'many runs' | 'one run'

const optimization = {
  'many runs': { fast: ['-O3'], slow: ['-O1'] },
  'one run': { fast: ['-O0'], slow: ['-O0'] },
} as const
const linkFlags = ['-shared', '-Wl,-Bsymbolic', '-pthread'] as const

/** All options, for the content hash. */
export const allCompilerFlags = (optimize: Optimize): readonly string[] => [
  ...commonFlags,
  ...optimization[optimize].fast,
  ...optimization[optimize].slow,
  ...linkFlags,
]

/** Compiles and links; returns the shared library in the work place. */
export async function compile(
  files: VerilatedFiles,
  trace: TraceFormat,
  optimize: Optimize,
  tools: Tools,
  place: WorkPlace,
  onUnit: (done: number, total: number) => void,
): Promise<string> {
  const directory = files.objects
  const flags = [
    ...commonFlags,
    ...[`-I${files.root}/include`, `-I${files.root}/include/vltstd`],
    ...[`-DVM_TRACE=${trace === 'none' ? 0 : 1}`, `-DVM_TRACE_VCD=${trace === 'vcd' ? 1 : 0}`],
    ...[`-DVM_TRACE_FST=${trace === 'fst' ? 1 : 0}`, '-DVM_TRACE_SAIF=0'],
  ]
  const runtime = await runtimeObjects(files, flags, tools, place, onUnit)
  const units: readonly Unit[] = [
    ...unite(directory, ['simulation', ...files.fast], 'fast', optimization[optimize].fast),
    ...unite(directory, files.slow, 'slow', optimization[optimize].slow),
  ]
  let done = 0
  onUnit(done, units.length)
  await compileUnits(units, flags, tools, { ...place, directory }, () => onUnit(++done, units.length))

  const objects = [...units.map(({ to }) => to), ...runtime]
  const libraries = trace === 'fst' ? ['-lz'] : []
  await runCompiler(tools.compiler, [...linkFlags, '-o', 'simulation.so', ...objects, ...libraries], {
    ...place,
    directory,
  })
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
