/** State machines as pictures. */
import { edgePath, placed } from './layout.ts'
import { transitionText, type StateGraph } from './state-graph.ts'
import { groupAt, svgOf, textAt, textWidth } from './svg.ts'

const longestLabel = 60
const stateHeight = 34

/** The graph as an SVG picture; the state after reset has a double border. */
export const stateSvg = async (graph: StateGraph): Promise<string> => {
  const ids = new Map(graph.states.map((state, index) => [state, `s${index}`]))
  const id = (state: string): string => ids.get(state) ?? state
  const nodes = graph.states.map((state) => {
    return { id: id(state), width: Math.max(60, textWidth(state) + 28), height: stateHeight }
  })
  const edges = graph.transitions.map((way, index) => {
    const text = shortened(transitionText(way))
    const labels = text === '' ? [] : [{ id: `l${index}`, text, width: textWidth(text, 10) + 6, height: 13 }]
    return { id: `e${index}`, sources: [id(way.from)], targets: [id(way.to)], labels }
  })
  const layout = await placed(nodes, edges, {
    'elk.edgeRouting': 'ORTHOGONAL',
    'elk.spacing.nodeNode': '36',
    'elk.layered.spacing.nodeNodeBetweenLayers': '50',
    'elk.edgeLabels.placement': 'CENTER',
    'elk.layered.cycleBreaking.strategy': 'MODEL_ORDER',
    'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  })
  const lines = layout.edges.map((edge, index) => {
    const way = graph.transitions[index]
    const title = way === undefined ? '' : `${way.from} to ${way.to}: ${transitionText(way) || 'always'}`
    const labels = (edge.labels ?? []).map(({ x = 0, y = 0, width = 0, text = '' }) =>
      textAt(x + width / 2, y + 10, text, 'middle', 'small'),
    )
    return groupAt(0, 0, title, [`<path class="edge" d="${edgePath(edge)}" marker-end="url(#arrow)"/>`, ...labels])
  })
  const boxes = layout.nodes.map(({ x = 0, y = 0, width = 0, height = 0 }, index) => {
    const state = graph.states[index] ?? ''
    const outline = (inset: number): string =>
      `<rect class="box register" x="${inset}" y="${inset}" width="${width - 2 * inset}" height="${height - 2 * inset}" rx="10"/>`
    const isFirst = state === graph.first
    return groupAt(x, y, isFirst ? `${state}: after reset` : state, [
      outline(0),
      ...(isFirst ? [outline(3)] : []),
      textAt(width / 2, height / 2 + 4, state, 'middle'),
    ])
  })
  return svgOf(layout.width, layout.height, graph.name, [textAt(16, 20, graph.name), ...lines, ...boxes])
}

const shortened = (text: string): string => (text.length <= longestLabel ? text : `${text.slice(0, longestLabel - 1)}…`)
