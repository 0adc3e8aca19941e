/** What has to be built for a system: its routers, their ports, and the turns that packets take. */
import { hostId, type SystemDescription, type SystemModule } from '#layout'
import { type ModulePlace, type Place, placeOf, route, type RouterPort, way } from './routing.ts'

/** A router of a planned network. */
export interface RouterPlan {
  readonly place: Place
  /** Ports at which packets enter, in the order of `portOrder`. */
  readonly inputs: readonly RouterPort[]
  /** Ports at which packets leave, in the same order. */
  readonly outputs: readonly RouterPort[]
  /** Whether any packet enters at one port and leaves at the other. */
  readonly turns: (from: RouterPort, to: RouterPort) => boolean
  /** The modules whose packets leave at a port: bit i stands for module id i. */
  readonly targets: (to: RouterPort) => bigint
}

/** A network before it is hardware. */
export interface NetworkPlan {
  readonly chip: number
  readonly routers: readonly RouterPlan[]
  /** The modules that exist: bit i stands for module id i. */
  readonly existing: bigint
  /** The module that packets for chip 0x3F go to. */
  readonly host: SystemModule | undefined
}

const portOrder: readonly RouterPort[] = ['east', 'west', 'north', 'south', 'module0', 'module1', 'module2', 'module3']

/**
 * Plans the network of a system: one router wherever packets pass, with the ports and turns that packets use.
 *
 * Rejects: RangeError naming the module, when an id is used twice or lies outside of the mesh, when two modules have one
 * name, when there is more than one host port, and when chip or size of the mesh do not fit the format of ids.
 * Source: NoC sections 1.1, 10.1, 10.2.
 */
export const planNetwork = (system: SystemDescription): NetworkPlan => {
  check(system)
  const places = system.modules.map(({ mod }) => placeOf(mod))
  const turns = new Map<string, Set<string>>()
  for (const source of places)
    for (const target of places)
      for (const { at, from, to } of way(source, target)) {
        const key = `${at.x},${at.y}`
        const known = turns.get(key) ?? new Set<string>()
        turns.set(key, known.add(`${from}>${to}`))
      }

  const routers: RouterPlan[] = []
  for (let y = 0; y < system.rows; y++)
    for (let x = 0; x < system.columns; x++) {
      const used = turns.get(`${x},${y}`)
      if (used) routers.push(planRouter({ x, y }, used, system.modules))
    }
  const host = system.modules.find(({ kind }) => kind === 'host')
  return { chip: system.chip, routers, existing: setOf(system.modules, () => true), host }
}

const planRouter = (place: Place, used: ReadonlySet<string>, modules: readonly SystemModule[]): RouterPlan => {
  const turns = (from: RouterPort, to: RouterPort): boolean => used.has(`${from}>${to}`)
  return {
    place,
    inputs: portOrder.filter((from) => portOrder.some((to) => turns(from, to))),
    outputs: portOrder.filter((to) => portOrder.some((from) => turns(from, to))),
    turns,
    targets: (to) => setOf(modules, (target) => route(place, target) === to),
  }
}

/** The ids of the modules that fulfil a condition, as a set of bits. */
const setOf = (modules: readonly SystemModule[], belongs: (place: ModulePlace) => boolean): bigint =>
  modules.reduce((set, { mod }) => (belongs(placeOf(mod)) ? set | (1n << BigInt(mod)) : set), 0n)

const check = ({ name, chip, columns, rows, modules }: SystemDescription): void => {
  const fault = (text: string): never => {
    throw new RangeError(`system ${name}: ${text}`)
  }
  const whole = (number: number, from: number, to: number): boolean =>
    Number.isInteger(number) && number >= from && number <= to

  if (!whole(columns, 1, 8) || !whole(rows, 1, 8))
    fault(`a mesh of ${columns} x ${rows} routers has no ids; use 1 to 8 columns and 1 to 8 rows`)
  if (!whole(chip, 0, hostId.chip - 1))
    fault(`chip ${chip} cannot be the own chip; use 0 to ${hostId.chip - 1}, ${hostId.chip} is the host`)
  if (modules.length === 0) fault('there is no module; add one to `modules`')

  const byId = new Map<number, string>()
  const names = new Set<string>()
  let host: string | undefined
  for (const { name: moduleName, kind, mod } of modules) {
    const id = `0x${mod.toString(16).padStart(2, '0')}`
    if (!whole(mod, 0, 255)) fault(`module ${moduleName} has the id ${mod}; use 0x00 to 0xff`)
    const { x, y } = placeOf(mod)
    if (x >= columns || y >= rows)
      fault(
        `module ${moduleName} with id ${id} is at router (${x}, ${y}), outside of the mesh of ${columns} x ${rows}; ` +
          'give it an id inside, or add columns or rows',
      )
    const other = byId.get(mod)
    if (other !== undefined)
      fault(`modules ${other} and ${moduleName} both have the id ${id}; give one of them another id`)
    if (names.has(moduleName)) fault(`two modules have the name ${moduleName}; rename one of them`)
    if (kind === 'host' && host !== undefined)
      fault(`${host} and ${moduleName} are both host ports, a system has one; take one of them out`)
    if (kind === 'host') host = moduleName
    byId.set(mod, moduleName)
    names.add(moduleName)
  }
}
