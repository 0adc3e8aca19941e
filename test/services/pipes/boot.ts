/** Runs programs on tiles of their own, with ends of one pipe. */
import { CallError, codeName, selectors } from '../../../src/kernel/index.ts'
import type { Context, Program } from '../../../src/services/index.ts'
import type { File } from '../../../src/services/file/file.ts'
import { giveFile, openStandard } from '../../../src/services/file/files-of-children.ts'
import { createChild, startChild, waitForChild } from '../../../src/services/library/child.ts'
import type { Child } from '../../../src/services/library/child.ts'
import { MemoryGate } from '../../../src/services/library/memory-gate.ts'
import { encodeResources, resource, resourcesOf } from '../../../src/services/library/resources.ts'
import type { Resource } from '../../../src/services/library/resources.ts'
import { PipesClient } from '../../../src/services/pipes/client.ts'
import type { NewPipe } from '../../../src/services/pipes/client.ts'
import { bootFiles } from '../m3fs/boot.ts'
import type { FilesBoot, FilesRun } from '../m3fs/boot.ts'

/** A program with one end of the pipe; its result is kept. */
export interface PipeUser {
  readonly end: 'reader' | 'writer'
  readonly main: (file: File, context: Context) => Promise<unknown>
}

export interface PipeRun extends FilesRun {
  /** What programs gave; the name of the error when they rejected with one. */
  readonly results: Readonly<Record<string, unknown>>
}

const serverWith = (args: string): string =>
  `<dom><app args="pipes ${args}" daemon="1"><serv name="pipes"/></app></dom>`

export const server = serverWith('')

/** A program of a test gives up and keeps its files open, as if it crashed. */
export class Crash extends Error {}

export interface PipeOptions {
  /** Runs in the program that made the pipe, when all users are started. */
  readonly meanwhile?: (pipe: NewPipe, context: Context) => Promise<void>
  readonly limitCycles?: number
  /** Stands around the users and `maker`: may let them die. */
  readonly around?: (name: string, main: Program['main']) => Program['main']
  /** A program beside them that has a session "pipes". */
  readonly beside?: Program['main']
  /** Arguments of the server. */
  readonly serverArgs?: string
  readonly on?: Pick<FilesBoot, 'platform' | 'system'>
}

/** Starts users in their order with a pipe of `bytes` bytes, made by a program `maker`. */
export const runPipe = async (
  bytes: number,
  users: Readonly<Record<string, PipeUser>>,
  {
    meanwhile,
    limitCycles = 4_000_000,
    around = (_, main) => main,
    beside,
    serverArgs = '',
    on = {},
  }: PipeOptions = {},
): Promise<PipeRun> => {
  const results: Record<string, unknown> = {}
  const names = Object.keys(users)
  const user =
    (name: string, { end, main }: PipeUser) =>
    async (context: Context): Promise<number> => {
      try {
        const file = await openStandard(context, end === 'reader' ? 'stdin' : 'stdout')
        results[name] = await main(file, context)
        await file.close()
        return 0
      } catch (reason) {
        if (reason instanceof Crash) return crashed
        if (!(reason instanceof CallError)) throw reason
        results[name] = codeName(reason.code)
        return reason.code
      }
    }
  const maker = async (context: Context): Promise<number> => {
    const service = await PipesClient.open(context)
    const pipe = await service.create(bytes)
    const ends = { reader: await pipe.end('reader'), writer: await pipe.end('writer') }
    const running: Child[] = []
    for (const [index, name] of names.entries()) {
      const { end } = users[name] as PipeUser
      running.push(await launch(context, index, name, end === 'reader' ? 'stdin' : 'stdout', ends[end]))
    }
    await pipe.dropEnd(ends.reader)
    await pipe.dropEnd(ends.writer)
    await meanwhile?.(pipe, context)
    while (running.length > 0) {
      const { child } = await waitForChild(context, running)
      running.splice(running.indexOf(child), 1)
      await context.calls.revoke(child.selector)
    }
    await service.close()
    return 0
  }
  const modules = names.map((name) => `<mod name="${name}"/>`).join('')
  const tiles = names.length === 0 ? '' : `<tiles type="core" count="${names.length}"/>`
  const apps = [`<app args="maker"><sess name="pipes"/>${modules}${tiles}</app>`]
  if (beside !== undefined) apps.push('<app args="beside"><sess name="pipes"/></app>')
  const mains = { maker, ...Object.fromEntries(names.map((name) => [name, user(name, users[name] as PipeUser)])) }
  const programs = Object.fromEntries(Object.entries(mains).map(([name, main]) => [name, around(name, main)]))
  const run = await bootFiles({
    config: serverWith(serverArgs) + apps.map((app) => `<dom>${app}</dom>`).join(''),
    uses: ['pipes'],
    limitCycles,
    ...on,
    programs: { ...programs, ...(beside === undefined ? {} : { beside }) },
  })
  return { ...run, results }
}

const crashed = 55

const launch = async (
  context: Context,
  index: number,
  name: string,
  file: 'stdin' | 'stdout',
  start: number,
): Promise<Child> => {
  const { selector, first, second } = resourcesOf(context, 'tile')[index] as Resource
  const memory = new MemoryGate(context, (resourcesOf(context, 'tile memory')[index] as Resource).selector)
  const child = await createChild(context, name, { selector, id: Number(first), descriptor: second }, memory)
  const own = Number(selectors.firstFree)
  const given = await giveFile(context, start, child, own, file)
  const module = resource(context, 'module', name)
  const image = await new MemoryGate(context, module.selector).read(0, Number(module.first))
  await startChild(context, child, { image, args: [name], firstSelector: own + 2, data: encodeResources([given]) })
  return child
}

/** Lets cycles pass until something in the test is so. */
export const until = async (context: Context, isSo: () => boolean): Promise<void> => {
  while (!isSo()) await context.pause(50)
}

/** Enough cycles for a request that does not have to wait to be answered. */
export const aWhile = 4000
