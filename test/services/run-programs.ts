/** Boots the kernel on the model with programs of a test in place of those of a boot file. */
import { commit, decode, defaultSystem } from '../../src/layout/index.ts'
import { kernelTileProgram, nocIdOf } from '../../src/kernel/index.ts'
import { createModelPlatform } from '../../src/model/index.ts'
import type { Platform, StepRecord } from '../../src/model/index.ts'
import type { SystemDescription } from '../../src/layout/index.ts'
import { bootRom, imageOf, muxProgram } from '../../src/services/index.ts'
import type { Context, Program } from '../../src/services/index.ts'
import { createMonitor } from '../kernel/invariants/index.ts'

export interface ProgramsRun {
  readonly platform: Platform
  readonly cycles: number
  readonly printed: readonly string[]
  readonly exits: ReadonlyMap<string, number>
  /** All ends of programs, in order. */
  readonly endings: readonly { readonly program: string; readonly exitCode: number }[]
  /** How often the invariants were checked. */
  readonly looks: number
}

export interface RunAsRootOptions {
  /** Cycles after which the run is given up. */
  readonly limitCycles?: number
  /** Programs whose tiles may do anything: what lies in their memory says nothing. */
  readonly distrusted?: readonly string[]
  readonly system?: SystemDescription
  /** The model without. On others the invariants are not checked: looking at registers there takes time. */
  readonly platform?: ((system: SystemDescription) => Platform | Promise<Platform>) | undefined
}

/**
 * Runs `main` as root, with everything that root gets; `others` can be started from modules of their names. After every
 * step of the kernel all invariants of kernel section 7 are checked, on the kernel's state and on all TCUs.
 */
export const runAsRoot = async (
  main: (context: Context) => Promise<void>,
  others: Readonly<Record<string, Program['main']>> = {},
  options: RunAsRootOptions = {},
): Promise<ProgramsRun> => {
  const { limitCycles = 2_000_000, distrusted = [], system = defaultSystem } = options
  const root: Program['main'] = async (context) => {
    await main(context)
    return 0
  }
  const programs = Object.entries({ root, ...others }).map(([name, each]) => ({ name, summary: '', main: each }))
  const modules = [muxProgram, ...programs.map(({ name }) => name)]
  const files = {
    system,
    kernelArgs: ['kernel'],
    modules: modules.map((name) => ({ name, contents: imageOf(name) })),
  }
  const exits = new Map<string, number>()
  const endings: { program: string; exitCode: number }[] = []
  const printed: string[] = []
  const strangers = new Set<number>()
  const rom = bootRom(new Map(programs.map((program) => [program.name, program])), {
    started: (tile, program) => void (distrusted.includes(program) && strangers.add(tile)),
    ended: (_tile, program, exitCode) => {
      exits.set(program, exitCode)
      endings.push({ program, exitCode })
    },
  })
  const platform = await (options.platform?.(system) ?? createModelPlatform(system, { seed: 1 }))
  const tiles = system.modules.filter((module) => module.kind === 'compute')
  const names = new Map(tiles.map((module) => [nocIdOf(system, module), module.name]))
  const nameOf = (tile: number): string => names.get(tile) ?? ''
  const kernelTile = tiles.find(({ role }) => role === 'kernel')?.name
  const monitor = createMonitor(
    {
      register: (tile, offset) => platform.peekRegister(nameOf(tile), offset),
      memory: (tile, address, bytes) => platform.peekMemory(nameOf(tile), address, bytes),
    },
    strangers,
  )
  const { cycles } = await platform.run(
    new Map(
      tiles.map(({ name, role }) => [
        name,
        role === 'kernel' ? kernelTileProgram(files, options.platform === undefined ? monitor.look : undefined) : rom,
      ]),
    ),
    {
      limitCycles,
      start: 'kernel',
      until: 'kernel',
      onPrint: ({ text }) => printed.push(text),
      onStep: (step) => {
        if (step.module === kernelTile) monitor.past.refused.push(...refusalIn(step))
      },
    },
  )
  return { platform, cycles, printed, exits, endings, looks: monitor.looks }
}

/** A message that a TCU did not take. */
const refusalIn = ({ probe, bits }: StepRecord): readonly string[] => {
  if (probe !== 'commit') return []
  const { kind, ep, error } = decode(commit, bits)
  return kind === 'messageBegun' && error !== 0 ? [`EP ${ep}: error ${error}`] : []
}

/** Selectors of root, with `modules` boot modules on a system with `tiles` tiles for programs. */
export const rootSelectors = (modules: number, tiles = 3) => ({
  info: 3,
  serial: 4,
  module: (index: number): number => 5 + index,
  tile: (index: number): number => 5 + modules + index,
  memory: (index: number): number => 5 + modules + tiles + index,
})
