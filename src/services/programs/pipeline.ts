/** Programs and accelerators on tiles of their own, each of which reads what the one before it writes. */
import { CallError, codes } from '#kernel'
import { FileSystemClient } from '../file/file-system-client.ts'
import { openFlags } from '../m3fs/open-file.ts'
import { PipesClient } from '../pipes/client.ts'
import type { Program } from '../runtime/program.ts'
import { runPipeline } from './pipeline-run.ts'

/** `pipeline PROGRAM ... | LOGIC | ... [< FILE] [> FILE]`, with a tile for each and a module for each program. */
export const pipeline: Program = {
  name: 'pipeline',
  summary:
    'connects programs and accelerators (copy, rot13, sha3, fft), each on a tile it may use: ' +
    'pipeline PROGRAM ARGS | rot13 | ... [< FILE] [> FILE]',
  main: async (context) => {
    const { commands, input, output } = parsed(context.args)
    const files = input === undefined && output === undefined ? undefined : await FileSystemClient.open(context)
    const needsPipes = commands.length > 1
    const pipes = needsPipes ? await PipesClient.open(context) : undefined
    const { read, write, create, truncate } = openFlags
    const result = await runPipeline(context, {
      commands,
      input: input === undefined ? undefined : await files?.openSession(input, read),
      output: output === undefined ? undefined : await files?.openSession(output, write | create | truncate),
      pipes,
    })
    await pipes?.close()
    await files?.close()
    return result
  },
}

interface Parsed {
  readonly commands: readonly (readonly string[])[]
  readonly input: string | undefined
  readonly output: string | undefined
}

/** Rejects: CallError InvArgs when a program or the name of a file is missing. */
const parsed = (words: readonly string[]): Parsed => {
  const commands: string[][] = [[]]
  const files: Record<string, string | undefined> = {}
  for (let index = 0; index < words.length; index++) {
    const word = words[index] as string
    if (word === '|') commands.push([])
    else if (word === '<' || word === '>') files[word] = words[++index]
    else commands.at(-1)?.push(word)
  }
  const missing = commands.some(([name]) => name === undefined) || Object.values(files).includes(undefined)
  if (missing) throw new CallError(codes.InvArgs, 'a program or a file is missing')
  return { commands, input: files['<'], output: files['>'] }
}
