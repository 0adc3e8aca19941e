/** The designs that `generate` knows by name. */
import { elaborate } from '#edsl'
import { network, router } from '#hdl/noc'
import { soc } from '#hdl/soc'
import { tcu } from '#hdl/tcu'
import { computeTile, memoryTile } from '#hdl/tile'
import type { Design } from '#ir'
import {
  type ComputeTile,
  defaultSystem,
  type MemoryTile,
  type RegisterMap,
  type SystemDescription,
  type SystemModule,
  systems,
  tcuRegisters,
} from '#layout'
import { type Network, planNetwork, type Plane } from '#topology'
import { didYouMean, UsageError } from './io.ts'

/** A design that can be generated. */
interface NamedDesign {
  /** One line for the help. */
  readonly summary: string
  readonly elaborate: () => Design
  /** The system, if the design is one. */
  readonly system?: SystemDescription
  /** Registers that software finds in it, if it is no system. */
  readonly maps?: readonly RegisterMap[]
}

const isOf =
  <Kind extends SystemModule['kind']>(kind: Kind) =>
  (module: SystemModule): module is Extract<SystemModule, { kind: Kind }> =>
    module.kind === kind

const parametersOf = ({ memoryBase, memoryBytes }: ComputeTile | MemoryTile) => ({
  memoryBase,
  memoryBytes,
  clockHz: defaultSystem.clockHz,
  sendTimeoutCycles: defaultSystem.sendTimeoutCycles,
})

const counts: Readonly<Record<SystemModule['kind'], string>> = {
  compute: 'compute tile',
  accelerator: 'accelerator tile',
  core: 'core tile',
  memory: 'memory tile',
  dram: 'memory tile before AXI4',
  host: 'host port',
}

/** What a system is made of, for the help. */
function summaryOf({ columns, rows, modules }: SystemDescription): string {
  const parts = Object.entries(counts).flatMap(([kind, title]) => {
    const count = modules.filter((module) => module.kind === kind).length
    return count === 0 ? [] : [`${count} ${title}${count === 1 ? '' : 's'}`]
  })
  return `the system ${columns}x${rows}: ${parts.join(', ')}`
}

/** The first router on the first plane. */
const routerOf = (plan: Network) => router(plan, 0, plan.planes[0] as Plane)

const [compute] = defaultSystem.modules.filter(isOf('compute'))
const [memory] = defaultSystem.modules.filter(isOf('memory'))

/** All designs by name; the first one is generated unless another is named. */
export const designs: Readonly<Record<string, NamedDesign>> = {
  soc: {
    summary: 'the default system: 2x2 star-mesh, kernel tile, three user tiles, memory tile, host port',
    elaborate: () => elaborate(soc(defaultSystem)),
    system: defaultSystem,
  },
  tcu: {
    summary: 'the trusted communication unit of a compute tile',
    elaborate: () => elaborate(tcu(parametersOf(compute as ComputeTile))),
    maps: [tcuRegisters],
  },
  'compute-tile': {
    summary: 'a tile with TCU and scratchpad, for a core of your own',
    elaborate: () => elaborate(computeTile(parametersOf(compute as ComputeTile))),
    maps: [tcuRegisters],
  },
  'memory-tile': {
    summary: 'a tile of on-chip memory',
    elaborate: () => elaborate(memoryTile(parametersOf(memory as MemoryTile))),
    maps: [tcuRegisters],
  },
  noc: {
    summary: 'routers and network interfaces of the default system',
    elaborate: () => elaborate(network(defaultSystem)),
  },
  router: {
    summary: 'a router of the default system',
    elaborate: () => elaborate(routerOf(planNetwork(defaultSystem))),
  },
  ...Object.fromEntries(
    [...systems.values()].map((system) => [
      system.name,
      { summary: summaryOf(system), elaborate: () => elaborate(soc(system)), system },
    ]),
  ),
}

/**
 * The system of that name.
 *
 * Rejects: UsageError when there is none.
 */
export const systemNamed = (name: string): SystemDescription => {
  const found = systems.get(name)
  if (found) return found
  const known = [...systems.keys()]
  throw new UsageError(`there is no system '${name}'; there are ${known.join(', ')}.${didYouMean(name, known)}`)
}

/**
 * The design of that name.
 *
 * Rejects: UsageError when there is none.
 */
export const designNamed = (name: string): NamedDesign => {
  const found = designs[name]
  if (found) return found
  const known = Object.keys(designs)
  throw new UsageError(`there is no design '${name}'; there are ${known.join(', ')}.${didYouMean(name, known)}`)
}
