/** From a description to a network, and to the system that hardware and model are built from. NoC section 13. */
import type { NetworkChoice } from '#layout'
import { type Network, NetworkError, type NetworkFault, planNetwork, type UnsafeCheck } from '#topology'
import { DescriptionError, type DescriptionFault } from './description-error.ts'
import { checkNames } from './check-names.ts'
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
  const wrongNames = checkNames(description)
  if (wrongNames.length > 0) throw new DescriptionError(wrongNames)
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
