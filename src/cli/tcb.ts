/** `tessera tcb`: whom a program has to trust. Source: services section 7.5. */
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { nocIdOf } from '#kernel'
import { readBootFile } from './boot-file.ts'
import { runBoot } from './boot-run.ts'
import { didYouMean, exitCodes, UsageError } from './io.ts'
import type { Io } from './io.ts'
import type { AddCommand } from './main.ts'
import { openPlatform } from './platforms.ts'
import { progressLine } from './progress.ts'
import { tcbOf, tcbText } from './tcb-report.ts'
import type { Tcb } from './tcb-report.ts'
import { watchTrust } from './trust-watch.ts'

interface TcbOptions {
  readonly boot: string
  readonly svg?: string
  readonly json?: boolean
}

const limitCycles = 20_000_000

const example = `
Examples:
  $ tessera tcb control
  $ tessera tcb monitor --svg monitor.svg
  $ tessera tcb wc --boot my.xml --json

Runs the boot file on the golden model, and looks after every step of the kernel at all capabilities and at the endpoints
that are active through them. Exit codes: 0 fine, 1 the run failed, 2 it could not run.
`

export const addTcb: AddCommand = (program, io, finish) => {
  program
    .command('tcb')
    .summary('whom a program has to trust')
    .description('Prints the trusted computing base of a program: who could affect it, and through which capability.')
    .argument('<program>', 'name of a program that the boot file starts, or that another program does')
    .option('--boot <file>', 'boot file', 'boot/example-system.xml')
    .option('--svg <file>', 'also draw it')
    .option('--json', 'print one JSON object instead of text')
    .addHelpText('after', example)
    .action(async (name: string, options: TcbOptions) => {
      finish(await run(name, options, io))
    })
}

const run = async (program: string, options: TcbOptions, io: Io): Promise<number> => {
  const files = await readBootFile(options.boot)
  const { system } = files
  const progress = progressLine(io)
  const platform = await openPlatform('model', { system, seed: 1, wave: undefined, progress })
  const names = new Map(system.modules.map((module) => [nocIdOf(system, module), module.name]))
  const watch = watchTrust(program, {
    tileName: (id) => names.get(id) ?? `0x${id.toString(16)}`,
    register: (tile, offset) => platform.peekRegister(tile, offset),
  })
  try {
    const outcome = await runBoot(platform, files, {
      ...{ limitCycles, trace: undefined, io, progress, quiet: true, observe: watch.observe },
    })
    if (outcome.interrupted) return exitCodes.interrupted
    const parties = watch.parties()
    if (parties === undefined) throw unknown(program, watch.names(), options.boot)
    const kernelTile = system.modules.find((module) => module.kind === 'compute' && module.role === 'kernel')
    const tcb = tcbOf(program, options.boot, kernelTile?.name ?? 'kernel', parties)
    const svg = options.svg === undefined ? undefined : await draw(tcb, options.svg)
    if (options.json === true) io.out(`${JSON.stringify({ ...tcb, ...(svg === undefined ? {} : { svg }) })}\n`)
    else io.out(`${tcbText(tcb)}${svg === undefined ? '' : `\nThe picture is in ${svg}.\n`}`)
    if (outcome.failure !== undefined) io.err(`tessera: ${outcome.failure}\n`)
    return outcome.failure === undefined ? exitCodes.fine : exitCodes.found
  } finally {
    progress.clear()
    await platform[Symbol.asyncDispose]()
  }
}

const unknown = (program: string, names: readonly string[], boot: string): UsageError =>
  new UsageError(`no program '${program}' ran in ${boot}; there were ${names.join(', ')}.${didYouMean(program, names)}`)

const draw = async (tcb: Tcb, path: string): Promise<string> => {
  const { trustSvg } = await import('#diagram')
  const { graphOf } = await import('./tcb-report.ts')
  const file = resolve(path)
  const picture = await trustSvg(graphOf(tcb))
  try {
    writeFileSync(file, picture)
  } catch (reason) {
    throw new UsageError(
      `it cannot be written to ${file}: ${reason instanceof Error ? reason.message : String(reason)}`,
    )
  }
  return file
}
