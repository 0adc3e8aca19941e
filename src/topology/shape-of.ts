/** Picks the shape of a topology. */
import type { NetworkParameters } from '#layout'
import { meshShape } from './mesh.ts'
import type { Shape } from './shape.ts'

/** The shape that the parameters ask for. They have been checked. */
export const shapeOf = ({ topology, routing, linkStages }: NetworkParameters): Shape => {
  switch (topology.kind) {
    case 'mesh':
      return meshShape(topology.columns, topology.rows, routing, linkStages)
    default:
      throw new Error(`no ${topology.kind} yet`)
  }
}
