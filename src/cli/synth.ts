/** `tessera synth`: what a design costs on an FPGA, and its bitstream. */
import { resolve } from 'node:path'
import { InvalidArgumentError } from 'commander'
import { columns, grouped } from '#report'
import {
  bitstream,
  type BitstreamReport,
  boards,
  type CellCounts,
  type ModuleCells,
  synthesise,
  type SynthesisReport,
  targetNamed,
  targets,
} from '#synth'
import { exitCodes, type Io, UsageError } from './io.ts'
import { designArgumentHelp, loadDesign } from './load-design.ts'
import type { AddCommand } from './main.ts'
import { progressLine } from './progress.ts'

interface SynthOptions {
  readonly target: string
  readonly output: string
  readonly pnr?: boolean
  readonly pin: readonly (readonly [string, string | readonly string[]])[]
  readonly clock: number
  readonly modules: boolean
  readonly json?: boolean
}

export const addSynth: AddCommand = (program, io, finish) => {
  program
    .command('synth')
    .summary('synthesise a design, and make a bitstream')
    .description('Synthesises a design with yosys and counts its cells; with --pnr, also places, routes and packs it.')
    .argument('<design>', 'which design')
    .option('-t, --target <name>', `one of ${Object.keys(targets).join(', ')}`, 'ice40-hx8k')
    .option('-o, --output <directory>', 'where the files go', 'out/synth')
    .option('--pnr', 'place and route, and write the bitstream; for Vivado targets, its script')
    .option('--pin <port=pins>', 'package pins of a port, lowest bit first: leds=B5,B4; may be repeated', pin, [])
    .option('--clock <megahertz>', 'the frequency to aim at', megahertz, 12)
    .option('--no-modules', 'leave out the cells of each module, which take another run of yosys')
    .option('--json', 'print the figures as one JSON object')
    .addHelpText(
      'after',
      `${designArgumentHelp}\nBoards with known pins: ${Object.keys(boards).join(', ')}\n\nExample:\n` +
        '  npx tessera synth noc --target xc7a100t -o out/synth\n',
    )
    .action(async (name: string, options: SynthOptions) => {
      await run(name, options, io)
      finish(exitCodes.fine)
    })
}

const pin = (
  text: string,
  before: readonly (readonly [string, string | readonly string[]])[],
): readonly (readonly [string, string | readonly string[]])[] => {
  const [port, list] = text.split('=')
  if (!port || !list) throw new InvalidArgumentError('write PORT=PIN or PORT=PIN,PIN,...')
  const pins = list.split(',')
  return [...before, [port, pins.length === 1 ? (pins[0] as string) : pins]]
}

const megahertz = (text: string): number => {
  const value = Number(text)
  if (!(value > 0)) throw new InvalidArgumentError('give a frequency in MHz above 0')
  return value
}

const run = async (name: string, options: SynthOptions, io: Io): Promise<void> => {
  const target = targetNamed(options.target)
  if (options.pin.length > 0 && !options.pnr) throw new UsageError('--pin is for place and route; add --pnr')
  const design = await loadDesign(name)
  const directory = resolve(options.output)
  const progress = progressLine(io)
  const common = {
    directory,
    modules: options.modules,
    onProgress: (stage: string) => progress.stage(stage),
    signal: io.signal,
  }
  try {
    if (!options.pnr) {
      const report = await synthesise(design, target, common)
      progress.clear()
      io.out(options.json ? `${JSON.stringify(report)}\n` : cellText(report))
      return
    }
    const report = await bitstream(design, target, {
      ...common,
      pins: Object.fromEntries(options.pin),
      clockHz: options.clock * 1e6,
    })
    progress.clear()
    io.out(options.json ? `${JSON.stringify(report)}\n` : `${cellText(report.synthesis)}${clockText(report)}`)
  } finally {
    progress.clear()
  }
}

const cellText = (report: SynthesisReport): string =>
  [
    `${report.design} on ${report.target} (${report.tool})`,
    columns(
      [
        ['', 'LUT', 'flip-flop', 'carry', 'RAM', 'multiplier'],
        ['', ...kindsOf(report)],
      ],
      'lrrrrr',
    ),
    ...(report.modules === undefined || report.modules.length < 2
      ? []
      : ['', 'Cells of its own, per instance:', moduleTable(report.modules)]),
    '',
    `Longest path: ${report.levels} cells`,
    columns(
      report.path.map(({ signal, place }) => ['', signal, place ?? '']),
      'lll',
    ),
    '',
  ].join('\n')

const kindsOf = ({ luts, flipFlops, carries, rams, multipliers }: CellCounts): readonly string[] =>
  [luts, flipFlops, carries, rams, multipliers].map(grouped)

/** Largest first; modules without cells only join others. */
const moduleTable = (modules: readonly ModuleCells[]): string =>
  columns(
    [
      ['', 'module', 'instances', 'LUT', 'flip-flop', 'carry', 'RAM', 'multiplier'],
      ...modules
        .filter((one) => kindsOf(one).some((count) => count !== '0'))
        .map((one) => ['', one.module, grouped(one.instances), ...kindsOf(one)]),
    ],
    'llrrrrrr',
  )

const clockText = ({ clocks, file, bytes }: BitstreamReport): string =>
  [
    ...Object.entries(clocks).map(([clock, hertz]) => `  ${clock}: up to ${(hertz / 1e6).toFixed(1)} MHz`),
    `  ${file}, ${grouped(bytes)} bytes`,
    '',
  ].join('\n')
