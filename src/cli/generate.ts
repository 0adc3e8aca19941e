/** `tessera generate`: designs to Verilog files. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { emitVerilog, type VerilogFile } from '#emit'
import { designNamed, designs } from './designs.ts'
import { exitCodes, type Io, UsageError } from './io.ts'
import type { AddCommand } from './main.ts'

interface GenerateOptions {
  readonly output: string
  readonly json?: boolean
}

/** What `--json` prints. */
interface Generated {
  readonly design: string
  readonly top: string
  readonly directory: string
  readonly files: readonly string[]
  readonly modules: number
  readonly lines: number
}

const listName = 'files.f'

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
  const design = designNamed(name).elaborate()
  const files = emitVerilog(design)
  const directory = resolve(options.output)
  writeAll(directory, files)
  const result: Generated = {
    design: name,
    top: design.top.name,
    directory,
    files: [...files.map((file) => file.name), listName],
    modules: files.length,
    lines: files.reduce((sum, { text }) => sum + text.split('\n').length - 1, 0),
  }
  if (options.json) io.out(`${JSON.stringify(result)}\n`)
  else {
    const where = relative(process.cwd(), directory) || '.'
    io.out(`${result.modules} modules, ${result.lines} lines of Verilog in ${where}; the top is ${result.top}\n`)
  }
}

/** Writes all files next to their places first, so that what stops half-way leaves the old ones as they were. */
const writeAll = (directory: string, files: readonly VerilogFile[]): void => {
  const all = [...files, { name: listName, text: files.map(({ name }) => `${name}\n`).join('') }]
  const partial = (name: string): string => join(directory, `.${name}.partial`)
  const refuse = (reason: unknown): never => {
    const why = reason instanceof Error ? reason.message : String(reason)
    throw new UsageError(`the Verilog cannot be written to ${directory}: ${why}`)
  }
  try {
    mkdirSync(directory, { recursive: true })
  } catch (reason) {
    refuse(reason)
  }
  try {
    for (const { name, text } of all) writeFileSync(partial(name), text)
    for (const { name } of all) renameSync(partial(name), join(directory, name))
  } catch (reason) {
    for (const { name } of all) rmSync(partial(name), { force: true })
    refuse(reason)
  }
}
