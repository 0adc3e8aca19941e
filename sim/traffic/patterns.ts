// Who sends to whom. NoC section 12.1.

import { type ModuleNode, type Network, registersKind } from '#topology'
import type { Draws } from './draws.ts'

/** A module's place in the order of the patterns: routers row by row, then z. */
interface Place {
  readonly module: number
  readonly x: number
  readonly y: number
  readonly z: number
}

/** Names of the patterns without parameters. */
export const patternNames = [
  'uniform',
  'transpose',
  'bitComplement',
  'bitReverse',
  'shuffle',
  'tornado',
  'neighbour',
  'nextModule',
  'asymmetric',
  'diagonal',
  'taper',
] as const

/** A pattern; `nextModule` sends to the next module of the same router. */
export type Pattern =
  | { readonly kind: (typeof patternNames)[number] }
  | { readonly kind: 'hotspot'; readonly module: number; readonly probability?: number }
  | { readonly kind: 'permutation'; readonly seed: number }

/** The target of the next packet of a module (all by index in `network.modules`), or undefined when it sends nothing. */
export type Chooser = (source: number, draws: Draws) => number | undefined

/**
 * Makes a pattern for a network.
 *
 * Rejects: RangeError where the pattern needs another number of modules or another mesh.
 */
export const chooser = (
  pattern: Pattern,
  network: Pick<Network, 'modules' | 'routers'>,
  drawsOf: (seed: number) => Draws,
): Chooser => {
  const places = orderOf(network)
  const count = places.length
  const rank = new Map(places.map(({ module }, index) => [module, index]))
  const others = (index: number, draws: Draws): number => {
    const other = draws.below(count - 1)
    return other < index ? other : other + 1
  }
  const byRank =
    (target: (index: number, draws: Draws) => number): Chooser =>
    (source, draws) => {
      const index = rank.get(source)
      const found = index === undefined ? undefined : places[target(index, draws)]?.module
      return found === source ? undefined : found
    }
  const byPlace = (move: (place: Place, columns: number, rows: number) => Omit<Place, 'module'>): Chooser => {
    const columns = 1 + Math.max(...places.map(({ x }) => x))
    const rows = 1 + Math.max(...places.map(({ y }) => y))
    return byRank((index) => {
      const to = move(places[index]!, columns, rows)
      return places.findIndex(({ x, y, z }) => x === to.x && y === to.y && z === to.z)
    })
  }
  const bits = Math.log2(count)
  const powerOfTwo = (): void => {
    if (!Number.isInteger(bits))
      throw new RangeError(`${pattern.kind} needs 2, 4, 8 ... modules, the network has ${count}`)
  }

  switch (pattern.kind) {
    case 'uniform':
      return byRank(others)
    case 'transpose':
      return byPlace(({ x, y, z }, columns, rows) => {
        if (columns !== rows)
          throw new RangeError(`transpose needs a square mesh, the network has ${columns} x ${rows} routers`)
        return { x: y, y: x, z }
      })
    case 'bitComplement':
      return byRank((index) => count - 1 - index)
    case 'bitReverse':
      powerOfTwo()
      return byRank((index) => {
        let reversed = 0
        for (let bit = 0; bit < bits; bit++) reversed = reversed * 2 + ((index >> bit) & 1)
        return reversed
      })
    case 'shuffle':
      powerOfTwo()
      return byRank((index) => ((index << 1) & (count - 1)) | (index >> (bits - 1)))
    case 'tornado':
      return byPlace(({ x, y, z }, columns) => ({ x: (x + Math.ceil(columns / 2) - 1) % columns, y, z }))
    case 'neighbour':
      return byPlace(({ x, y, z }, columns) => ({ x: (x + 1) % columns, y, z }))
    case 'nextModule': {
      const beside = ({ x, y }: Place): readonly Place[] => places.filter((other) => other.x === x && other.y === y)
      return byRank((index) => {
        const own = places[index]!
        const all = beside(own)
        return places.indexOf(all[(all.indexOf(own) + 1) % all.length]!)
      })
    }
    case 'asymmetric': {
      const half = Math.floor(count / 2)
      return byRank((index, draws) => (index % half) + half * draws.below(2))
    }
    case 'diagonal':
      return byRank((index, draws) => (draws.below(3) === 0 ? (index + 1) % count : index))
    case 'taper':
      if (count !== 64) throw new RangeError(`taper is made for 64 modules, the network has ${count}`)
      return byRank((index, draws) =>
        draws.happens(0.5) ? (64 + index + 8 * (draws.below(3) - 1) + (draws.below(3) - 1)) % 64 : draws.below(count),
      )
    case 'hotspot': {
      const { module, probability = 1 } = pattern
      const spot = rank.get(module)
      if (spot === undefined) throw new RangeError(`hotspot names module ${module}, the network has 0 to ${count - 1}`)
      return byRank((index, draws) => {
        if (probability >= 1 || draws.happens(probability)) return spot
        return others(index, draws)
      })
    }
    case 'permutation': {
      const targets = derangement(count, drawsOf(pattern.seed))
      return byRank((index) => targets[index]!)
    }
  }
}

/** The modules that send and receive: all but the register windows of routers, which only answer. */
export const trafficModules = ({ modules }: Pick<Network, 'modules'>): readonly ModuleNode[] =>
  modules.filter(({ kind }) => kind !== registersKind)

/** Their places, routers row by row, then z. */
export const orderOf = ({ modules, routers }: Pick<Network, 'modules' | 'routers'>): readonly Place[] =>
  trafficModules({ modules })
    .map(({ index, mod, router }) => ({ module: index, ...routers[router]!.place, z: mod & 3 }))
    .sort((a, b) => a.y - b.y || a.x - b.x || a.z - b.z)

/** A permutation without fixed points, each as likely: drawn until there is none. */
const derangement = (count: number, draws: Draws): readonly number[] => {
  for (;;) {
    const targets = Array.from({ length: count }, (_, index) => index)
    for (let index = count - 1; index > 0; index--) {
      const other = draws.below(index + 1)
      ;[targets[index], targets[other]] = [targets[other]!, targets[index]!]
    }
    if (count < 2 || targets.every((target, index) => target !== index)) return targets
  }
}
