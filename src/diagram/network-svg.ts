/** Networks as pictures: routers, modules, channels, and on them routes or the circle of a deadlock. NoC section 13. */
import { type CycleStep, type Hop, type Network, pathOf, showMod } from '#topology'
import { moduleSize, type NetworkPlaces, placesOf, type Point, routerSize } from './network-places.ts'
import { rounded, svgOf, textAt, textWidth } from './svg.ts'

/** What is drawn on the channels. */
export interface NetworkSvgOptions {
  /** Pairs of source and target, by index in `network.modules`, whose route is drawn. */
  readonly routes?: readonly (readonly [source: number, target: number])[]
  /** Channels that wait for each other. */
  readonly cycle?: readonly CycleStep[]
}

/**
 * Draws a network as SVG. A channel is the wider, the more pairs of modules use it; its title says how many. Lanes behind a
 * dateline are dashed in routes.
 */
export const networkSvg = (network: Network, { routes = [], cycle = [] }: NetworkSvgOptions = {}): string => {
  const places = placesOf(network)
  const loads = loadsOf(network)
  const most = Math.max(1, ...loads.values())
  const legend = legendOf(network, routes, cycle)
  const width = Math.max(places.width, ...legend.map((line) => textWidth(line, 12) + 40))
  return svgOf(width, places.height + legend.length * 18, `network of ${network.name}`, [
    markers,
    ...network.routers.flatMap((router) =>
      router.outputs.map((port, output) => {
        const pairs = loads.get(`${router.index} ${output}`) ?? 0
        const [from, to] = endsOf(network, places, router.index, output)
        const title = `${router.name} to ${port.name}: ${pairs} pairs of modules${port.stages > 0 ? `, ${port.stages} stages` : ''}`
        return channel(
          from,
          to,
          port.peer.kind,
          { colour: '#8696a7', wide: 0.8 + (2.2 * pairs) / most, title },
          places.straight,
        )
      }),
    ),
    ...routes.flatMap(([source, target], index) => {
      const colour = colours[index % colours.length] ?? '#1f6fd1'
      return (pathOf(network, source, target) ?? []).flatMap((hop, step) => [
        ...(step === 0 ? [injection(network, places, source, { colour, wide: 2.4 })] : []),
        hopOf(network, places, hop, colour),
      ])
    }),
    ...cycle.map((step) => cycleChannel(network, places, step)),
    ...network.routers.map(({ name, index }) => router(places.routers[index] ?? { x: 0, y: 0 }, name)),
    ...network.modules.map(({ index, name, kind, mod }) =>
      module(places.modules[index] ?? { x: 0, y: 0 }, name, kind, mod),
    ),
    ...legend.map((line, index) => textAt(20, places.height + 8 + index * 18, line)),
  ])
}

const colours = ['#1f6fd1', '#b8860b', '#0a8f5b', '#8a4fd0', '#c2571a', '#008b9e']
const danger = '#d1242f'

/** From the middle of a router to where its modules' channels leave it: beside those that go up and down. */
const trunk = 18

const markers = `<defs>${[...colours, danger, '#8696a7']
  .map(
    (colour) =>
      `<marker id="arrow${colour.slice(1)}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path fill="${colour}" d="M0 0L8 4L0 8z"/></marker>`,
  )
  .join('')}</defs>`

/** Pairs of source and target by the channel that they use: `router output`. */
const loadsOf = (network: Network): ReadonlyMap<string, number> => {
  const loads = new Map<string, number>()
  for (const source of network.modules)
    for (const target of network.modules)
      for (const { router, output } of pathOf(network, source.index, target.index) ?? []) {
        const key = `${router} ${output}`
        loads.set(key, (loads.get(key) ?? 0) + 1)
      }
  return loads
}

interface Pen {
  readonly colour: string
  readonly wide: number
  readonly dashed?: boolean
  readonly title?: string
}

const endsOf = (network: Network, places: NetworkPlaces, router: number, output: number): readonly [Point, Point] => {
  const peer = network.routers[router]?.outputs[output]?.peer
  const from = places.routers[router] ?? { x: 0, y: 0 }
  const to = peer?.kind === 'router' ? places.routers[peer.router] : places.modules[peer?.module ?? -1]
  return [from, to ?? from]
}

/** Height of the curve of a long channel, by its length. */
const bendShare = 0.12

/** One direction of a link, to the right of the middle, and round what lies between if it is long; a module's is straight. */
const channel = (from: Point, to: Point, kind: 'module' | 'router', pen: Pen, longest = Infinity): string => {
  const [dx, dy] = [to.x - from.x, to.y - from.y]
  const length = Math.hypot(dx, dy) || 1
  const [nx, ny] = [-dy / length, dx / length]
  const upright = Math.abs(dy) > Math.abs(dx) * 2
  const [tail, head] = kind === 'router' ? (upright ? [19, 21] : [38, 40]) : [0, moduleSize.width / 2 + 2]
  const side = kind === 'router' ? 5 : 3
  // Down from the router, then to the side of the module.
  const path =
    kind === 'module'
      ? `M${rounded(from.x + trunk + side)} ${rounded(from.y + routerSize.height / 2)}V${rounded(to.y + side)}H${rounded(to.x - head)}`
      : curve(
          { x: from.x + (dx / length) * tail + nx * side, y: from.y + (dy / length) * tail + ny * side },
          { x: to.x - (dx / length) * head + nx * side, y: to.y - (dy / length) * head + ny * side },
          { x: nx, y: ny },
          length > longest ? length * bendShare : 0,
        )
  return drawn(path, pen)
}

const curve = (from: Point, to: Point, normal: Point, bend: number): string => {
  if (bend === 0) return `M${rounded(from.x)} ${rounded(from.y)}L${rounded(to.x)} ${rounded(to.y)}`
  const middle = { x: (from.x + to.x) / 2 + normal.x * bend * 2, y: (from.y + to.y) / 2 + normal.y * bend * 2 }
  return `M${rounded(from.x)} ${rounded(from.y)}Q${rounded(middle.x)} ${rounded(middle.y)} ${rounded(to.x)} ${rounded(to.y)}`
}

const drawn = (path: string, { colour, wide, dashed, title }: Pen): string => {
  const dash = dashed === true ? ' stroke-dasharray="5 3"' : ''
  const marker = `marker-end="url(#arrow${colour.slice(1)})"`
  const inside = title === undefined ? '' : `<title>${title.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</title>`
  return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="${rounded(wide)}"${dash} ${marker}>${inside}</path>`
}

/** From a module up into its router. */
const injection = (network: Network, places: NetworkPlaces, module: number, pen: Pen): string => {
  const at = places.modules[module] ?? { x: 0, y: 0 }
  const router = places.routers[network.modules[module]?.router ?? -1] ?? at
  const path = `M${rounded(at.x - moduleSize.width / 2)} ${rounded(at.y - 3)}H${rounded(router.x + trunk - 3)}V${rounded(router.y + routerSize.height / 2 + 2)}`
  return drawn(path, pen)
}

const hopOf = (network: Network, places: NetworkPlaces, { router, output, to }: Hop, colour: string): string => {
  const [from, end] = endsOf(network, places, router, output)
  const kind = network.routers[router]?.outputs[output]?.peer.kind ?? 'router'
  return channel(from, end, kind, { colour, wide: 2.4, dashed: to === 1 }, places.straight)
}

const cycleChannel = (
  network: Network,
  places: NetworkPlaces,
  { router, output, input, channel: name, waits }: CycleStep,
): string => {
  const pen = { colour: danger, wide: 3, title: `${name}: ${waits}` }
  if (output !== undefined) {
    const [from, end] = endsOf(network, places, router, output)
    return channel(from, end, network.routers[router]?.outputs[output]?.peer.kind ?? 'router', pen, places.straight)
  }
  const peer = network.routers[router]?.inputs[input ?? -1]?.peer
  return peer?.kind === 'module' ? injection(network, places, peer.module, pen) : ''
}

const router = ({ x, y }: Point, name: string): string =>
  box(x, y, routerSize.width, routerSize.height, '#eef3f8') + textAt(x, y + 4, name, 'middle')

const module = ({ x, y }: Point, name: string, kind: string, mod: number): string => {
  const fill = { memory: '#fdf3e1', dram: '#fdf3e1', host: '#f3ecfb', registers: '#f6f6f8' }[kind] ?? '#eef7ee'
  const label = name.length > 12 ? `${name.slice(0, 11)}…` : name
  return (
    `<g><title>${name} (${kind}) ${showMod(mod)}</title>${box(x, y, moduleSize.width, moduleSize.height, fill)}` +
    `${textAt(x, y + 4, label, 'middle')}</g>`
  )
}

const box = (x: number, y: number, width: number, height: number, fill: string): string =>
  `<rect class="box" style="fill:${fill}" x="${rounded(x - width / 2)}" y="${rounded(y - height / 2)}" width="${width}" height="${height}" rx="4"/>`

const legendOf = (
  network: Network,
  routes: NonNullable<NetworkSvgOptions['routes']>,
  cycle: readonly CycleStep[],
): readonly string[] => [
  ...routes.map(([source, target]) => {
    const hops = pathOf(network, source, target) ?? []
    return `${network.modules[source]?.name} to ${network.modules[target]?.name}: ${hops.map(({ router: at }) => network.routers[at]?.name).join(', ')}`
  }),
  ...(cycle.length > 0 ? ['red: these wait for each other'] : []),
  ...cycle.map(({ channel: name, waits }) => `${name}: ${waits}`),
]
