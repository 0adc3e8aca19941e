/** The routing function of a router as logic: which bits of a target matter, and where they lead. */
import { type Bit, cat, literal, type UInt, unpack } from '#edsl'
import { flitBits, headFlit } from '#layout'
import type { Network } from '#topology'

/** What a router remembers of a head to find its way: some bits of the module id that it goes to. */
export interface RouteKey {
  /** Places of these bits in the id, lowest first; empty where all packets go the same way. */
  readonly places: readonly number[]
  /** The key of a head. */
  readonly of: (head: UInt<typeof flitBits>) => UInt | undefined
}

/** The bits of a module id that tell apart what the router `index` treats differently at `input`. */
export const routeKey = (network: Network, index: number, at: number): RouteKey => {
  const ways = network.modules.map(({ mod }, target) => ({
    mod,
    ways: ([0, 1] as const).map((lane) => {
      const way = network.route(index, at, lane, target)
      return way && `${way.output}:${way.lane}`
    }),
  }))
  // Which bits two ids differ in, for all pairs that go different ways: of 256 patterns, however many modules there are.
  const seen = new Set<number>()
  for (const [place, one] of ways.entries())
    for (const other of ways.slice(place + 1))
      if (one.ways.some((way, lane) => way && other.ways[lane] && way !== other.ways[lane]))
        seen.add(one.mod ^ other.mod)
  const apart = [...seen]
  // From the top: coordinates of other routers are the first to go where only the module at this one matters.
  const mask = [7, 6, 5, 4, 3, 2, 1, 0].reduce(
    (kept, place) => (apart.every((bits) => (bits & kept & ~(1 << place)) !== 0) ? kept & ~(1 << place) : kept),
    0xff,
  )
  const places = [0, 1, 2, 3, 4, 5, 6, 7].filter((place) => ((mask >> place) & 1) === 1)
  return {
    places,
    of: (head) => {
      if (places.length === 0) return undefined
      const { targetChip, targetMod } = unpack(headFlit, head)
      const gates = gatewaysOf(network, targetChip as UInt)
      const keyBit = (place: number): Bit =>
        gates.reduce(
          (usual, { here, mod }) => (((mod >> place) & 1) === 1 ? usual.or(here) : usual.and(here.not())),
          targetMod.bit(place),
        )
      return cat(...places.map(keyBit).toReversed())
    },
  }
}

/** The modules that foreign chips are behind, and whether a packet goes to them. */
const gatewaysOf = (network: Network, chip: UInt): readonly { readonly here: Bit; readonly mod: number }[] => {
  const byModule = new Map<number, number[]>()
  for (const [foreign, module] of network.gateways) byModule.set(module, [...(byModule.get(module) ?? []), foreign])
  const [only] = byModule.keys()
  const modOf = (module: number): number => network.modules[module]?.mod ?? 0
  // With one gateway whatever is not for this chip goes there: chips that do not exist never get here.
  if (byModule.size === 1 && only !== undefined) return [{ here: chip.ne(network.chip), mod: modOf(only) }]
  return [...byModule].map(([module, chips]) => ({ here: (chip as UInt<6>).in(...chips), mod: modOf(module) }))
}

/** Where packets that enter a router at an input in a lane go, as a bit of the key for each way. */
export interface RouteTable {
  /** Ways that packets take from here. */
  readonly ways: readonly { readonly output: number; readonly lane: 0 | 1 }[]
  /** Whether a packet with this key takes a way: exactly one of them is 1. */
  readonly takes: (way: number, key: UInt | undefined) => Bit
  /** The way of each key, an index of `ways`. */
  readonly wayOf: readonly number[]
}

/**
 * The routing function at an input and lane of a router. Keys that no packet has, those of ids that do not exist, have a way
 * too, that of the existing id which differs in the fewest bits: so that whatever comes goes somewhere.
 */
export const routeTable = (
  network: Network,
  index: number,
  at: number,
  lane: 0 | 1,
  { places }: RouteKey,
): RouteTable => {
  const keyed = network.modules.flatMap(({ mod }, target) => {
    const way = network.route(index, at, lane, target)
    return way ? [{ key: places.reduce((key, place, bitAt) => key | (((mod >> place) & 1) << bitAt), 0), way }] : []
  })
  const names = [...new Set(keyed.map(({ way }) => way.output * 2 + way.lane))].sort((one, other) => one - other)
  const ways = names.map((name) => ({ output: name >> 1, lane: (name & 1) as 0 | 1 }))
  const distance = (one: number, other: number): number => (one ^ other).toString(2).replaceAll('0', '').length
  const wayOf = Array.from({ length: keyed.length === 0 ? 0 : 2 ** places.length }, (_, key) => {
    const nearest = keyed.reduce((best, one) => (distance(one.key, key) < distance(best.key, key) ? one : best))
    return names.indexOf(nearest.way.output * 2 + nearest.way.lane)
  })
  return {
    ways,
    wayOf,
    takes: (way, key) => {
      if (key === undefined || ways.length === 1) return literal(1, wayOf[0] === way ? 1 : 0)
      const bits = wayOf.reduce((set, found, place) => (found === way ? set | (1n << BigInt(place)) : set), 0n)
      return literal(wayOf.length, bits).bit(key)
    },
  }
}
