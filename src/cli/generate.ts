/** `tessera generate`: designs to Verilog files. */
import { designs } from './designs.ts'
import { exitCodes, type Io } from './io.ts'
import { designArgumentHelp, loadDesign } from './load-design.ts'
import type { AddCommand } from './main.ts'
import { describeVerilog, writeVerilog } from './write-verilog.ts'

interface GenerateOptions {
  readonly output: string
  readonly json?: boolean
}

export const addGenerate: AddCommand = (program, io, finish) => {
  const names = Object.keys(designs)
  program
    .command('generate')
    .summary('write a design as Verilog')
    .description(
      'Writes the Verilog of a design, one file per module, and files.f, the list that simulators and synthesis take.',
    )
    .argument('[design]', 'which design', names[0])
    .requiredOption('-o, --output <directory>', 'where the files go; it is made if it is not there')
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

const generate = async (name: string, options: GenerateOptions, io: Io): Promise<void> => {
  const written = writeVerilog(await loadDesign(name), options.output)
  if (options.json) io.out(`${JSON.stringify({ design: name, ...written })}\n`)
  else io.out(`${describeVerilog(written)}; the top is ${written.top}\n`)
}
