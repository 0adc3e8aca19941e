/** The command line of the server and the argument of its sessions. Source: services section 3.2. */
import { CallError, codes } from '#kernel'
import { sessionLimits } from '../../service/control.ts'
import { usualOpenFiles } from '../protocol.ts'

export interface ServerArguments {
  readonly name: string
  /** Blocks that an append asks for at once. */
  readonly appendBlocks: number
  readonly freshBlocks: 'cleared' | 'as they were'
  /** Sessions at once. */
  readonly sessions: number
  /** Boot module with the image. */
  readonly module: string
}

/**
 * `m3fs [-n name] [-e blocks] [-c] [-m clients] [-f module] mem`.
 *
 * Rejects: CallError InvArgs with what is wrong.
 */
export const parseArguments = (args: readonly string[]): ServerArguments => {
  const found = new Map<string, string>()
  let backend: string | undefined
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] as string
    if (arg === '-c') found.set(arg, '')
    else if (['-n', '-e', '-m', '-f'].includes(arg)) found.set(arg, args[++index] ?? refuse(`${arg} wants a value`))
    else if (backend === undefined) backend = arg
    else refuse(`'${arg}' is too much`)
  }
  if (backend !== 'mem') refuse(`the image is in memory ('mem'), not '${backend ?? ''}'`)
  return {
    name: found.get('-n') ?? 'm3fs',
    appendBlocks: number('-e', found.get('-e') ?? '128', 2 ** 32 - 1),
    freshBlocks: found.has('-c') ? 'cleared' : 'as they were',
    sessions: number('-m', found.get('-m') ?? String(sessionLimits.usual), sessionLimits.most),
    module: found.get('-f') ?? 'fs',
  }
}

/** `files=N`, or nothing. Rejects: CallError InvArgs. */
export const parseSessionArgument = (argument: string): { readonly files: number } => {
  if (argument === '') return { files: usualOpenFiles }
  const [, files] = /^files=(\d+)$/.exec(argument) ?? refuse(`'${argument}' is no argument of a session`)
  return { files: number('files', files ?? '', 2 ** 16) }
}

const number = (what: string, text: string, most: number): number => {
  const value = Number(text)
  return /^\d+$/.test(text) && value >= 1 && value <= most ? value : refuse(`${what}: ${text} is not from 1 to ${most}`)
}

function refuse(why: string): never {
  throw new CallError(codes.InvArgs, `m3fs: ${why}`)
}
