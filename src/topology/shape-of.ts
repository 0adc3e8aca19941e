/** Picks the shape of a topology. */
import type { NetworkParameters } from '#layout'
import { tableShape, upDownShape } from './custom.ts'
import type { NetworkModule } from './description.ts'
import { meshShape } from './mesh.ts'
import type { Shape } from './shape.ts'
import { ringShape, starShape, torusShape } from './torus.ts'

/** The shape that the parameters ask for. They have been checked. */
export const shapeOf = (
  { topology, routing, linkStages }: NetworkParameters,
  modules: readonly NetworkModule[],
): Shape => {
  switch (topology.kind) {
    case 'mesh':
      return meshShape(topology.columns, topology.rows, routing, linkStages)
    case 'torus':
      return torusShape(topology.columns, topology.rows, routing, linkStages)
    case 'ring':
      return ringShape(topology.routers, routing, linkStages)
    case 'star':
      return starShape()
    case 'custom':
      return routing === 'table'
        ? tableShape(topology, modules, linkStages)
        : upDownShape(topology, modules, linkStages)
  }
}
