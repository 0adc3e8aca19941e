/** What is compared: Verilog or a netlist, in the form of yosys. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { findProgram, run } from '#tool'
import { SynthesisError } from '../flow/synthesis-error.ts'
import { families, familyOf } from './families.ts'
import type { Netlist } from './netlist.ts'

/** One of two designs. */
export interface EquivalenceSource {
  /** What it is called in reports. */
  readonly name: string
  readonly format: 'verilog' | 'netlist'
  /** Paths of the Verilog, or of one JSON file of yosys. */
  readonly files: readonly string[]
  /** Paths of Verilog of which only the ports are read: modules that are known to be the same in both designs. */
  readonly closed?: readonly string[]
  /** @defaultValue the module that no other one uses */
  readonly top?: string
}

/** A design as yosys understood it. */
export interface Elaborated {
  readonly top: string
  readonly netlist: Netlist
  /** The same for yosys. */
  readonly file: string
  /** Cells of which FPGA it is made of; undefined for a description. */
  readonly family: string | undefined
}

/** Options of all yosys runs of a comparison. */
export interface ToolOptions {
  readonly directory: string
  readonly signal?: AbortSignal | undefined
}

/**
 * Reads a design. Of a netlist, library cells become what they do, except memories, and it is one module.
 *
 * Rejects: SYN-0102 when yosys is missing, SYN-0110 when it does not take the design.
 */
export const elaborated = async (
  source: EquivalenceSource,
  side: 'a' | 'b',
  options: ToolOptions,
): Promise<Elaborated> => {
  const directory = join(options.directory, side)
  mkdirSync(directory, { recursive: true })
  const read = source.format === 'verilog' ? verilogSteps(source, directory) : netlistSteps(source, directory)
  const top = source.top === undefined ? '-auto-top' : `-top ${source.top}`
  const family = read.family
  const script = [
    ...read.steps,
    `hierarchy -check ${top} -purge_lib`,
    'proc',
    ...(family === undefined ? [] : ['flatten']),
    'opt_clean',
    'memory_collect',
    `write_rtlil ${side}.il`,
    `write_json ${side}.json`,
  ]
  await yosys(script, `read_${side}`, source.name, { ...options, directory })
  const netlist = JSON.parse(readFileSync(join(directory, `${side}.json`), 'utf8')) as Netlist
  const found = Object.entries(netlist.modules).find(([, { attributes }]) => isTrue(attributes['top']))
  if (found === undefined) throw new SynthesisError('SYN-0110', `${source.name} has no top module`, 'name one module')
  return { top: found[0], netlist, file: join(directory, `${side}.il`), family }
}

const isTrue = (value: string | number | undefined): boolean => value !== undefined && /1$/.test(String(value))

/** Runs yosys. Rejects: SYN-0102, SYN-0110. */
export const yosys = async (
  script: readonly string[],
  name: string,
  subject: string,
  { directory, signal }: ToolOptions,
): Promise<void> => {
  const program = findProgram('yosys')
  if (program === undefined) throw new SynthesisError('SYN-0102', 'yosys is not in the PATH', 'apt-get install yosys')
  writeFileSync(join(directory, `${name}.ys`), `${script.join('\n')}\n`)
  const log = join(directory, `${name}.log`)
  const { ok, output } = await run(program, ['-q', '-s', `${name}.ys`], { directory, log, signal })
  if (ok) return
  const message = output.split('\n').find((line) => line.includes('ERROR')) ?? 'it ended without a message'
  throw new SynthesisError(
    'SYN-0110',
    `yosys does not take ${subject}: ${message}`,
    'generate it again, or say which top',
  )
}

interface Reading {
  readonly steps: readonly string[]
  readonly family: string | undefined
}

/** Yosys knows no `$fatal`, and looks for data beside itself. */
const verilogSteps = ({ files, closed = [] }: EquivalenceSource, directory: string): Reading => {
  const copied = (file: string, kind: 'open' | 'closed', index: number): string => {
    const copy = `${kind}_${index}_${basename(file)}`
    const text = readFileSync(file, 'utf8')
      .replace(/\$fatal\(1, /g, '$display(')
      .replace(/(\$readmem[hb]\(")(?!\/)/g, `$1${resolve(dirname(file))}/`)
    writeFileSync(join(directory, copy), text)
    return copy
  }
  const copies = files.map((file, index) => copied(file, 'open', index))
  const ports = closed.map((file, index) => copied(file, 'closed', index))
  const family = familyOf(files.map((file) => readFileSync(file, 'utf8')).join('\n'))
  const shells = ports.length === 0 ? [] : [`read_verilog -lib ${ports.join(' ')}`]
  return { steps: [...librarySteps(family, directory), ...shells, `read_verilog ${copies.join(' ')}`], family }
}

const netlistSteps = ({ files: [file = ''] }: EquivalenceSource, directory: string): Reading => {
  copyFileSync(file, join(directory, 'netlist.json'))
  const family = familyOf(readFileSync(file, 'utf8'))
  return { steps: ['read_json netlist.json', 'delete =A:blackbox=1', ...librarySteps(family, directory)], family }
}

/** Models in place of the empty modules that a netlist has for the cells of the library; memories stay empty. */
const librarySteps = (family: string | undefined, directory: string): readonly string[] => {
  if (family === undefined) return []
  const { logic, models, library } = families[family]!
  writeFileSync(join(directory, 'models.v'), models)
  return [
    `read_verilog -lib ${library}`,
    `delete ${logic.map((name) => `=${name}`).join(' ')}`,
    'read_verilog models.v',
  ]
}
