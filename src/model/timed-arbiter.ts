/** Who goes first at an output of a router of the timed network. NoC section 10.6. */
import type { NetworkParameters } from '#layout'
import type { PlaneGraph } from './timed-graph.ts'

/** Decides at all outputs of a plane; places are `output * vcs + vc`, inputs count from 0 at each router. */
export interface Arbiter {
  /** A head begins to wait for a place. */
  waits(place: number, input: number): void
  /** Picks one of the queues that want to go to an output; `places` is where the packet of each queue goes. */
  pick(
    output: number,
    queues: readonly number[],
    places: Int32Array,
    inside: Uint8Array,
    age: (queue: number) => number,
  ): number
  /** A flit of a queue goes. */
  moves(place: number, input: number, isHead: boolean, isTail: boolean): void
}

/** Makes the arbiter of a plane. */
export const createArbiter = (parameters: NetworkParameters, graph: PlaneGraph): Arbiter => {
  const { vcs, leadsTo, firstInput, firstOutput } = graph
  const { arbitration, priority } = parameters
  const outputs = leadsTo.length
  const routerOf = new Int32Array(outputs)
  for (let router = 0; router < graph.routers; router++)
    routerOf.fill(router, firstOutput[router], firstOutput[router + 1])
  const inputsAt = (router: number): number => firstInput[router + 1]! - firstInput[router]!
  const most = Math.max(1, ...Array.from({ length: graph.routers }, (_, router) => inputsAt(router)))
  const virtual = new Float64Array(outputs * vcs * most)
  const current = new Float64Array(outputs * vcs)
  /** Behind the input whose packet came last, and behind the virtual channel whose flit did. */
  const inputTurn = new Int32Array(outputs * vcs)
  const vcTurn = new Int32Array(outputs)
  const passedOver = new Int32Array(outputs)

  const inputOf = (output: number, queue: number): number => Math.floor(queue / vcs) - firstInput[routerOf[output]!]!
  const around = (value: number, turn: number, count: number): number => (value - turn + count) % count

  const vcFor = (output: number, queues: readonly number[], places: Int32Array): number => {
    const levelOf = (vc: number): number =>
      arbitration === 'priority' ? (priority.levels[graph.classOf[vc]!] ?? 0) : 0
    const wants = queues.map((queue) => places[queue]! % vcs)
    const fair = passedOver[output]! >= priority.bound
    let best = wants[0]!
    const rank = (vc: number): number => around(vc, vcTurn[output]!, vcs) + (fair ? -levelOf(vc) : levelOf(vc)) * vcs
    for (const vc of wants) if (rank(vc) < rank(best)) best = vc
    if (arbitration === 'priority')
      passedOver[output] = wants.some((vc) => levelOf(vc) > levelOf(best)) ? passedOver[output]! + 1 : 0
    return best
  }

  return {
    waits: (place, input) => {
      const at = place * most + input
      virtual[at] = Math.max(virtual[at]!, current[place]!)
    },
    pick: (output, queues, places, inside, age) => {
      const place = output * vcs + (vcs === 1 ? 0 : vcFor(output, queues, places))
      const count = inputsAt(routerOf[output]!)
      let best = -1
      let bestRank = 0
      for (const queue of queues) {
        if (places[queue] !== place) continue
        if (inside[queue] === 1) return queue
        const input = inputOf(output, queue)
        const turn = around(input, inputTurn[place]!, count) / (2 * count)
        let rank = turn
        if (arbitration === 'sourceWeighted') rank = virtual[place * most + input]! + turn * 1e-6
        if (arbitration === 'age') rank = turn - age(queue)
        if (best >= 0 && rank >= bestRank) continue
        best = queue
        bestRank = rank
      }
      return best
    },
    moves: (place, input, isHead, isTail) => {
      const output = Math.floor(place / vcs)
      const at = place * most + input
      if (isHead) current[place] = virtual[at]!
      virtual[at]! += graph.costs[output]![input]!
      if (isTail) inputTurn[place] = (input + 1) % inputsAt(routerOf[output]!)
      vcTurn[output] = ((place % vcs) + 1) % vcs
    },
  }
}
