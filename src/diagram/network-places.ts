/** Where routers and modules of a network stand in its drawing. */
import type { Network } from '#topology'

export interface Point {
  readonly x: number
  readonly y: number
}

/** Places of a drawing: middles of routers and modules, and its size. */
export interface NetworkPlaces {
  readonly routers: readonly Point[]
  readonly modules: readonly Point[]
  readonly width: number
  readonly height: number
  /** Longest channel that meets no other router when it is straight. */
  readonly straight: number
}

export const routerSize = { width: 66, height: 34 }
export const moduleSize = { width: 92, height: 20 }

const rowHeight = 26

/** Meshes and tori by their coordinates, y to the north; others in a circle; a star around its router. */
export const placesOf = (network: Network): NetworkPlaces => {
  const perRouter = network.routers.map(({ index }) => network.modules.filter(({ router }) => router === index).length)
  const most = Math.max(1, ...perRouter)
  const { kind } = network.parameters.topology
  const torus = kind === 'torus'
  const routers = kind === 'mesh' || torus ? gridOf(network, most, torus) : circleOf(network.routers.length, most)
  const placed = network.routers.map(() => 0)
  const modules = network.modules.map(({ router }): Point => {
    const at = routers[router] ?? { x: 0, y: 0 }
    const row = placed[router] ?? 0
    placed[router] = row + 1
    // Below and to the right of their router, so that they stay clear of its channels.
    return { x: at.x + 78, y: at.y + 34 + row * rowHeight }
  })
  const all = [...routers, ...modules]
  return {
    routers,
    modules,
    width: Math.max(...all.map(({ x }) => x)) + moduleSize.width / 2 + 30,
    height: Math.max(...all.map(({ y }) => y)) + 40,
    straight: torus ? Math.max(columnWidth, rowGap(most)) + 1 : Infinity,
  }
}

const columnWidth = 200
const rowGap = (most: number): number => 90 + most * rowHeight

const gridOf = ({ routers }: Network, most: number, torus: boolean): readonly Point[] => {
  const [left, top] = [
    Math.min(...routers.map(({ place }) => place.x)),
    Math.max(...routers.map(({ place }) => place.y)),
  ]
  const [wide, high] = [columnWidth, rowGap(most)]
  // Room for the channels that go round.
  const [columns, rows] = [
    Math.max(...routers.map(({ place }) => place.x - left)),
    Math.max(...routers.map(({ place }) => top - place.y)),
  ]
  const [aside, above] = torus ? [rows * high * 0.12, columns * wide * 0.12] : [0, 0]
  return routers.map(({ place }) => ({
    x: 70 + aside + (place.x - left) * wide,
    y: 70 + above + (top - place.y) * high,
  }))
}

const circleOf = (count: number, most: number): readonly Point[] => {
  if (count === 1) return [{ x: 70, y: 70 }]
  const radius = Math.max(130, (count * (130 + (most * rowHeight) / 2)) / (2 * Math.PI))
  return Array.from({ length: count }, (_, index) => {
    const angle = (2 * Math.PI * index) / count - Math.PI / 2
    return { x: 80 + radius + radius * Math.cos(angle), y: 80 + radius + radius * Math.sin(angle) }
  })
}
