/** The command line `tessera`. */
import { Command, CommanderError } from 'commander'
import { DescriptionError } from '#describe'
import { DesignError, diagnosticsToJson } from '#report'
import { ToolError } from '#tool'
import { addBoot } from './boot.ts'
import { addEquiv } from './equiv.ts'
import { addFsck } from './fsck.ts'
import { addGenerate } from './generate.ts'
import { addView } from './view.ts'
import { addMkfs } from './mkfs.ts'
import { addNoc } from './noc.ts'
import { addProve } from './prove.ts'
import { addSim } from './sim.ts'
import { addSynth } from './synth.ts'
import { addTcb } from './tcb.ts'
import { addUnpack } from './unpack.ts'
import { exitCodes, UsageError } from './io.ts'
import type { Io } from './io.ts'

/** Adds one command; what it returns becomes the exit code. */
export type AddCommand = (program: Command, io: Io, finish: (exitCode: number) => void) => void

/** All commands, in the order of the help. */
const commands: readonly AddCommand[] = [
  addBoot,
  addTcb,
  addGenerate,
  addView,
  addNoc,
  addProve,
  addSim,
  addSynth,
  addEquiv,
  addMkfs,
  addFsck,
  addUnpack,
]

/** Errors that tell a user what to do; everything else is a fault of this program. */
const known = [UsageError, ToolError]

/** Runs the command line with the words behind `tessera`; gives the exit code. */
export const main = async (argv: readonly string[], io: Io = processIo()): Promise<number> => {
  let exitCode: number = exitCodes.fine
  const program = new Command('tessera')
    .description('Boots and builds systems of tiles: kernel, programs and hardware together.')
    .configureOutput({ writeOut: io.out, writeErr: io.err, outputError: (text, write) => write(`tessera: ${text}`) })
    .exitOverride()
    .showSuggestionAfterError()
  for (const add of commands) {
    add(program, io, (code) => {
      exitCode = code
    })
  }
  try {
    await program.parseAsync([...argv], { from: 'user' })
    return exitCode
  } catch (reason) {
    if (reason instanceof CommanderError) return reason.exitCode === 0 ? exitCodes.fine : exitCodes.couldNotRun
    if (reason instanceof DesignError) {
      if (argv.includes('--json')) io.out(`${JSON.stringify(diagnosticsToJson(reason.diagnostics), undefined, 2)}\n`)
      else io.err(`${reason.message}\n`)
      return exitCodes.found
    }
    if (reason instanceof DescriptionError) {
      io.err(`${reason.message}\n`)
      return exitCodes.found
    }
    if (io.signal?.aborted && reason === io.signal.reason) return exitCodes.interrupted
    if (!known.some((kind) => reason instanceof kind)) throw reason
    io.err(`tessera: ${(reason as Error).message}\n`)
    return exitCodes.couldNotRun
  }
}

/** The process's own streams; the first Ctrl-C asks the command to stop, the second ends the process. */
const processIo = (): Io => {
  const controller = new AbortController()
  // The listener stays, so that nobody else who listens for the signal ends the process under a command that cleans up.
  process.on('SIGINT', () => {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted)
    controller.abort()
  })
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    interactive: process.stderr.isTTY,
    signal: controller.signal,
  }
}
