// Verilator's own run-time library: compiled once for all designs and kept in the cache.

import { copyFileSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { lookUp, openShelf, publish } from './cache.ts'
import { hash } from './hash.ts'
import { lock } from './lock.ts'
import { shimFiles } from './shim-text.ts'
import { type Tools, compilerSignature } from './tools.ts'
import { type Unit, compileUnits } from './units.ts'
import type { VerilatedFiles, WorkPlace } from './verilate.ts'

const runtimeFlags = ['-O2'] as const

/** Object files of the run-time library for the given compiler options. */
export async function runtimeObjects(
  files: VerilatedFiles,
  flags: readonly string[],
  tools: Tools,
  place: WorkPlace,
  onUnit: (done: number, total: number) => void,
): Promise<readonly string[]> {
  const names = [...files.runtime]
  const shelf = openShelf('runtime')
  const include = join(files.root, 'include')
  const key = hash([compilerSignature(tools), flags, runtimeFlags, names, sources(include), shimFiles().get('print.h')])
  const found = (): string | undefined => lookUp(shelf, key)
  const objects = (directory: string): readonly string[] => names.map((name) => join(directory, `${name}.o`))
  const before = found()
  if (before !== undefined) return objects(before)

  const release = await lock(join(shelf.directory, `${key}.lock`), () => found() !== undefined, place.signal)
  try {
    const meanwhile = found()
    if (meanwhile !== undefined) return objects(meanwhile)
    const units = names.map((name): Unit => {
      return { from: join(include, `${name}.cpp`), to: `${name}.o`, flags: runtimeFlags }
    })
    let done = 0
    onUnit(done, units.length)
    const options = { ...place, directory: files.objects }
    await compileUnits(units, flags, tools, options, () => onUnit(++done, units.length))
    const directory = publish(shelf, key, (to) => {
      for (const { to: name } of units) copyFileSync(join(files.objects, name), join(to, name))
    })
    for (const { to: name } of units) rmSync(join(files.objects, name))
    return objects(directory)
  } finally {
    release?.()
  }
}

function sources(include: string): readonly (readonly [string, string])[] {
  const names = readdirSync(include).filter((name) => name.startsWith('verilated'))
  return names.sort().map((name) => [name, hash(readFileSync(join(include, name), 'utf8'))])
}
