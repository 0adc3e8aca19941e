/** Mistakes in the modules of a description: ids, names, places, kinds. Source: NoC sections 1.1, 2.8, 10.1, 10.7. */
import { hostId, type MessageClass, type NetworkParameters } from '#layout'
import type { NetworkDescription, NetworkModule } from './description.ts'
import { placeOf, showMod } from './mod-id.ts'
import { type ModuleKind, registersKind } from './module-kinds.ts'
import type { NetworkFault } from './network-error.ts'
import { ringPlace } from './torus.ts'

/** All kinds of modules that a plan may use, by name. */
export type ModuleKinds = Readonly<Record<string, ModuleKind>>

/** All mistakes in chip, ids, names, places and kinds. */
export const checkModules = (
  { chip, modules }: NetworkDescription,
  parameters: NetworkParameters,
  kinds: ModuleKinds,
): readonly NetworkFault[] => {
  const faults: NetworkFault[] = []
  const add = (code: string, path: string, message: string, fix: string): void =>
    void faults.push({ code, path, message, fix })

  if (!Number.isInteger(chip) || chip < 0 || chip >= hostId.chip)
    add(
      'NOC-0109',
      'chip',
      `chip ${chip} cannot be the own chip`,
      `use 0 to ${hostId.chip - 1}, ${hostId.chip} is the host`,
    )
  if (modules.length === 0) add('NOC-0108', 'modules', 'there is no module', 'add one to `modules`')

  const byId = new Map<number, string>()
  const names = new Set<string>()
  let host: string | undefined
  for (const [index, module] of modules.entries()) {
    const { name, kind, mod } = module
    const path = `modules[${index}]`
    if (!Number.isInteger(mod) || mod < 0 || mod > 255) {
      add('NOC-0107', `${path}.mod`, `module ${name} has the id ${mod}`, 'use 0x00 to 0xff')
      continue
    }
    const other = byId.get(mod)
    if (other !== undefined)
      add(
        'NOC-0107',
        `${path}.mod`,
        `modules ${other} and ${name} both have the id ${showMod(mod)}`,
        'give one of them another id',
      )
    if (names.has(name)) add('NOC-0107', `${path}.name`, `two modules have the name ${name}`, 'rename one of them')
    if (kind === 'host' && host !== undefined)
      add(
        'NOC-0109',
        `${path}.kind`,
        `${host} and ${name} are both host ports, a system has one`,
        'take one of them out',
      )
    if (kind === 'host') host = name
    byId.set(mod, name)
    names.add(name)
    faults.push(...placeFaults(module, path, parameters), ...kindFaults(module, path, parameters, kinds))
  }
  return faults
}

const placeFaults = (module: NetworkModule, path: string, { topology }: NetworkParameters): readonly NetworkFault[] => {
  const { name, mod, router } = module
  const { x, y } = placeOf(mod)
  const outside = (text: string, fix: string): readonly NetworkFault[] => [
    { code: 'NOC-0108', path: topology.kind === 'custom' ? `${path}.router` : `${path}.mod`, message: text, fix },
  ]
  switch (topology.kind) {
    case 'mesh':
    case 'torus':
      return x < topology.columns && y < topology.rows
        ? []
        : outside(
            `module ${name} with id ${showMod(mod)} is at router (${x}, ${y}), outside of the ${topology.kind} of ` +
              `${topology.columns} x ${topology.rows}`,
            'give it an id inside, or add columns or rows',
          )
    case 'ring': {
      const last = ringPlace(topology.routers - 1)
      return y * 8 + x < topology.routers
        ? []
        : outside(
            `module ${name} with id ${showMod(mod)} is at router ${y * 8 + x}, behind the last router ` +
              `${topology.routers - 1} with x = ${last.x}, y = ${last.y}`,
            'give it an id at one of the routers, or add routers',
          )
    }
    case 'star':
      return []
    case 'custom':
      return router !== undefined && topology.routers.includes(router)
        ? []
        : outside(
            router === undefined
              ? `module ${name} names no router`
              : `module ${name} is at '${router}', which is no router`,
            `give it one of ${topology.routers.join(', ')}`,
          )
  }
}

const kindFaults = (
  { name, kind }: NetworkModule,
  path: string,
  { classes, guards }: NetworkParameters,
  kinds: ModuleKinds,
): readonly NetworkFault[] => {
  const known = Object.hasOwn(kinds, kind) && kind !== registersKind ? kinds[kind] : undefined
  if (!known) {
    const names = Object.keys(kinds).filter((each) => each !== registersKind)
    return [
      {
        code: 'NOC-0110',
        path: `${path}.kind`,
        message: `nobody has declared what a module of kind '${kind}' waits for`,
        fix: `use one of ${names.join(', ')}, or declare it in \`kinds\``,
      },
    ]
  }
  const faults: NetworkFault[] = []
  for (let each = 0; each < classes; each++)
    // The type asks for all of them; JavaScript and data do not.
    if ((known.waits as Partial<ModuleKind['waits']>)[each as MessageClass] === undefined)
      faults.push({
        code: 'NOC-0110',
        path: `${path}.kind`,
        message: `the kind '${kind}' of module ${name} does not declare what taking a packet of class ${each} waits for`,
        fix: `add \`waits[${each}]\` to the kind, empty if it waits for nothing`,
      })
  if (guards.rx === 0 && known.sinks !== 'bounded')
    faults.push({
      code: 'NOC-0113',
      path: 'network.guards.rx',
      message: `guards.rx is 0 (off), and module ${name} of kind '${kind}' may refuse packets for ever`,
      fix: 'give a number of cycles; off is for modules that take every packet within a bound',
    })
  return faults
}

/** The classes that the modules need. NoC R-CLASS-2. */
export const neededClasses = (modules: readonly NetworkModule[], kinds: ModuleKinds): 1 | 2 | 3 | 4 =>
  modules.reduce<1 | 2 | 3 | 4>((most, { kind }) => {
    const needs = (Object.hasOwn(kinds, kind) ? kinds[kind]?.needs : undefined) ?? 1
    return needs > most ? needs : most
  }, 1)

/** Fewer classes than the modules need. */
export const checkClasses = (
  { modules }: NetworkDescription,
  { classes }: NetworkParameters,
  kinds: ModuleKinds,
): readonly NetworkFault[] => {
  const needed = neededClasses(modules, kinds)
  if (classes >= needed) return []
  const why = modules.find(({ kind }) => (kinds[kind]?.needs ?? 1) === needed)
  return [
    {
      code: 'NOC-0105',
      path: 'network.classes',
      message:
        `${classes} message class${classes === 1 ? ' is' : 'es are'} not enough: module ${why?.name} of kind ` +
        `'${why?.kind}' needs ${needed}`,
      fix: `use ${needed} classes, or leave \`classes\` out`,
    },
  ]
}
