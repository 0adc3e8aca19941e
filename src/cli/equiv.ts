/** `tessera equiv`: whether two designs do the same. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { InvalidArgumentError } from 'commander'
import { emitDesign } from '#emit'
import { type EquivalenceSource, equivalenceText, equivalent } from '#synth'
import { keep, removeOnExit } from '#tool'
import { exitCodes, type Io, UsageError } from './io.ts'
import { designArgumentHelp, loadDesign } from './load-design.ts'
import type { AddCommand } from './main.ts'
import { progressLine } from './progress.ts'

interface EquivOptions {
  readonly seconds: number
  readonly top?: string
  readonly json?: boolean
}

const seconds = (text: string): number => {
  const value = Number(text)
  if (!(value > 0)) throw new InvalidArgumentError('give a number of seconds above 0')
  return value
}

export const addEquiv: AddCommand = (program, io, finish) => {
  program
    .command('equiv')
    .summary('prove that two designs do the same')
    .description(
      'Proves two versions of a design equivalent, module by module, by yosys and abc: before and after a change, or a\n' +
        'description and its netlist of iCE40 cells.\n' +
        'Exit code 0: proved. 1: different, or not known. 2: no proof could run.',
    )
    .argument('<a>', 'a design, a folder with Verilog, a file NAME.v, or a netlist NAME.json of `tessera synth`')
    .argument('<b>', 'another one')
    .option('-s, --seconds <number>', 'time for each module and engine', seconds, 60)
    .option('--top <module>', 'the top of Verilog files that have several')
    .option('--json', 'print what is known of each module as one JSON object')
    .addHelpText(
      'after',
      `${designArgumentHelp}\nExample:\n  npx tessera generate memory-tile -o out/before\n` +
        '  npx tessera equiv out/before memory-tile     # after a change\n',
    )
    .action(async (a: string, b: string, options: EquivOptions) => {
      finish(await run(a, b, options, io))
    })
}

const run = async (a: string, b: string, options: EquivOptions, io: Io): Promise<number> => {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-equiv-designs-'))
  removeOnExit(folder)
  const progress = progressLine(io)
  try {
    const first = await sourceOf(a, join(folder, 'a'), options.top)
    const second = await sourceOf(b, join(folder, 'b'), options.top)
    const report = await equivalent(first, second, {
      seconds: options.seconds,
      ...(io.signal !== undefined && { signal: io.signal }),
      onProgress: (what, done, of) => progress.show(`${done}/${of}  ${what}`),
    })
    progress.clear()
    io.out(options.json ? `${JSON.stringify(report, bigintAsHex, 2)}\n` : equivalenceText(report))
    return report.ok ? exitCodes.fine : exitCodes.found
  } finally {
    progress.clear()
    rmSync(folder, { recursive: true, force: true })
    keep(folder)
  }
}

const bigintAsHex = (_: string, value: unknown): unknown =>
  typeof value === 'bigint' ? `0x${value.toString(16)}` : value

/** Finds out what a word of the command line names. Rejects: UsageError; DesignError for a design with mistakes. */
const sourceOf = async (name: string, folder: string, top: string | undefined): Promise<EquivalenceSource> => {
  const given = top === undefined ? {} : { top }
  if (name.endsWith('.v') || isFolder(name)) {
    const files = name.endsWith('.v') ? [resolve(name)] : listed(name)
    for (const file of files) if (!existsSync(file)) throw new UsageError(`${file}: there is no such file`)
    return { name, format: 'verilog', files, ...given }
  }
  if (isNetlist(name)) return { name, format: 'netlist', files: [resolve(name)] }
  const { files, data, foreign, top: own } = emitDesign(await loadDesign(name))
  mkdirSync(folder)
  for (const { name: file, text } of [...files, ...data]) writeFileSync(join(folder, file), text)
  const paths = [...foreign.map((file) => resolve(file)), ...files.map(({ name: file }) => join(folder, file))]
  return { name, format: 'verilog', files: paths, top: own }
}

const isFolder = (name: string): boolean => existsSync(name) && statSync(name).isDirectory()

/** The files that `tessera generate` has listed. */
const listed = (folder: string): readonly string[] => {
  const list = join(folder, 'files.f')
  if (!existsSync(list)) throw new UsageError(`${folder} has no files.f: give a folder of \`tessera generate\``)
  return readFileSync(list, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => resolve(folder, line.trim()))
}

/** A netlist of yosys says at its beginning who wrote it; a description of a system does not. */
const isNetlist = (name: string): boolean =>
  name.endsWith('.json') &&
  existsSync(name) &&
  /^\s*\{\s*"creator": "Yosys/.test(readFileSync(name, 'utf8').slice(0, 200))
