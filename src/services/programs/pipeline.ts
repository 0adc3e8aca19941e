/** Programs on tiles of their own, each of which reads what the one before it writes. */
import { CallError, codeName, codes, selectors } from '#kernel'
import { giveFile } from '../file/files-of-children.ts'
import { createChild, startChild, waitForChild } from '../library/child.ts'
import type { Child } from '../library/child.ts'
import { MemoryGate } from '../library/memory-gate.ts'
import { encodeResources, resource, resourcesOf } from '../library/resources.ts'
import type { Resource } from '../library/resources.ts'
import { PipesClient } from '../pipes/client.ts'
import type { NewPipe } from '../pipes/client.ts'
import type { Context } from '../runtime/context.ts'
import type { Program } from '../runtime/program.ts'

/** Bytes of each pipe, in the memory of this program's tile. */
const pipeBytes = 2048

/** Ends of pipes that a program of the pipeline gets: selectors of sessions. */
interface Ends {
  readonly stdin: number | undefined
  readonly stdout: number | undefined
}

/** `pipeline PROGRAM ... | PROGRAM ... | ...`, with a tile and a module for each program, and a session "pipes". */
export const pipeline: Program = {
  name: 'pipeline',
  summary: 'connects programs by pipes, each on a tile it may use: pipeline PROGRAM ARGS | PROGRAM ARGS | ...',
  main: async (context) => {
    const commands = commandsOf(context.args)
    if (commands.some(([program]) => program === undefined)) throw new CallError(codes.InvArgs, 'a program is missing')
    if (commands.length > resourcesOf(context, 'tile').length) throw new CallError(codes.NoFreeTile)
    const service = await PipesClient.open(context)
    const pipes: NewPipe[] = []
    while (pipes.length < commands.length - 1) pipes.push(await service.create(pipeBytes))
    const running: Child[] = []
    for (const [index, command] of commands.entries()) {
      const stdin = await pipes[index - 1]?.end('reader')
      const stdout = await pipes[index]?.end('writer')
      running.push(await launch(context, index, command, { stdin, stdout }))
      if (stdin !== undefined) await pipes[index - 1]?.dropEnd(stdin)
      if (stdout !== undefined) await pipes[index]?.dropEnd(stdout)
    }
    const result = await awaitAll(context, running)
    await service.close()
    return result
  },
}

const commandsOf = (words: readonly string[]): readonly (readonly string[])[] => {
  const commands: string[][] = [[]]
  for (const word of words)
    if (word === '|') commands.push([])
    else commands.at(-1)?.push(word)
  return commands
}

/** Starts a program on the tile of this index, with clones of its ends. */
const launch = async (
  context: Context,
  index: number,
  args: readonly string[],
  { stdin, stdout }: Ends,
): Promise<Child> => {
  const { selector, first, second } = resourcesOf(context, 'tile')[index] as Resource
  const memory = new MemoryGate(context, (resourcesOf(context, 'tile memory')[index] as Resource).selector)
  const name = args[0] as string
  const child = await createChild(context, name, { selector, id: Number(first), descriptor: second }, memory)
  const given: Resource[] = []
  let next = Number(selectors.firstFree)
  for (const [file, start] of [['stdin', stdin] as const, ['stdout', stdout] as const]) {
    if (start === undefined) continue
    given.push(await giveFile(context, start, child, next, file))
    next += 2
  }
  const module = resource(context, 'module', name)
  const image = await new MemoryGate(context, module.selector).read(0, Number(module.first))
  await startChild(context, child, { image, args, firstSelector: next, data: encodeResources(given) })
  return child
}

/** Waits for all; gives the first exit code that is not success. */
const awaitAll = async (context: Context, children: readonly Child[]): Promise<number> => {
  const running = [...children]
  let result: number = codes.Success
  while (running.length > 0) {
    const { child, exitCode } = await waitForChild(context, running)
    running.splice(running.indexOf(child), 1)
    await context.calls.revoke(child.selector)
    if (exitCode === codes.Success) continue
    await context.print(`${child.name} ended with ${codeName(exitCode)}`)
    if (result === codes.Success) result = exitCode
  }
  return result
}
