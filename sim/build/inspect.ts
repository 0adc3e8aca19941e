// Finds the ports of a Verilog module that nobody has described.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { removeOnExit, keep, run } from '#tool'
import { SimulationError } from './error.ts'
import { readMessages } from './messages.ts'
import { findTools } from './tools.ts'
import { readPorts, type VerilatedPort } from './verilated-ports.ts'
import { verilatorFlags } from './verilate.ts'

/** A port of a Verilog module. */
export type VerilogPort = Pick<VerilatedPort, 'name' | 'direction' | 'bits'>

/** What stands in Verilog files. */
export interface InspectedVerilog {
  readonly top: string
  /** In the order in which Verilator lists them. */
  readonly ports: readonly VerilogPort[]
}

/** Which module, and with which parameters. */
export interface InspectOptions {
  /** The module that the others belong to; it need not be named when only one is nobody's part. */
  readonly top?: string | undefined
  /** Values for parameters of the top, as Verilog has them: `8`, `"text"`. */
  readonly parameters?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal | undefined
}

/**
 * The top module of Verilog files and its ports.
 *
 * Rejects: SIM-0102 when Verilator is missing; SIM-0105 with the messages of Verilator; SIM-0107 when a file cannot be read,
 * it is not clear which module is the top, or a port is `inout`.
 */
export const inspectVerilog = async (
  files: readonly string[],
  { top: named, parameters = {}, signal }: InspectOptions = {},
): Promise<InspectedVerilog> => {
  const texts = files.map(readText)
  const top = named ?? onlyTop(texts)
  const { verilator } = findTools()
  const directory = mkdtempSync(join(tmpdir(), 'tessera-inspect-'))
  removeOnExit(directory)
  try {
    mkdirSync(join(directory, 'objects'))
    writeFileSync(join(directory, 'quiet.vlt'), '`verilator_config\nlint_off\n')
    const values = Object.entries(parameters).map(([name, value]) => `-G${name}=${value}`)
    const args = [...verilatorFlags, ...values, '--top-module', top, 'quiet.vlt', ...files.map((file) => resolve(file))]
    const result = await run(verilator, args, { directory, log: join(directory, 'log'), signal })
    if (!result.ok) {
      throw new SimulationError({
        code: 'SIM-0105',
        title: `Verilator does not accept the Verilog of \`${top}\``,
        messages: readMessages(result.output),
        output: result.output,
      })
    }
    const header = readFileSync(join(directory, 'objects', 'Vtessera.h'), 'utf8')
    const [both] = /VL_INOUT\w*\(&?(\w+)/.exec(header)?.slice(1) ?? []
    if (both !== undefined)
      throw unclear(`port \`${both}\` of \`${top}\` is inout`, 'wrap the module in one that has an input and an output')
    return { top, ports: [...readPorts(header).values()] }
  } finally {
    rmSync(directory, { recursive: true, force: true })
    keep(directory)
  }
}

const readText = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw unclear(`the file ${file} cannot be read: ${(error as Error).message}`, 'correct its name')
  }
}

/** The module that no other one names. */
const onlyTop = (texts: readonly string[]): string => {
  const code = texts.map((text) => text.replace(/\/\/.*$|\/\*[^]*?\*\/|"(?:\\.|[^"\\])*"/gm, ' ')).join('\n')
  const declared = [...code.matchAll(/\bmodule\s+(\w+)/g)].map(([, name = '']) => name)
  const tops = declared.filter((name) => (code.match(new RegExp(`\\b${name}\\b`, 'g')) ?? []).length === 1)
  const [only] = tops
  if (only !== undefined && tops.length === 1) return only
  const known = (tops.length > 0 ? tops : declared).join(', ')
  throw unclear(
    declared.length === 0 ? 'there is no module in the Verilog' : `which module is the top is not clear`,
    known === '' ? `the files hold no \`module\`` : `name it: --top NAME; there are ${known}`,
  )
}

const unclear = (title: string, help: string): SimulationError => new SimulationError({ code: 'SIM-0107', title, help })

