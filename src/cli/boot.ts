/** `tessera boot`: boots M³ from a boot file. */
import { renameSync, rmSync } from 'node:fs'
import { extname } from 'node:path'
import { elaborate } from '#edsl'
import { soc } from '#hdl/soc'
import { systems } from '#layout'
import type { SystemDescription } from '#layout'
import type { SoftwareCost } from '#model'
import { readBootFile } from './boot-file.ts'
import { bootReport } from './boot-report.ts'
import { runBoot } from './boot-run.ts'
import type { BootOutcome } from './boot-run.ts'
import { exitCodes, UsageError } from './io.ts'
import type { Io } from './io.ts'
import type { AddCommand } from './main.ts'
import { engineName, openPlatform, platformName } from './platforms.ts'
import { progressLine } from './progress.ts'
import { writeSequences } from './sequence.ts'
import { openTrace } from './trace.ts'
import type { TraceFile } from './trace.ts'
import { writeVerilog } from './write-verilog.ts'

interface BootOptions {
  readonly platform: string
  readonly engine: string
  readonly system?: string
  readonly seed: string
  readonly trace?: string
  readonly wave?: string
  readonly verilog?: string
  readonly json?: boolean
  readonly limitCycles: string
  readonly softwareCost: string
  readonly sequences?: string
}

const example = `
Example:
  $ tessera boot boot/rpc.xml --platform lockstep --seed 7 --trace rpc.jsonl

Exit codes: 0 every program ended well, 1 a program or the hardware failed, 2 it could not run.
`

export const addBoot: AddCommand = (program, io, finish) => {
  program
    .command('boot')
    .description('Boots M³ from a boot file and shows what its programs print.')
    .argument('<file>', 'boot file, for example boot/hello.xml')
    .option('--platform <name>', 'model, rtl or lockstep', 'model')
    .option(
      '--engine <name>',
      'what simulates the hardware: wasm, verilator, or auto: verilator once it was built',
      'auto',
    )
    .option('--system <name>', `${[...systems.keys()].join(', ')}; otherwise the one that the boot file names`)
    .option('--seed <number>', 'seed of everything that is random', '1')
    .option('--trace <file>', 'write every step of the hardware, one line of JSON each')
    .option('--wave <file>', 'write a waveform, .vcd or .fst (rtl and lockstep)')
    .option('--verilog <directory>', 'also write the Verilog of the system, to read it')
    .option('--json', 'print one JSON object instead of text')
    .option('--sequences <directory>', 'draw what programs measure as sequences of messages (Mermaid)')
    .option(
      '--software-cost <cycles>',
      'cycles of each operation of a program on its tile; "3,1" adds one for every 16 bytes copied',
      '0',
    )
    .option('--limit-cycles <number>', 'give up after so many cycles', '20000000')
    .addHelpText('after', example)
    .action(async (file: string, options: BootOptions) => {
      finish(await boot(file, options, io))
    })
}

const boot = async (file: string, options: BootOptions, io: Io): Promise<number> => {
  const platform = platformName(options.platform)
  const engine = engineName(options.engine, platform)
  const seed = wholeNumber('--seed', options.seed, 0)
  const softwareCost = softwareCostIn(options.softwareCost)
  const limitCycles = wholeNumber('--limit-cycles', options.limitCycles, 1)
  const files = await readBootFile(file, options.system)
  const verilog =
    options.verilog === undefined ? undefined : writeVerilog(elaborate(soc(files.system)), options.verilog)
  const trace = options.trace === undefined ? undefined : openTrace(options.trace)
  const progress = progressLine(io)
  let outcome: BootOutcome
  try {
    const wave = options.wave === undefined ? undefined : waveFile(options.wave)
    const machine = await openPlatform(platform, {
      ...{ system: files.system, seed, wave: wave?.partial, softwareCost, engine, progress },
    })
    try {
      outcome = await runBoot(machine, files, {
        ...{ limitCycles, trace, io, progress },
        quiet: options.json === true,
        sequences: options.sequences !== undefined,
      })
    } finally {
      await machine[Symbol.asyncDispose]()
    }
    wave?.settle(outcome.interrupted)
  } catch (reason) {
    trace?.discard()
    if (io.signal?.aborted === true) return exitCodes.interrupted
    throw reason
  } finally {
    progress.clear()
  }
  settleTrace(trace, outcome)
  if (options.sequences !== undefined && !outcome.interrupted) drawSequences(options.sequences, files.system, outcome)
  const facts = { file, seed, platform, trace: options.trace, wave: options.wave, verilog }
  if (options.json === true) io.out(`${JSON.stringify(bootReport.json(facts, outcome))}\n`)
  else if (!outcome.interrupted) io.out(bootReport.text(facts, outcome))
  if (outcome.failure !== undefined) io.err(`tessera: ${outcome.failure}\n`)
  return outcome.interrupted ? exitCodes.interrupted : outcome.ok ? exitCodes.fine : exitCodes.found
}

const settleTrace = (trace: TraceFile | undefined, { interrupted }: BootOutcome): void => {
  if (interrupted) trace?.discard()
  else trace?.keep()
}

/** A waveform that gets its name when it is complete. */
const waveFile = (path: string): { readonly partial: string; readonly settle: (interrupted: boolean) => void } => {
  const ending = extname(path)
  if (ending !== '.vcd' && ending !== '.fst')
    throw new UsageError(`--wave ${path}: the name has to end in .vcd or .fst`)
  const partial = `${path.slice(0, -ending.length)}.partial${ending}`
  return {
    partial,
    settle: (interrupted) => {
      if (interrupted) rmSync(partial, { force: true })
      else renameSync(partial, path)
    },
  }
}

/** Draws what programs measured; a cycle is a fixed time. */
const drawSequences = (directory: string, system: SystemDescription, outcome: BootOutcome): void => {
  const cycleOf = (nanoseconds: bigint): number => Math.round((Number(nanoseconds) * system.clockHz) / 1e9)
  const programs = new Map(outcome.exits.map(({ tile, program }) => [tile, program]))
  const journeys = outcome.measurements
    .filter(({ repetitions }) => repetitions === 1)
    .map(({ name, tile, program, start, nanoseconds }) => ({
      ...{ name, tile, program },
      firstCycle: cycleOf(start),
      lastCycle: cycleOf(start + nanoseconds),
    }))
  try {
    writeSequences(directory, journeys, outcome.steps, (tile) => {
      const program = programs.get(tile)
      return program === undefined ? tile : `${tile} ${program}`
    })
  } catch (reason) {
    throw new UsageError(`the sequences cannot be written to ${directory}: ${(reason as Error).message}`)
  }
}

const softwareCostIn = (text: string): SoftwareCost => {
  if (!/^\d{1,6}(,\d{1,6})?$/.test(text))
    throw new UsageError(`--software-cost ${text}: cycles per operation, and after a comma per 16 bytes, such as 3,1`)
  const [cyclesPerOperation = 0, cyclesPerLine = 0] = text.split(',').map(Number)
  return { cyclesPerOperation, cyclesPerLine }
}

const wholeNumber = (option: string, text: string, least: number): number => {
  const value = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least)
    throw new UsageError(`${option} ${text}: this has to be a whole number, ${least} or more`)
  return value
}
