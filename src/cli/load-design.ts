/** Designs named on the command line: those of the catalogue, and those in a file of the user's. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { elaborate } from '#edsl'
import type { Design } from '#ir'
import { soc } from '#hdl/soc'
import { checkDescription, planSystem, systemOf } from '#describe'
import { hostRegisters, type RegisterMap, type SystemDescription, tcuRegisters } from '#layout'
import { designNamed, designs } from './designs.ts'
import { didYouMean, UsageError } from './io.ts'
import { isSystemFile, readSystemFile } from './system-file.ts'

/** For the help of commands that take a design. */
export const designArgumentHelp = [
  '',
  'Designs:',
  ...Object.entries(designs).map(([name, { summary }]) => `  ${name.padEnd(14)}${summary}`),
  `  ${'FILE.ts:NAME'.padEnd(14)}what FILE.ts exports under NAME: a module, or a function without arguments that makes one`,
  `  ${'FILE.json'.padEnd(14)}the system that FILE.json describes, see \`tessera noc\``,
  '',
].join('\n')

/** A design, and what is known of it besides. */
export interface LoadedDesign {
  readonly design: Design
  readonly maps: readonly RegisterMap[]
  readonly system: SystemDescription | undefined
}

/**
 * The design of that name, elaborated.
 *
 * Rejects: UsageError when there is no such design, file or export; DesignError when it has mistakes.
 */
export const loadDesign = async (name: string): Promise<Design> => (await loadProject(name)).design

/** As `loadDesign`, with the system and the register maps that the design has. */
export const loadProject = async (name: string): Promise<LoadedDesign> => {
  if (isSystemFile(name)) return ofSystem(systemOf((await readSystemFile(name)).plan()))
  const inFile = /^(.+\.[cm]?[jt]s)(?::([\w$]+))?$/.exec(name)
  if (inFile !== null)
    return { design: elaborate(await definitionIn(inFile[1] as string, inFile[2])), maps: [], system: undefined }
  const { elaborate: make, system, maps = [] } = designNamed(name)
  return system === undefined ? { design: make(), maps, system } : ofSystem(system)
}

/** The system that a description makes. Rejects: DescriptionError with its mistakes. */
export const projectOf = (description: unknown): LoadedDesign =>
  ofSystem(systemOf(planSystem(checkDescription(description))))

const ofSystem = (system: SystemDescription): LoadedDesign => {
  const hosts = system.modules.filter((module) => module.kind === 'host')
  const bridged = hosts.some(({ link = 'flits' }) => link !== 'flits')
  return { design: elaborate(soc(system)), maps: [tcuRegisters, ...(bridged ? [hostRegisters] : [])], system }
}

interface Definition {
  readonly name: string
  readonly ports: object
  readonly body: unknown
}

const isDefinition = (value: unknown): value is Definition =>
  typeof value === 'object' && value !== null && 'ports' in value && 'name' in value

const definitionIn = async (file: string, wanted: string | undefined): Promise<Definition> => {
  const path = resolve(file)
  if (!existsSync(path)) throw new UsageError(`${file}: there is no such file`)
  const exported = (await import(pathToFileURL(path).href)) as Readonly<Record<string, unknown>>
  const usable = Object.keys(exported).filter((key) => isDefinition(exported[key]) || isMaker(exported[key]))
  const name = wanted ?? (usable.length === 1 ? usable[0] : undefined)
  if (name === undefined)
    throw new UsageError(
      usable.length === 0
        ? `${file} exports no module`
        : `${file} exports several modules; say which: ${usable.map((each) => `${file}:${each}`).join(', ')}`,
    )
  const value = exported[name]
  const made: unknown = isMaker(value) ? value() : value
  if (isDefinition(made)) return made
  if (value === undefined)
    throw new UsageError(`${file} exports no '${name}'; it has ${usable.join(', ')}.${didYouMean(name, usable)}`)
  throw new UsageError(`'${name}' in ${file} is no module, and no function without arguments that makes one`)
}

/** Whether it can be called for a module without arguments. */
const isMaker = (value: unknown): value is () => unknown => typeof value === 'function' && value.length === 0
