/** A planned network as flat tables, for a model that looks at all its channels in every cycle. */
import { type Network, type Plane, vcsOf } from '#topology'

/** One plane of a network: inputs and outputs of all routers, numbered through. */
export interface PlaneGraph {
  readonly vcs: number
  readonly routers: number
  /** First input, first output of each router, and one past the last. */
  readonly firstInput: Int32Array
  readonly firstOutput: Int32Array
  /** Where an output leads: an input (number), or a module (-1 - its index). */
  readonly leadsTo: Int32Array
  /** The output (number) or module (-1 - its index) from which an input gets its flits. */
  readonly comesFrom: Int32Array
  /** Input of each module's router, below 0 where it never injects. */
  readonly injection: Int32Array
  /** Output of each module's router, below 0 where it never receives. */
  readonly ejection: Int32Array
  /** Register stages of the channel that leaves at an output, enters at an input. */
  readonly outputStages: Int32Array
  readonly inputStages: Int32Array
  /** By (input * 2 + lane) * modules + target: output (number) * 2 + lane, below 0 where nothing comes. */
  readonly ways: Int32Array
  /** Weights by output (number) and input of its router (from its first), for `sourceWeighted`. */
  readonly weights: readonly Int32Array[]
  /** By virtual channel: its message class, its number within its lane. */
  readonly classOf: Int32Array
  readonly subOf: Int32Array
  /** By virtual channel and lane: the virtual channel of the same class and number in that lane. */
  readonly inLane: Int32Array
  /** By message class, first virtual channel of lane 0, and how many there are in a lane; -1 where another plane has it. */
  readonly firstVc: Int32Array
  readonly perLane: number
}

/** Makes the tables of a plane. */
export const planeGraph = (network: Network, plane: Plane): PlaneGraph => {
  const { routers, modules, parameters } = network
  const sums = (count: (router: number) => number): Int32Array => {
    const first = new Int32Array(routers.length + 1)
    for (let router = 0; router < routers.length; router++) first[router + 1] = first[router]! + count(router)
    return first
  }
  const firstInput = sums((router) => routers[router]!.inputs.length)
  const firstOutput = sums((router) => routers[router]!.outputs.length)
  const outputs = firstOutput[routers.length]!
  const inputs = firstInput[routers.length]!
  const leadsTo = new Int32Array(outputs)
  const comesFrom = new Int32Array(inputs)
  const outputStages = new Int32Array(outputs)
  const inputStages = new Int32Array(inputs)
  const injection = new Int32Array(modules.length).fill(-1)
  const ejection = new Int32Array(modules.length).fill(-1)
  const ways = new Int32Array(inputs * 2 * modules.length).fill(-1)
  const weights: Int32Array[] = []
  routers.forEach((router, at) => {
    router.outputs.forEach(({ peer, stages }, index) => {
      const output = firstOutput[at]! + index
      leadsTo[output] = peer.kind === 'module' ? -1 - peer.module : firstInput[peer.router]! + peer.port
      outputStages[output] = stages
      if (peer.kind === 'module') ejection[peer.module] = output
      weights[output] = Int32Array.from(router.inputs, (_, input) => network.weight(at, input, index))
    })
    router.inputs.forEach(({ peer, stages }, index) => {
      const input = firstInput[at]! + index
      comesFrom[input] = peer.kind === 'module' ? -1 - peer.module : firstOutput[peer.router]! + peer.port
      inputStages[input] = stages
      if (peer.kind === 'module') injection[peer.module] = input
      for (const lane of [0, 1] as const)
        for (let target = 0; target < modules.length; target++) {
          const way = network.route(at, index, lane, target)
          if (way) ways[(input * 2 + lane) * modules.length + target] = (firstOutput[at]! + way.output) * 2 + way.lane
        }
    })
  })
  const classOf = new Int32Array(plane.vcs)
  const subOf = new Int32Array(plane.vcs)
  const inLane = new Int32Array(plane.vcs * 2)
  const firstVc = new Int32Array(4).fill(-1)
  for (const messageClass of plane.classes) {
    const lanes = ([0, 1] as const).slice(0, network.lanes).map((lane) => vcsOf(network, plane, messageClass, lane))
    firstVc[messageClass] = lanes[0]![0]!
    for (const vcs of lanes)
      vcs.forEach((vc, sub) => {
        classOf[vc] = messageClass
        subOf[vc] = sub
        inLane[vc * 2] = lanes[0]![sub]!
        inLane[vc * 2 + 1] = lanes.at(-1)![sub]!
      })
  }
  return {
    vcs: plane.vcs,
    routers: routers.length,
    firstInput,
    firstOutput,
    leadsTo,
    comesFrom,
    injection,
    ejection,
    outputStages,
    inputStages,
    ways,
    weights,
    classOf,
    subOf,
    inLane,
    firstVc,
    perLane: parameters.vcsPerClass / network.lanes,
  }
}
