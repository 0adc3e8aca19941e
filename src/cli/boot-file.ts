/** Boot files: what lies in memory when the machine starts. Source: services section 5.2. */
import { readFileSync } from 'node:fs'
import { defaultSystem, descriptorOf, systems } from '#layout'
import type { SystemDescription, TileModule } from '#layout'
import { kernelMemoryArgument, nocIdOf } from '#kernel'
import type { BootFiles, ModuleFile } from '#kernel'
import {
  ConfigError,
  configModule,
  imageOf,
  muxProgram,
  parseApp,
  parseXml,
  placeApps,
  tileNamesModule,
  TooFewTiles,
  typesOf,
  XmlError,
} from '#services'
import type { AppConfig, Element, Place } from '#services'
import { readModule } from './boot-modules.ts'
import { systemNamed } from './designs.ts'
import { didYouMean, UsageError } from './io.ts'

/**
 * Reads a boot file and makes sure that its system can run it: the one named by `systemName`, else by the attribute `system`
 * of `<config>`, else the default.
 *
 * Rejects: UsageError, for whoever wrote the file.
 */
export const readBootFile = async (path: string, systemName?: string): Promise<BootFiles> => {
  const text = readText(path)
  try {
    return await bootFiles(path, text, parseXml(text), systemName)
  } catch (reason) {
    if (reason instanceof XmlError) throw new UsageError(withLine(path, text, reason))
    if (reason instanceof ConfigError) {
      const line = reason.line === undefined ? '' : `:${reason.line + linesBeforeRoot(text)}`
      throw new UsageError(`${path}${line}: ${reason.message}`)
    }
    throw reason
  }
}

const readText = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch (reason) {
    const code = (reason as NodeJS.ErrnoException).code
    const why = { ENOENT: 'there is no such file', EISDIR: 'this is a directory', EACCES: 'it may not be read' }
    throw new UsageError(`${path}: ${why[code as keyof typeof why] ?? (reason as Error).message}`)
  }
}

const withLine = (path: string, text: string, { message, line, column }: XmlError): string => {
  const source = text.split('\n')[line - 1] ?? ''
  const number = String(line)
  const gutter = ' '.repeat(number.length)
  const caret = `${' '.repeat(Math.max(0, Math.min(column, source.length) - 1))}^`
  return `${path}:${line}:${column}: this is not XML: ${message}\n\n ${number} | ${source}\n ${gutter} | ${caret}`
}

const bootFiles = async (
  path: string,
  text: string,
  elements: readonly Element[],
  systemName: string | undefined,
): Promise<BootFiles> => {
  const config = elements.find(({ name }) => name === 'config')
  if (config === undefined) throw new ConfigError('a boot file starts with <config>')
  for (const { name } of config.children)
    if (!['kernel', 'mods', 'dom'].includes(name))
      throw new ConfigError(`<${name}> cannot stand inside <config>; <kernel>, <mods>, <dom> can`)
  const strange = Object.keys(config.attributes).find((name) => name !== 'system')
  if (strange !== undefined) throw new ConfigError(`<config> has no attribute '${strange}'; it knows system`)
  const system = systemNamed(systemName ?? config.attributes.system ?? defaultSystem.name)
  const kernel = config.children.find(({ name }) => name === 'kernel')
  const kernelArgs = (kernel?.attributes.args ?? 'kernel').split(/\s+/).filter((word) => word !== '')
  checkKernelArgs(kernelArgs)
  const appText = rootAppText(text)
  const app = parseApp(appText)
  if (app.args[0] !== 'root') throw new ConfigError(`the first application is root, not '${app.args[0] ?? ''}'`)
  const modules: ModuleFile[] = []
  for (const element of config.children.filter(({ name }) => name === 'mods').flatMap(({ children }) => children))
    modules.push(await readModule(element, path))
  checkModules(
    app,
    modules.map(({ name }) => name),
  )
  place(app, system)
  return { system, kernelArgs, modules: [...systemModules(appText, system), ...modules] }
}

/** Makes sure that there are tiles for all programs; says which systems have them otherwise. */
const place = (app: AppConfig, system: SystemDescription): void => {
  try {
    placeApps(app, placesOf(system))
  } catch (reason) {
    if (!(reason instanceof TooFewTiles)) throw reason
    const larger = [...systems.values()].filter((each) => isEnough(app, each)).map(({ name }) => name)
    if (larger.length === 0) throw reason
    throw new ConfigError(`${reason.message}; enough has <config system="${larger[0] as string}">, or --system`)
  }
}

const isEnough = (app: AppConfig, system: SystemDescription): boolean => {
  try {
    placeApps(app, placesOf(system))
    return true
  } catch (reason) {
    if (reason instanceof ConfigError) return false
    throw reason
  }
}

/** Root takes the first tile. */
const placesOf = (system: SystemDescription) => userTiles(system).slice(1)

const checkKernelArgs = (args: readonly string[]): void => {
  try {
    kernelMemoryArgument(args)
  } catch (reason) {
    throw new ConfigError((reason as RangeError).message)
  }
}

/** The text with its comments blanked; lines stay where they are. */
const withoutComments = (text: string): string =>
  text.replace(/<!--[\s\S]*?-->/g, (comment) => comment.replace(/[^\n]/g, ' '))

const rootApp = /<app\b/

/** What the lines of the root application are counted from. */
const linesBeforeRoot = (text: string): number =>
  text.slice(0, Math.max(0, withoutComments(text).search(rootApp))).split('\n').length - 1

/** The root application's element as it was written; only this part of the file reaches the machine. */
const rootAppText = (text: string): string => {
  const visible = withoutComments(text)
  const start = visible.search(rootApp)
  if (start === -1) throw new ConfigError('a boot file needs <dom><app args="root">...</app></dom>')
  const end = visible.lastIndexOf('</app>')
  return end === -1 ? visible.slice(start, visible.indexOf('/>', start) + 2) : visible.slice(start, end + 6)
}

/** Every application and every module that an application uses is in the list of modules, once. */
const checkModules = (root: AppConfig, names: readonly string[]): void => {
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new ConfigError(`two modules have the name '${twice}'`)
  for (const { app } of root.domains)
    for (const name of [app.args[0] as string, ...app.modules.map(({ globalName }) => globalName)])
      if (!names.includes(name))
        throw new ConfigError(
          `there is no module '${name}' for a program; <mods> has ${names.join(', ')}.${didYouMean(name, names)}`,
        )
}

/** Tiles that root may use: those for programs first, among which the first is its own, then accelerators. */
const userTiles = (system: SystemDescription): readonly Place[] => {
  const programs = system.modules.filter((each) => each.kind === 'compute' && each.role === 'user')
  const accelerators = system.modules.filter((each) => each.kind === 'accelerator')
  return [...programs, ...accelerators].map((each) => ({
    id: nocIdOf(system, each),
    name: each.name,
    types: typesOf(descriptorOf(each as TileModule)),
  }))
}

const systemModules = (appText: string, system: SystemDescription): readonly ModuleFile[] => {
  const encoder = new TextEncoder()
  const names = userTiles(system).map(({ id, name }) => `${id} ${name}`)
  return [
    { name: configModule, contents: encoder.encode(appText) },
    { name: tileNamesModule, contents: encoder.encode(names.join('\n')) },
    { name: muxProgram, contents: imageOf(muxProgram) },
    { name: 'root', contents: imageOf('root') },
  ]
}
