/** Who has to be trusted, as a picture. */
import { edgePath, placed } from './layout.ts'
import { groupAt, svgOf, textAt, textWidth } from './svg.ts'

/** A party on a tile of its own. */
export interface TrustParty {
  readonly name: string
  readonly tile: string
  readonly role: 'subject' | 'trusted' | 'sender' | 'stranger'
  /** How it can affect the subject, a line each. */
  readonly ways: readonly string[]
}

export interface TrustGraph {
  readonly title: string
  readonly parties: readonly TrustParty[]
}

const lineHeight = 14
const classes = { subject: 'register', trusted: 'instance', sender: 'memory', stranger: 'logic' } as const
const meanings = {
  subject: 'the program',
  trusted: 'has to be trusted',
  sender: 'can send to it, or write to what it lent',
  stranger: 'cannot affect it',
} as const

/** Everybody who can affect the program has an arrow to it, with the ways in which; what is outside of its trust is dashed. */
export const trustSvg = async ({ title, parties }: TrustGraph): Promise<string> => {
  const nodes = parties.map(({ name, tile }, index) => ({
    id: `p${index}`,
    width: Math.max(110, textWidth(name) + 28, textWidth(tile, 10) + 28),
    height: 44,
  }))
  const subject = parties.findIndex(({ role }) => role === 'subject')
  const sources = parties.flatMap(({ ways }, index) => (ways.length > 0 && index !== subject ? [{ index, ways }] : []))
  const edges = sources.map(({ index, ways }) => ({
    id: `e${index}`,
    sources: [`p${index}`],
    targets: [`p${subject}`],
    labels: [
      {
        id: `l${index}`,
        text: ways.join('\n'),
        width: Math.max(...ways.map((way) => textWidth(way, 10))) + 12,
        height: lineHeight * ways.length + 6,
      },
    ],
  }))
  const layout = await placed(nodes, edges, {
    'elk.edgeRouting': 'ORTHOGONAL',
    'elk.spacing.nodeNode': '24',
    'elk.layered.spacing.nodeNodeBetweenLayers': '40',
    'elk.edgeLabels.placement': 'CENTER',
    'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  })
  const lines = layout.edges.map((edge, index) => {
    const labels = (edge.labels ?? []).flatMap(({ x = 0, y = 0, text = '' }) =>
      text.split('\n').map((line, row) => textAt(x + 6, y + lineHeight * (row + 1) - 2, line, 'start', 'small')),
    )
    const from = parties[sources[index]?.index ?? 0]?.name ?? ''
    return groupAt(0, 0, `${from} can affect it`, [
      `<path class="edge" d="${edgePath(edge)}" marker-end="url(#arrow)"/>`,
      ...labels,
    ])
  })
  const boxes = layout.nodes.map(({ x = 0, y = 0, width = 0, height = 0 }, index) => {
    const { name, tile, role } = parties[index] as TrustParty
    return groupAt(x, y, `${name}: ${meanings[role]}`, [
      `<rect class="box ${classes[role]}" width="${width}" height="${height}" rx="6"/>`,
      textAt(width / 2, 18, name, 'middle'),
      textAt(width / 2, 34, tile, 'middle', 'small'),
    ])
  })
  return svgOf(layout.width, layout.height, title, [textAt(16, 20, title), ...lines, ...boxes])
}
