/** Who runs where, and whether the configuration can be met. Source: services sections 5.2 and 5.3. */
import { acceleratorLogics } from '#layout'
import { logicOf } from '../library/accelerator.ts'
import { ConfigError } from './config.ts'
import type { AppConfig } from './config.ts'

/** A tile that root may give away. */
export interface Place {
  readonly id: number
  readonly name: string
  /** Types that it answers to. Services section 5.2. */
  readonly types: readonly string[]
}

const coreTypes = Object.freeze(['core', 'imem'])
const knownTypes: readonly string[] = [...coreTypes, ...acceleratorLogics]

/** What a tile of this descriptor answers to: exclusive scratchpad tiles, and accelerators by what they compute. */
export const typesOf = (descriptor: bigint): readonly string[] => {
  const logic = logicOf(descriptor)
  return logic === undefined ? coreTypes : [logic]
}

/** An application, its tile, and tiles that it may use itself. */
export interface Placement {
  readonly app: AppConfig
  readonly place: Place
  readonly extra: readonly Place[]
}

/** The system has fewer tiles than the configuration needs. */
export class TooFewTiles extends ConfigError {}

/**
 * Gives every application a tile: named ones first, then the first that is free, in the order of the file.
 *
 * Rejects: ConfigError.
 */
export const placeApps = (root: AppConfig, places: readonly Place[]): readonly Placement[] => {
  checkGates(root)
  checkServices(root)
  const free = new Set(places)
  const take = (wanted: string): Place | undefined => {
    const found = isType(wanted) ? [...free].find((place) => isOf(place, wanted)) : named(places, wanted)
    if (found !== undefined && !free.delete(found)) throw new ConfigError(`the tile ${found.name} is wanted twice`)
    return found
  }
  checkCores(root, places)
  const given = new Map(root.domains.filter(({ tile }) => !isType(tile)).map((domain) => [domain, take(domain.tile)]))
  const placed = root.domains.map((domain) => ({ domain, place: given.get(domain) ?? (take('core') as Place) }))
  return placed.map(({ domain: { app }, place }) => {
    const extra = app.tiles.flatMap(({ type, count: many, optional }) =>
      Array.from({ length: many }, () => {
        const found = take(type)
        if (found === undefined && !optional) throw tooFew(type, places)
        return found
      }),
    )
    return { app, place, extra: extra.filter((each) => each !== undefined) }
  })
}

/** There have to be tiles for all programs, and for those that they start. */
const checkCores = (root: AppConfig, all: readonly Place[]): void => {
  const places = all.filter((place) => isOf(place, 'core'))
  const needed = tilesNeeded(root)
  if (needed > places.length)
    throw new TooFewTiles(
      `the boot file needs ${count(needed, 'tile')} for its programs, but ${count(places.length, 'tile')} ` +
        `${places.length === 1 ? 'is' : 'are'} free (${places.map(({ name }) => name).join(', ')}; root has its own)`,
    )
}

const tooFew = (type: string, places: readonly Place[]): TooFewTiles => {
  const some = places.filter((place) => isType(type) && isOf(place, type)).map(({ name }) => name)
  const there =
    some.length === 0 ? 'there is none' : `there ${some.length === 1 ? 'is' : 'are'} only ${some.join(', ')}`
  return new TooFewTiles(`the boot file needs more tiles of type ${type}: ${there}`)
}

const count = (many: number, what: string): string => `${many} ${what}${many === 1 ? '' : 's'}`

const tilesNeeded = (root: AppConfig): number =>
  root.domains.reduce(
    (sum, { app }) =>
      sum + 1 + app.tiles.reduce((extra, each) => extra + (each.optional || !isCore(each.type) ? 0 : each.count), 0),
    0,
  )

const alternatives = (wanted: string): readonly (readonly string[])[] =>
  wanted.split('|').map((alternative) => alternative.split('+'))

const isType = (wanted: string): boolean =>
  alternatives(wanted).some((parts) => parts.every((part) => knownTypes.includes(part)))

const isOf = ({ types }: Place, wanted: string): boolean =>
  alternatives(wanted).some((parts) => parts.every((part) => types.includes(part)))

const isCore = (wanted: string): boolean =>
  alternatives(wanted).some((parts) => parts.every((part) => coreTypes.includes(part)))

const named = (places: readonly Place[], wanted: string): Place => {
  const found = places.find(({ name, id }) => name === wanted || (/^0x/.test(wanted) && id === Number(wanted)))
  if (found !== undefined) return found
  const types = [...new Set(places.flatMap((place) => place.types))]
  throw new ConfigError(
    `there is no tile '${wanted}' for a program; there are ${places.map(({ name }) => name).join(', ')}, ` +
      `and the types ${types.join(', ')}`,
  )
}

/** Every send gate has a receive gate, whose slots suffice for all credits. */
const checkGates = (root: AppConfig): void => {
  const apps = root.domains.map(({ app }) => app)
  const left = new Map<string, number>()
  for (const { globalName, slots } of apps.flatMap(({ receiveGates }) => receiveGates)) {
    if (left.has(globalName)) throw new ConfigError(`two receive gates have the name '${globalName}'`)
    left.set(globalName, slots)
  }
  for (const { line, globalName, credits } of apps.flatMap((app) =>
    app.sendGates.map((gate) => ({ ...gate, line: app.line })),
  )) {
    const slots = left.get(globalName)
    if (slots === undefined)
      throw new ConfigError(`the send gate '${globalName}' has no receive gate of that name`, line)
    if (credits > slots)
      throw new ConfigError(`the receive gate '${globalName}' has fewer slots than its senders credits`, line)
    left.set(globalName, slots - credits)
  }
}

/** Every session has a service of an application, and services have names of their own. */
const checkServices = (root: AppConfig): void => {
  const apps = root.domains.map(({ app }) => app)
  const names = apps.flatMap(({ services }) => services.map(({ globalName }) => globalName))
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new ConfigError(`two services have the name '${twice}'`)
  for (const { line, sessions } of apps)
    for (const { globalName } of sessions)
      if (!names.includes(globalName))
        throw new ConfigError(
          `the session '${globalName}' has no service of that name` +
            (names.length > 0 ? `; there are ${names.join(', ')}` : ''),
          line,
        )
}
