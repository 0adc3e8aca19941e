/** Boots root, file servers and programs of a test on a platform, and gives the images as they are afterwards. */
import { kernelTileProgram, tilesOf } from '../../../src/kernel/index.ts'
import { defaultSystem } from '../../../src/layout/index.ts'
import type { SystemDescription, SystemModule } from '../../../src/layout/index.ts'
import { createModelPlatform } from '../../../src/model/index.ts'
import type { Platform } from '../../../src/model/index.ts'
import {
  bootRom,
  configModule,
  imageOf,
  muxProgram,
  programs as registered,
  tileNamesModule,
} from '../../../src/services/index.ts'
import type { Program } from '../../../src/services/index.ts'

export interface FilesBoot {
  /** What stands inside the root application. */
  readonly config: string
  /** Programs of the test by name, beside those that are registered. */
  readonly programs?: Readonly<Record<string, Program['main']>>
  /** Registered programs beside root, by name; the file server without. */
  readonly uses?: readonly string[]
  readonly images?: Readonly<Record<string, Uint8Array>>
  readonly platform?: (system: SystemDescription) => Platform | Promise<Platform>
  readonly system?: SystemDescription
  readonly limitCycles?: number
  /** Words behind root's name. */
  readonly rootArgs?: string
}

export interface FilesRun {
  readonly cycles: number
  readonly printed: string
  readonly exits: Readonly<Record<string, number>>
  /** Images as the run left them. */
  readonly images: Readonly<Record<string, Uint8Array>>
}

/** The default system with more tiles for programs and more memory. */
const largeSystem = (memoryBytes = 8 << 20): SystemDescription => {
  const more = [0x01, 0x21, 0x02, 0x22, 0x03].map((mod, index): SystemModule => ({
    kind: 'compute',
    name: `user${index + 4}`,
    mod,
    memoryBase: 0x1000_0000,
    memoryBytes: 256 * 1024,
    role: 'user',
  }))
  const modules = defaultSystem.modules.map((module) =>
    module.kind === 'memory' ? { ...module, memoryBytes } : module,
  )
  return { ...defaultSystem, name: 'soc_large', modules: [...modules, ...more] }
}

/** A file server in a configuration, and a program with a session there. */
export const server = (args = '', name = 'm3fs', module = 'fs'): string =>
  `<dom><app args="m3fs ${args} mem" daemon="1"><mod name="${module}"/><serv name="${name}"/></app></dom>`
export const client = (name: string, args = ''): string =>
  `<dom><app args="${name}"><sess name="m3fs" args="${args}"/></app></dom>`

const pageBytes = 4096

export const bootFiles = async (boot: FilesBoot): Promise<FilesRun> => {
  const system = boot.system ?? largeSystem()
  const own = Object.entries(boot.programs ?? {}).map(([name, main]): Program => ({ name, summary: '', main }))
  const programs = new Map([...registered, ...own.map((program) => [program.name, program] as const)])
  const encoder = new TextEncoder()
  const users = tilesOf(system).filter((module) => module.kind === 'compute' && module.role === 'user')
  const modules = [
    { name: configModule, contents: encoder.encode(`<app args="root ${boot.rootArgs ?? ''}">${boot.config}</app>`) },
    { name: tileNamesModule, contents: encoder.encode(users.map(({ mod, name }) => `${mod} ${name}`).join('\n')) },
    ...[muxProgram, 'root', ...(boot.uses ?? ['m3fs']), ...own.map(({ name }) => name)].map((name) => ({
      name,
      contents: imageOf(name),
    })),
    ...Object.entries(boot.images ?? {}).map(([name, contents]) => ({ name, contents })),
  ]
  const exits: Record<string, number> = {}
  const rom = bootRom(programs, {
    ended: (_, program, exitCode) => {
      exits[program] = exitCode
    },
  })
  await using platform = await (boot.platform ?? ((described) => createModelPlatform(described, { seed: 1 })))(system)
  const compute = system.modules.filter((module) => module.kind === 'compute')
  const kernel = kernelTileProgram({ system, kernelArgs: ['kernel'], modules })
  let printed = ''
  const { cycles } = await platform.run(
    new Map(compute.map(({ name, role }) => [name, role === 'kernel' ? kernel : rom])),
    {
      limitCycles: boot.limitCycles ?? 20_000_000,
      start: 'kernel',
      until: 'kernel',
      onPrint: ({ text }) => {
        printed += text
      },
    },
  )
  const images: Record<string, Uint8Array> = {}
  const memory = system.modules.find(({ kind }) => kind === 'memory')?.name ?? ''
  let at = 0
  for (const { name, contents } of modules) {
    if (name in (boot.images ?? {})) images[name] = platform.peekMemory(memory, at, contents.length)
    at = Math.ceil((at + contents.length) / pageBytes) * pageBytes
  }
  return { cycles, printed, exits, images }
}
