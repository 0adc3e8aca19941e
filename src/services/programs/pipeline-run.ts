/** Pipelines of programs and accelerators, between files and pipes. Source: services sections 2.6, 4.3 and 6.7. */
import { acceleratorLogics } from '#layout'
import { CallError, codeName, codes, selectors, systemCalls } from '#kernel'
import { giveFile } from '../file/files-of-children.ts'
import type { StandardFile } from '../file/files-of-children.ts'
import { Accelerator, logicOf } from '../library/accelerator.ts'
import { createChild, startChild } from '../library/child.ts'
import type { FreeTile } from '../library/child.ts'
import { MemoryGate } from '../library/memory-gate.ts'
import { encodeResources, resource, resourcesOf } from '../library/resources.ts'
import type { Resource } from '../library/resources.ts'
import type { PipesClient } from '../pipes/client.ts'
import type { NewPipe } from '../pipes/client.ts'
import type { Context } from '../runtime/context.ts'

/** Bytes of each pipe, in the memory of this program's tile. */
const pipeBytes = 2048

/** What a pipeline is made of. */
export interface PipelinePlan {
  /** Programs with their arguments, and accelerators by what they compute. */
  readonly commands: readonly (readonly string[])[]
  /** Sessions of files to begin and end with: selectors, with the send gates behind. They are closed when the pipeline is over. */
  readonly input?: number | undefined
  readonly output?: number | undefined
  /** Needed between programs. */
  readonly pipes: PipesClient | undefined
}

/** One part of a pipeline that runs. */
interface Part {
  readonly name: string
  /** Selector of its activity. */
  readonly selector: number
  readonly remove: () => Promise<void>
}

/** Session of a file or of the end of a pipe, and how it is given up once its user has it. */
interface End {
  readonly start: number
  readonly drop: () => Promise<void>
}

const isAccelerator = ([name]: readonly string[]): boolean => acceleratorLogics.some((logic) => logic === name)

/**
 * Runs a pipeline to its end: accelerators next to each other are connected without anything between them, others by pipes.
 * Gives the first exit code that is not success, and says on the serial line whose it is.
 *
 * Rejects: CallError NoFreeTile when there are too few tiles.
 */
export const runPipeline = async (context: Context, plan: PipelinePlan): Promise<number> => {
  const tiles = tilesFor(context, plan.commands)
  const pipes: NewPipe[] = []
  const ends: { readonly input: End | undefined; readonly output: End | undefined }[] = []
  let input: End | undefined = fileEnd(context, plan.input)
  for (const [index, command] of plan.commands.entries()) {
    const next = plan.commands[index + 1]
    if (next === undefined) {
      ends.push({ input, output: fileEnd(context, plan.output) })
    } else if (isAccelerator(command) && isAccelerator(next)) {
      ends.push({ input, output: undefined })
      input = undefined
    } else {
      if (plan.pipes === undefined) throw new CallError(codes.InvArgs, 'a pipeline of programs needs pipes')
      const pipe = await plan.pipes.create(pipeBytes)
      pipes.push(pipe)
      ends.push({ input, output: await pipeEnd(pipe, 'writer') })
      input = await pipeEnd(pipe, 'reader')
    }
  }

  const parts: Part[] = []
  const accelerators = new Map<number, Accelerator>()
  for (const [index, command] of plan.commands.entries())
    if (isAccelerator(command)) accelerators.set(index, await Accelerator.create(context, (tiles[index] as Place).tile))
  for (const [index, accelerator] of accelerators) {
    const { input: from, output: to } = ends[index] as (typeof ends)[number]
    const next = accelerators.get(index + 1)
    if (from !== undefined) await accelerator.readFrom(from.start)
    if (to !== undefined) await accelerator.writeTo(to.start)
    else if (next !== undefined) await accelerator.handTo(next)
  }
  for (const [index, command] of plan.commands.entries()) {
    const accelerator = accelerators.get(index)
    const { input: from, output: to } = ends[index] as (typeof ends)[number]
    if (accelerator === undefined) {
      parts.push(await launch(context, tiles[index] as Place, command, from?.start, to?.start))
      await from?.drop()
      await to?.drop()
    } else {
      await accelerator.start()
      const remove = async (): Promise<void> => {
        await accelerator.remove()
        await from?.drop()
        await to?.drop()
      }
      parts.push({ name: accelerator.logic, selector: accelerator.selector, remove })
    }
  }
  const result = await awaitAll(context, parts)
  for (const pipe of pipes) await pipe.close()
  return result
}

const fileEnd = (context: Context, start: number | undefined): End | undefined => {
  if (start === undefined) return undefined
  const drop = async (): Promise<void> => {
    await context.calls.revoke(start + 1)
    await context.calls.revoke(start)
  }
  return { start, drop }
}

const pipeEnd = async (pipe: NewPipe, which: 'reader' | 'writer'): Promise<End> => {
  const start = await pipe.end(which)
  return { start, drop: () => pipe.dropEnd(start) }
}

/** A tile that the program may use, with its memory. */
interface Place {
  readonly tile: FreeTile
  readonly memory: number
}

/** A tile for each command, of the kind that it needs. */
const tilesFor = (context: Context, commands: readonly (readonly string[])[]): readonly Place[] => {
  const memories = resourcesOf(context, 'tile memory')
  const free = resourcesOf(context, 'tile').map(({ selector, first, second }, index) => ({
    tile: { selector, id: Number(first), descriptor: second },
    memory: (memories[index] as Resource).selector,
  }))
  return commands.map((command) => {
    const wanted = isAccelerator(command) ? command[0] : undefined
    const index = free.findIndex(({ tile }) => logicOf(tile.descriptor) === wanted)
    const [found] = index === -1 ? [] : free.splice(index, 1)
    if (found === undefined) throw new CallError(codes.NoFreeTile, command[0])
    return found
  })
}

/** Starts a program on a tile, with clones of its files. */
const launch = async (
  context: Context,
  { tile, memory }: Place,
  args: readonly string[],
  stdin: number | undefined,
  stdout: number | undefined,
): Promise<Part> => {
  const name = args[0] ?? ''
  const child = await createChild(context, name, tile, new MemoryGate(context, memory))
  const given: Resource[] = []
  let next = Number(selectors.firstFree)
  const files: readonly (readonly [StandardFile, number | undefined])[] = [
    ['stdin', stdin],
    ['stdout', stdout],
  ]
  for (const [file, start] of files) {
    if (start === undefined) continue
    given.push(await giveFile(context, start, child, next, file))
    next += 2
  }
  const module = resource(context, 'module', name)
  const image = await new MemoryGate(context, module.selector).read(0, Number(module.first))
  await startChild(context, child, { image, args, firstSelector: next, data: encodeResources(given) })
  return { name, selector: child.selector, remove: () => context.calls.revoke(child.selector) }
}

/** Waits for all; gives the first exit code that is not success. */
const awaitAll = async (context: Context, parts: readonly Part[]): Promise<number> => {
  const running = [...parts]
  let result: number = codes.Success
  while (running.length > 0) {
    const acts = running.map(({ selector }) => selector)
    const { act, exitCode } = await context.calls.call(systemCalls.actWait, { event: 0, count: acts.length, acts })
    const index = running.findIndex(({ selector }) => BigInt(selector) === act)
    const [ended] = running.splice(index, 1)
    if (index === -1 || ended === undefined) throw new CallError(codes.NotFound, 'waiting for a pipeline')
    await ended.remove()
    if (exitCode === BigInt(codes.Success)) continue
    await context.print(`${ended.name} ended with ${codeName(Number(exitCode))}`)
    if (result === codes.Success) result = Number(exitCode)
  }
  return result
}
