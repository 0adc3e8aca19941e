/** One boot on one platform. */
import type { ComputeTile, SystemDescription } from '#layout'
import { kernelTileProgram, nocIdOf } from '#kernel'
import type { BootFiles, KernelObserver } from '#kernel'
import type { Platform, PrintedText, TileProgram } from '#model'
import { grouped } from '#report'
import { bootRom, programs } from '#services'
import type { Measurement, ProgramObserver } from '#services'
import { countChannels } from './channels.ts'
import type { Channel } from './channels.ts'
import type { Io } from './io.ts'
import type { ProgressLine } from './progress.ts'
import { collectSteps } from './sequence-steps.ts'
import type { SequenceStep } from './sequence-steps.ts'
import type { TraceFile } from './trace.ts'

export interface ProgramOutput {
  readonly tile: string
  readonly program: string
  readonly text: string
}

export interface ProgramExit {
  readonly tile: string
  readonly program: string
  readonly exitCode: number
}

/** What came of a boot. */
export interface BootOutcome {
  readonly engine: string
  readonly cycles: number
  readonly wallSeconds: number
  readonly clockHz: number
  readonly output: readonly ProgramOutput[]
  readonly exits: readonly ProgramExit[]
  readonly channels: readonly (Channel & { readonly sender: string; readonly receiver: string })[]
  readonly measurements: readonly (Measurement & { readonly tile: string; readonly program: string })[]
  /** What travelled between tiles; empty unless it was asked for. */
  readonly steps: readonly SequenceStep[]
  readonly ok: boolean
  readonly interrupted: boolean
  /** Why the run did not come to its end. */
  readonly failure: string | undefined
}

export interface BootRunOptions {
  readonly limitCycles: number
  readonly trace: TraceFile | undefined
  readonly io: Io
  readonly progress: ProgressLine
  /** Whether serial output is kept back. */
  readonly quiet: boolean
  /** Whether to note everything that travels between tiles. */
  readonly sequences?: boolean
  /** Looks at the kernel after each of its steps. */
  readonly observe?: KernelObserver
}

/** Runs kernel and programs to their end, and shows what they print as it comes. */
export const runBoot = async (platform: Platform, files: BootFiles, options: BootRunOptions): Promise<BootOutcome> => {
  const { system } = platform
  const nameOf = tileNames(system)
  const watch = watchPrograms(nameOf)
  const serial = serialOutput(nameOf, watch.programAt, options)
  const channels = countChannels(nameOf)
  const sequences = collectSteps(nameOf)
  let cycles = 0
  let failure: unknown
  const begin = performance.now()
  try {
    const outcome = await platform.run(tilePrograms(system, files, watch.observer, options.observe), {
      limitCycles: options.limitCycles,
      start: 'kernel',
      until: 'kernel',
      onPrint: serial.print,
      onStep: (record) => {
        cycles = record.cycle
        channels.add(record)
        if (options.sequences === true) sequences.add(record)
        options.trace?.add(record)
      },
      onProgress: (cycle) => options.progress.show(`${platform.name}: cycle ${grouped(cycle)}`),
      ...(options.io.signal === undefined ? {} : { signal: options.io.signal }),
    })
    cycles = outcome.cycles
  } catch (reason) {
    failure = reason
  }
  const wallSeconds = (performance.now() - begin) / 1000
  options.progress.clear()
  serial.finish()
  const interrupted = options.io.signal?.aborted === true
  const programOf = (tile: string): string => watch.programAt(tile)
  return {
    engine: platform.engine,
    cycles,
    wallSeconds,
    clockHz: system.clockHz,
    output: serial.output(),
    exits: watch.exits,
    channels: channels.channels().map((each) => ({
      ...each,
      sender: programOf(each.from),
      receiver: programOf(each.to),
    })),
    measurements: watch.measurements,
    steps: sequences.steps,
    ok: failure === undefined && watch.exits.length > 0 && watch.exits.every(({ exitCode }) => exitCode === 0),
    interrupted,
    failure: failure instanceof Error ? failure.message : failure === undefined ? undefined : 'the run broke off',
  }
}

const tileNames = (system: SystemDescription): ((id: number) => string) => {
  const names = new Map(system.modules.map((module) => [nocIdOf(system, module), module.name]))
  return (id) => names.get(id) ?? `0x${id.toString(16)}`
}

const tilePrograms = (
  system: SystemDescription,
  files: BootFiles,
  observer: ProgramObserver,
  observe: KernelObserver | undefined,
): ReadonlyMap<string, TileProgram> => {
  const tiles = system.modules.filter((module): module is ComputeTile => module.kind === 'compute')
  return new Map(
    tiles.map(({ name, role }) => [
      name,
      role === 'kernel' ? kernelTileProgram(files, observe) : bootRom(programs, observer),
    ]),
  )
}

/** Notes which program runs where, what it measured and how it ended. */
const watchPrograms = (nameOf: (id: number) => string) => {
  const running = new Map<string, string>()
  const exits: ProgramExit[] = []
  const measurements: (Measurement & { readonly tile: string; readonly program: string })[] = []
  const observer: ProgramObserver = {
    started: (tile, program) => void running.set(nameOf(tile), program),
    measured: (tile, program, measurement) => measurements.push({ tile: nameOf(tile), program, ...measurement }),
    ended: (tile, program, exitCode) => exits.push({ tile: nameOf(tile), program, exitCode }),
  }
  return { observer, exits, measurements, programAt: (tile: string): string => running.get(tile) ?? '' }
}

/** Puts printed pieces together to lines and shows them with tile and program. */
const serialOutput = (
  nameOf: (id: number) => string,
  programAt: (tile: string) => string,
  { io, progress, quiet }: BootRunOptions,
) => {
  const texts = new Map<string, { tile: string; program: string; text: string; shown: number }>()
  const show = (tile: string, program: string, line: string): void => {
    if (quiet) return
    progress.clear()
    io.out(`[${program === '' ? tile : `${tile} ${program}`}] ${line}\n`)
  }
  return {
    print: ({ source, text }: PrintedText): void => {
      const tile = nameOf(source)
      const program = programAt(tile)
      const entry = texts.get(`${tile} ${program}`) ?? { tile, program, text: '', shown: 0 }
      texts.set(`${tile} ${program}`, entry)
      entry.text += text
      for (let end = entry.text.indexOf('\n', entry.shown); end !== -1; end = entry.text.indexOf('\n', entry.shown)) {
        show(tile, program, entry.text.slice(entry.shown, end))
        entry.shown = end + 1
      }
    },
    finish: (): void => {
      for (const { tile, program, text, shown } of texts.values())
        if (shown < text.length) show(tile, program, text.slice(shown))
    },
    output: (): readonly ProgramOutput[] =>
      [...texts.values()]
        .map(({ tile, program, text }) => ({ tile, program, text }))
        .sort((a, b) => (`${a.tile} ${a.program}` < `${b.tile} ${b.program}` ? -1 : 1)),
  }
}
