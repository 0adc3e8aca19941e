/** Modules as pictures. */
import type { ElkNode } from 'elkjs/lib/elk.bundled.js'
import type { Module } from '#ir'
import { DiagramError } from './diagram-error.ts'
import { edgePath, placed } from './layout.ts'
import { placeOf } from './place.ts'
import { schematicGraph, type Block } from './schematic-graph.ts'
import { groupAt, rounded, svgOf, textAt, textWidth } from './svg.ts'

export interface SchematicOptions {
  /**
   * Blocks in one picture; nobody can read more, and their layout takes long.
   *
   * @defaultValue 250
   */
  readonly mostBlocks?: number
  /**
   * Lines in one picture.
   *
   * @defaultValue 400
   */
  readonly mostLines?: number
}

const pinStep = 16
const lineStep = 15
const headGap = 8

/**
 * The module as an SVG picture: ports at the sides, registers, memories and instances as boxes, logic between them.
 *
 * Rejects: DiagramError when it has too many blocks or lines.
 */
export const schematic = async (
  module: Module,
  { mostBlocks = 250, mostLines = 400 }: SchematicOptions = {},
): Promise<string> => {
  const graph = schematicGraph(module)
  if (graph.blocks.length > mostBlocks) throw tooBig(module, `${graph.blocks.length} blocks`, mostBlocks)
  if (graph.nets.length > mostLines) throw tooBig(module, `${graph.nets.length} lines`, mostLines)
  const edges = graph.nets.map(({ from, to }, index) => ({ id: `e${index}`, sources: [from], targets: [to] }))
  const layout = await placed(graph.blocks.map(nodeOf), edges, {
    'elk.edgeRouting': 'ORTHOGONAL',
    'elk.spacing.nodeNode': '18',
    'elk.spacing.edgeNode': '10',
    'elk.layered.spacing.nodeNodeBetweenLayers': '34',
    'elk.layered.spacing.edgeNodeBetweenLayers': '12',
    'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  })
  const lines = layout.edges.map((edge, index) => {
    const { bits = 1, label = '' } = graph.nets[index] ?? {}
    const title = `${label === '' ? '' : `${label}, `}${bits === 1 ? '1 bit' : `${bits} bits`}`
    const wide = bits === 1 ? '' : ' wide'
    return groupAt(0, 0, title, [`<path class="edge${wide}" d="${edgePath(edge)}" marker-end="url(#arrow)"/>`])
  })
  const boxes = layout.nodes.map((node, index) => {
    const block = graph.blocks[index]
    return block === undefined ? '' : drawn(block, node)
  })
  const bits = [textAt(16, 20, module.name), ...lines, ...boxes]
  return svgOf(Math.max(layout.width, textWidth(module.name) + 32), layout.height, module.name, bits)
}

const tooBig = (module: Module, size: string, most: number): DiagramError => {
  const children = [...new Set(module.instances.map((instance) => instance.module.name))]
  const help = children.length === 0 ? '' : `; draw a part of it: ${children.slice(0, 5).join(', ')}`
  return new DiagramError(`the schematic of ${module.name} would have ${size}, more than ${most}${help}`)
}

const isPort = ({ kind }: Block): boolean => kind === 'input' || kind === 'output'

/** Room for the lines of text above the pins. */
const headOf = ({ lines, kind }: Block): number =>
  kind === 'instance' || kind === 'memory' ? lines.length * lineStep + headGap : 0

const pinsAt = (block: Block, side: 'in' | 'out') => block.pins.filter((pin) => pin.side === side)

const nodeOf = (block: Block): ElkNode => {
  const [left, right] = [pinsAt(block, 'in'), pinsAt(block, 'out')]
  const longest = (texts: readonly string[]): number => Math.max(0, ...texts.map((text) => textWidth(text)))
  const names = longest(left.map(({ name }) => name)) + longest(right.map(({ name }) => name)) + 36
  const width = Math.max(isPort(block) ? 30 : 44, longest(block.lines) + 18, headOf(block) > 0 ? names : 0)
  const rows = Math.max(left.length, right.length) * pinStep
  const text = isPort(block) ? 22 : block.lines.length * lineStep + 12
  const height = headOf(block) > 0 ? headOf(block) + rows + 8 : Math.max(text, rows + 6)
  const places = (pins: readonly { readonly id: string }[], x: number) =>
    pins.map(({ id }, index) => {
      const y = headOf(block) > 0 ? headOf(block) + (index + 0.5) * pinStep : (height * (index + 1)) / (pins.length + 1)
      return { id, x, y, width: 0, height: 0 }
    })
  const layer = block.kind === 'input' ? 'FIRST' : block.kind === 'output' ? 'LAST' : undefined
  return {
    id: block.id,
    width,
    height,
    ports: [...places(left, 0), ...places(right, width)],
    layoutOptions: {
      'elk.portConstraints': 'FIXED_POS',
      ...(layer === undefined ? {} : { 'elk.layered.layering.layerConstraint': layer }),
    },
  }
}

const drawn = (block: Block, { x = 0, y = 0, width = 0, height = 0, ports = [] }: ElkNode): string => {
  const place = block.origin && placeOf(block.origin)
  const title = `${block.lines.join(', ')}${place === undefined ? '' : ` (${place.file}:${place.line})`}`
  const [w, h] = [rounded(width), rounded(height)]
  if (isPort(block)) {
    const [point, start] = block.kind === 'input' ? [width, width - 8] : [width - 8, width]
    const arrow =
      block.kind === 'input'
        ? `M0 0H${rounded(start)}L${rounded(point)} ${rounded(height / 2)}L${rounded(start)} ${h}H0z`
        : `M8 0H${w}V${h}H8L0 ${rounded(height / 2)}z`
    return groupAt(x, y, title, [
      `<path class="port" d="${arrow}"/>`,
      textAt(width / 2, height / 2 + 4, block.lines[0] ?? '', 'middle', 'port-name'),
    ])
  }
  const radius = block.kind === 'logic' ? 9 : 3
  const pieces = [`<rect class="box ${block.kind}" width="${w}" height="${h}" rx="${radius}"/>`]
  if (block.kind === 'register')
    pieces.push(`<path class="edge" d="M0 ${rounded(height - 14)}L7 ${rounded(height - 9)}L0 ${rounded(height - 4)}"/>`)
  const first = headOf(block) > 0 ? lineStep : (height - block.lines.length * lineStep) / 2 + 11
  block.lines.forEach((line, index) => {
    pieces.push(textAt(width / 2, first + index * lineStep, line, 'middle', index > 0 ? 'small' : undefined))
  })
  for (const pin of block.pins) {
    const at = ports.find(({ id }) => id === pin.id)
    if (pin.name === '' || at === undefined) continue
    const isLeft = pin.side === 'in'
    pieces.push(textAt(isLeft ? 6 : width - 6, (at.y ?? 0) + 4, pin.name, isLeft ? 'start' : 'end', 'small'))
  }
  return groupAt(x, y, title, pieces)
}
