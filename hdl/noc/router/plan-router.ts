/** What has to be built for a router of a plane: its channels, and which of them a packet can take after which. */
import { type Network, type Plane, vcsOf } from '#topology'
import { oncePer } from '../once.ts'
import { type RouteKey, routeKey, type RouteTable, routeTable } from './route-table.ts'

/** A virtual channel at an input. */
export interface EntryChannel {
  readonly vc: number
  /** Undefined for one that no packet uses. */
  readonly table: RouteTable | undefined
  /** For each way of the table, the output and the virtual channel that it leads to. */
  readonly exits: readonly { readonly output: number; readonly vc: number }[]
}

export interface Entry {
  readonly input: number
  readonly name: string
  readonly key: RouteKey
  readonly channels: readonly EntryChannel[]
}

/** An output virtual channel with the inputs whose packets get there. */
export interface Exit {
  readonly output: number
  readonly vc: number
  readonly inputs: readonly number[]
}

export interface RouterPlan {
  readonly entries: readonly Entry[]
  /** Output virtual channels that packets use, by output. */
  readonly exits: readonly (readonly Exit[])[]
  /** Inputs of each output. */
  readonly inputsOf: readonly (readonly number[])[]
}

/**
 * Plans a router. A packet keeps its class and its place within the lane; the way says the lane in which it goes on.
 * Source: NoC section 10.2.
 */
export const planRouter = oncePer((network: Network, index: number, plane: Plane): RouterPlan => {
  const node = network.routers[index]
  if (!node) throw new RangeError(`${network.name} has ${network.routers.length} routers, there is no router ${index}`)
  const places = plane.classes.flatMap((messageClass) =>
    ([0, 1] as const)
      .slice(0, network.lanes)
      .flatMap((lane) => vcsOf(network, plane, messageClass, lane).map((vc, sub) => ({ vc, sub, lane, messageClass }))),
  )
  const entries = node.inputs.map(({ name }, input): Entry => {
    const key = routeKey(network, index, input)
    const channels = Array.from({ length: plane.vcs }, (_, vc): EntryChannel => {
      const place = places.find((one) => one.vc === vc)
      const table = place && routeTable(network, index, input, place.lane, key)
      if (!place || !table || table.ways.length === 0) return { vc, table: undefined, exits: [] }
      const exits = table.ways.map(({ output, lane }) => ({
        output,
        vc: vcsOf(network, plane, place.messageClass, lane)[place.sub] as number,
      }))
      return { vc, table, exits }
    })
    return { input, name, key, channels }
  })
  const reaching = (output: number, vc: number): readonly number[] =>
    entries.flatMap(({ input, channels }) =>
      channels.some(({ exits }) => exits.some((exit) => exit.output === output && exit.vc === vc)) ? [input] : [],
    )
  const exits = node.outputs.map((_, output) =>
    Array.from({ length: plane.vcs }, (__, vc): Exit => ({ output, vc, inputs: reaching(output, vc) })).filter(
      ({ inputs }) => inputs.length > 0,
    ),
  )
  const inputsOf = exits.map((of) =>
    entries.flatMap(({ input }) => (of.some(({ inputs }) => inputs.includes(input)) ? [input] : [])),
  )
  return { entries, exits, inputsOf }
})
