// Finds the programs a build needs and says which package has those that are missing.

import { readFileSync, realpathSync, statSync } from 'node:fs'
import { arch, cpus } from 'node:os'
import { dirname, join } from 'node:path'
import { findProgram } from '#tool'
import { SimulationError } from './error.ts'

/** The programs of a build, by path. */
export interface Tools {
  readonly verilator: string
  readonly compiler: string
  /** The compiler cache, when it is installed. */
  readonly ccache: string | undefined
}

/** Finds Verilator and the C++ compiler in the PATH, or throws SIM-0102 with the line that installs them. */
export function findTools(env: NodeJS.ProcessEnv = process.env): Tools {
  const verilator = findProgram('verilator', env)
  const compiler = findProgram(env['CXX'] !== undefined && env['CXX'] !== '' ? env['CXX'] : 'g++', env)
  if (verilator !== undefined && compiler !== undefined) {
    return { verilator, compiler, ccache: findProgram('ccache', env) }
  }
  const missing = [verilator === undefined ? 'verilator' : '', compiler === undefined ? (env['CXX'] ?? 'g++') : '']
  throw new SimulationError({
    code: 'SIM-0102',
    title: `not found in the PATH: ${missing.filter((name) => name !== '').join(', ')}`,
    help: 'apt-get install verilator g++ make',
  })
}

/**
 * Names the exact tools and the processor, without running anything.
 *
 * Size and time of the files stand for their content: a package update changes them.
 */
export function toolSignature(tools: Tools, env: NodeJS.ProcessEnv = process.env): string {
  const verilator = realpathSync(tools.verilator)
  const parts = [fileSignature(verilator), fileSignature(join(dirname(verilator), 'verilator_bin'))]
  return [...parts, env['VERILATOR_ROOT'] ?? '', env['VERILATOR_BIN'] ?? '', compilerSignature(tools)].join('\n')
}

/** Names the compiler and the processor that its code is for. */
export function compilerSignature(tools: Tools): string {
  return `${fileSignature(realpathSync(tools.compiler))}\n${processor()}`
}

function fileSignature(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false })
  return found === undefined ? `${file} -` : `${file} ${found.size} ${Math.floor(found.mtimeMs)}`
}

function processor(): string {
  try {
    const flags = /^(flags|Features)\s*:.*$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))
    if (flags !== null) return `${arch()} ${cpus()[0]?.model} ${flags[0]}`
  } catch {
    // Not Linux: the model alone has to do.
  }
  return `${arch()} ${cpus()[0]?.model}`
}
