/** Where things go: the Eclipse Layout Kernel. */
import type { ElkEdgeSection, ElkExtendedEdge, ElkNode } from 'elkjs/lib/elk.bundled.js'
import { rounded } from './svg.ts'

/** A graph with places. */
export interface Placed {
  readonly width: number
  readonly height: number
  readonly nodes: readonly ElkNode[]
  readonly edges: readonly ElkExtendedEdge[]
}

/** The layered layout from left to right; the same graph gets the same places. */
export const placed = async (
  children: readonly ElkNode[],
  edges: readonly ElkExtendedEdge[],
  options: Readonly<Record<string, string>> = {},
): Promise<Placed> => {
  const layoutOptions = {
    'elk.algorithm': 'layered',
    'elk.direction': 'RIGHT',
    'elk.randomSeed': '1',
    'elk.padding': '[top=34,left=16,bottom=16,right=16]',
    ...options,
  }
  const root: ElkNode = { id: 'root', layoutOptions, children: [...children], edges: [...edges] }
  // Loading it costs a third of a second, which only those who draw should pay.
  const { default: Elk } = await import('elkjs/lib/elk.bundled.js')
  const graph = await new Elk.default().layout(root)
  return { width: graph.width ?? 0, height: graph.height ?? 0, nodes: graph.children ?? [], edges: graph.edges ?? [] }
}

/** The lines of an edge. */
export const edgePath = (edge: ElkExtendedEdge): string => (edge.sections ?? []).map(sectionPath).join('')

const sectionPath = ({ startPoint, bendPoints = [], endPoint }: ElkEdgeSection): string =>
  [startPoint, ...bendPoints, endPoint]
    .map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${rounded(x)} ${rounded(y)}`)
    .join('')
