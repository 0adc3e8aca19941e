/** How long a head may wait at a router, as long as its output moves. */
import type { Network, Plane } from '#topology'
import { planRouter } from './plan-router.ts'

/**
 * The most flits of other packets that leave in an output virtual channel while the head of a packet at `input`, at the front
 * of its virtual channel, waits for it; the greatest over the virtual channels of the output. With n inputs, V virtual channels
 * at the input, packets of up to L flits (`longestPacket`) and weights w:
 *
 * - An input offers one of its V virtual channels per cycle, least recently offered first; so of V chances one is used
 *   at least. (`priority`: of bound + V.)
 * - `roundRobin`, `priority`: of the others each is served once before, at the chances that are used: (n V - 1) L.
 * - `sourceWeighted`: an input begins a packet with a debt below 2 w, so its debt is gone after R = ceil(L / w) + 3 rounds. In
 *   each of them another input sends w' flits, and once up to L more that it pays for later; where nobody has a share left, at
 *   the end of a round, one packet more may go first, and each of the others does so once at last:
 *   V (sum of (R + 1) w' + L) + V (R + n) L.
 * - `age`: only packets that are older go first, and each of them is in a buffer or at the head of an interface.
 *
 * Source: NoC sections 10.6, 11.1 (P-11).
 */
export const routerBound = (network: Network, index: number, plane: Plane, input: number, output: number): number => {
  const { arbitration, longestPacket: longest, priority, depth, vcsPerClass } = network.parameters
  const plan = planRouter(network, index, plane)
  const vcs = plan.entries[input]?.channels.filter(({ table }) => table !== undefined).length ?? 1
  const others = Math.max(...(plan.exits[output] ?? []).map(({ inputs }) => inputs.length)) - 1
  switch (arbitration) {
    case 'roundRobin':
      return ((others + 1) * vcs - 1) * longest
    case 'priority':
      return ((others + 1) * (vcs + (vcs > 1 ? priority.bound : 0)) - 1) * longest
    case 'sourceWeighted': {
      const rounds = Math.ceil(longest / Math.max(1, network.weight(index, input, output))) + 3
      const inRounds = (plan.inputsOf[output] ?? [])
        .filter((other) => other !== input)
        .reduce((sum, other) => sum + (rounds + 1) * Math.max(1, network.weight(index, other, output)) + longest, 0)
      return vcs * (inRounds + (rounds + 1 + others) * longest)
    }
    case 'age': {
      const buffers = network.routers.reduce((sum, { inputs }) => sum + inputs.length * vcsPerClass * depth, 0)
      return (buffers + network.modules.length + 1) * vcs * longest
    }
  }
}
