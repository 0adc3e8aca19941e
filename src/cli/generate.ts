/** `tessera generate`: designs to Verilog files. */
import { designs } from './designs.ts'
import { exitCodes, type Io } from './io.ts'
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
        '',
        'Designs:',
        ...Object.entries(designs).map(([name, { summary }]) => `  ${name.padEnd(14)}${summary}`),
        '',
        'Example:',
        '  npx tessera generate -o out',
        '  verilator --lint-only -Wall --top-module soc_2x2 -F out/files.f',
        '',
      ].join('\n'),
    )
    .action((name: string, options: GenerateOptions) => {
      generate(name, options, io)
      finish(exitCodes.fine)
    })
}

const generate = (name: string, options: GenerateOptions, io: Io): void => {
  const written = writeVerilog(name, options.output)
  if (options.json) io.out(`${JSON.stringify({ design: name, ...written })}\n`)
  else io.out(`${describeVerilog(written)}; the top is ${written.top}\n`)
}
