/** `tessera generate`: designs to Verilog files, with what tools and software need beside them. */
import { readFileSync } from 'node:fs'
import { InvalidArgumentError } from 'commander'
import { readJson } from '#describe'
import { designs } from './designs.ts'
import { exitCodes, type Io } from './io.ts'
import { designArgumentHelp, loadProject, projectOf } from './load-design.ts'
import type { AddCommand } from './main.ts'
import { type Parameters, parametersIn, parametersName, parametersText } from './parameters-file.ts'
import { isSystemFile } from './system-file.ts'
import { describeVerilog, writeVerilog } from './write-verilog.ts'

interface GenerateOptions {
  readonly output: string
  readonly single?: boolean
  readonly clock?: number
  readonly json?: boolean
}

export const addGenerate: AddCommand = (program, io, finish) => {
  const names = Object.keys(designs)
  program
    .command('generate')
    .summary('write a design as Verilog')
    .description(
      [
        'Writes the Verilog of a design, one file per module, and beside it:',
        '  files.f            the list of the Verilog, for simulators and synthesis',
        '  TOP.sdc            timing constraints',
        '  Makefile, TOP.core lint and synthesis with make, or as a core of FuseSoC',
        '  registers.md, *.h, maps.json',
        '                     registers and memories for people, C and scripts, where the design has any',
        '  parameters.json    what it was made from: `tessera generate parameters.json` makes it again',
      ].join('\n'),
    )
    .argument('[design]', 'which design', names[0])
    .requiredOption('-o, --output <directory>', 'where the files go; it is made if it is not there')
    .option('--single', 'all modules in one file')
    .option('--clock <megahertz>', 'frequency for the constraints; without it that of the system, or 100', megahertz)
    .option('--json', 'print what was written as one JSON object')
    .addHelpText(
      'after',
      [
        designArgumentHelp,
        'Example:',
        '  npx tessera generate -o out',
        '  verilator --lint-only -Wall --top-module soc_2x2 -F out/files.f',
        '',
      ].join('\n'),
    )
    .action(async (name: string, options: GenerateOptions) => {
      await generate(name, options, io)
      finish(exitCodes.fine)
    })
}

const megahertz = (text: string): number => {
  const value = Number(text)
  if (!(value > 0)) throw new InvalidArgumentError('give a frequency in MHz above 0')
  return value
}

const jsonIn = (file: string): unknown => readJson(readFileSync(file, 'utf8')).value

/** Frequency of designs that do not say one, in hertz. */
const usualClock = 100_000_000

const generate = async (name: string, options: GenerateOptions, io: Io): Promise<void> => {
  const again = parametersIn(name)
  const { design, maps, system } =
    again?.description === undefined ? await loadProject(again?.design ?? name) : projectOf(again.description)
  const description = again === undefined && isSystemFile(name) ? jsonIn(name) : again?.description
  const parameters: Parameters = {
    design: again?.design ?? name,
    ...(description !== undefined && { description }),
    clockHz: options.clock === undefined ? (again?.clockHz ?? system?.clockHz ?? usualClock) : options.clock * 1e6,
    single: options.single ?? again?.single ?? false,
  }
  const written = writeVerilog(design, options.output, {
    single: parameters.single,
    project: { clockHz: parameters.clockHz, maps, system },
    others: [{ name: parametersName, text: parametersText(parameters) }],
  })
  if (options.json) io.out(`${JSON.stringify({ design: parameters.design, ...written })}\n`)
  else io.out(`${describeVerilog(written)}; the top is ${written.top}\n`)
}
