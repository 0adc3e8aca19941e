/** Boots the kernel on the model with programs of a test in place of those of a boot file. */
import { defaultSystem } from '../../src/layout/index.ts'
import { kernelTileProgram } from '../../src/kernel/index.ts'
import { createModelPlatform } from '../../src/model/index.ts'
import type { Platform } from '../../src/model/index.ts'
import { bootRom, imageOf, muxProgram } from '../../src/services/index.ts'
import type { Context, Program } from '../../src/services/index.ts'

export interface ProgramsRun {
  readonly platform: Platform
  readonly cycles: number
  readonly printed: readonly string[]
  readonly exits: ReadonlyMap<string, number>
}

/** Runs `main` as root, with everything that root gets; `others` can be started from modules of their names. */
export const runAsRoot = async (
  main: (context: Context) => Promise<void>,
  others: Readonly<Record<string, Program['main']>> = {},
): Promise<ProgramsRun> => {
  const root: Program['main'] = async (context) => {
    await main(context)
    return 0
  }
  const programs = Object.entries({ root, ...others }).map(([name, each]) => ({ name, summary: '', main: each }))
  const modules = [muxProgram, ...programs.map(({ name }) => name)]
  const files = {
    system: defaultSystem,
    kernelArgs: ['kernel'],
    modules: modules.map((name) => ({ name, contents: imageOf(name) })),
  }
  const exits = new Map<string, number>()
  const printed: string[] = []
  const rom = bootRom(new Map(programs.map((program) => [program.name, program])), {
    ended: (_tile, program, exitCode) => void exits.set(program, exitCode),
  })
  const platform = createModelPlatform(defaultSystem, { seed: 1 })
  const tiles = defaultSystem.modules.filter((module) => module.kind === 'compute')
  const { cycles } = await platform.run(
    new Map(tiles.map(({ name, role }) => [name, role === 'kernel' ? kernelTileProgram(files) : rom])),
    { limitCycles: 2_000_000, start: 'kernel', until: 'kernel', onPrint: ({ text }) => printed.push(text) },
  )
  return { platform, cycles, printed, exits }
}

/** Selectors of root, with `modules` boot modules. */
export const rootSelectors = (modules: number) => ({
  info: 3,
  serial: 4,
  module: (index: number): number => 5 + index,
  tile: (index: number): number => 5 + modules + index,
  memory: (index: number): number => 5 + modules + 3 + index,
})
