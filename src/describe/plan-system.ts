/** From a description to a network, and to the system that hardware and model are built from. NoC section 13. */
import { memoryOffset, type NetworkChoice, type SystemDescription, type SystemModule } from '#layout'
import { type Network, NetworkError, type NetworkFault, planNetwork, type UnsafeCheck } from '#topology'
import { DescriptionError, type DescriptionFault } from './description-error.ts'
import { placeModules, type PlacedModule } from './place-modules.ts'
import type { FullDescription } from './schema.ts'

/** A described system, planned. */
export interface PlannedSystem {
  readonly description: FullDescription
  readonly modules: readonly PlacedModule[]
  readonly network: Network
}

/**
 * Gives every module a router and an id, and plans the network.
 *
 * Rejects: DescriptionError with all mistakes; one with a circle of waiting packets has the circle.
 */
export const planSystem = (description: FullDescription, unsafe: readonly UnsafeCheck[] = []): PlannedSystem => {
  const modules = placeModules(description)
  const { classes, ...choice } = description.network
  const network: NetworkChoice = { ...choice, ...(classes === 'auto' ? {} : { classes }) }
  try {
    const planned = planNetwork(
      {
        name: description.name,
        chip: description.chip,
        modules: modules.map(({ name, mod, router, from }) => ({
          name,
          mod,
          kind: 'kind' in from ? from.kind : 'host',
          router,
        })),
        network,
      },
      { unsafe },
    )
    return { description, modules, network: planned }
  } catch (reason) {
    if (reason instanceof NetworkError) throw new DescriptionError(reason.faults.map((fault) => placed(fault, modules)))
    throw reason
  }
}

/** Paths of the planner, `modules[3].mod`, as those of the description: `tiles[3].id`. */
const placed = (fault: NetworkFault, modules: readonly PlacedModule[]): DescriptionFault => {
  const [whole, index, rest] = /^modules\[(\d+)\](.*)$/.exec(fault.path) ?? []
  const path = modules[Number(index)]?.path
  if (whole === undefined || path === undefined) return fault.path === 'modules' ? { ...fault, path: 'tiles' } : fault
  return { ...fault, path: `${path}${(rest ?? '').replace('.mod', '.id')}` }
}

/**
 * The system for hardware and model.
 *
 * Rejects: DescriptionError NOC-0303 with the modules that a whole system cannot have yet.
 */
export const systemOf = ({ description, modules, network }: PlannedSystem): SystemDescription => {
  const faults: DescriptionFault[] = []
  const built = modules.flatMap(({ from, name, mod, path }): readonly SystemModule[] => {
    if (from.clockHz !== undefined && from.clockHz !== description.clockHz)
      faults.push({
        code: 'NOC-0303',
        path: `${path}.clockHz`,
        message: `module ${name} has a clock of its own, and a whole system has one clock`,
        fix: 'leave it out, or put the system together from its parts',
      })
    if (!('kind' in from)) return [{ kind: 'host', name, mod }]
    switch (from.kind) {
      case 'compute': {
        const { memoryBase = memoryOffset, memoryBytes, role } = from
        return [{ kind: 'compute', name, mod, memoryBase, memoryBytes, role }]
      }
      case 'accelerator': {
        const { logic, memoryBytes } = from
        if (logic !== undefined)
          return [{ kind: 'accelerator', name, mod, memoryBase: memoryOffset, memoryBytes, logic }]
        faults.push({
          code: 'NOC-0303',
          path,
          message: `the accelerator ${name} does not say what it computes`,
          fix: 'add `logic`',
        })
        return []
      }
      case 'memory':
        return [{ kind: 'memory', name, mod, memoryBase: from.memoryBase, memoryBytes: from.memoryBytes }]
      default:
        faults.push({
          code: 'NOC-0303',
          path: `${path}.kind`,
          message: `a whole system is made of compute, accelerator and memory tiles and a host, and ${name} is of kind '${from.kind}'`,
          fix: 'take it out, or put the system together from its parts',
        })
        return []
    }
  })
  if (faults.length > 0) throw new DescriptionError(faults)
  const { topology } = network.parameters
  const grid = topology.kind === 'mesh' || topology.kind === 'torus'
  return {
    name: description.name,
    chip: description.chip,
    columns: grid ? topology.columns : 8,
    rows: grid ? topology.rows : 8,
    clockHz: description.clockHz,
    sendTimeoutCycles: description.sendTimeoutCycles,
    modules: built,
    network: network.parameters,
  }
}
