/** Distances in the network for the timed model of a system, from the routes of #topology. NoC 10.2, 12.3, 13.1. */
import type { SystemDescription } from '#layout'
import { planNetwork, zeroLoadCycles } from '#topology'

/**
 * Cycles from the injection of a flit to its delivery in an idle network, by the indices of source and target. An
 * interface's own answers, with a source below 0, take as long as packets of its module to itself.
 */
export const flitCyclesOf = (system: SystemDescription): ((source: number, target: number) => number) => {
  const network = planNetwork(system)
  const count = system.modules.length
  const cycles = Array.from({ length: count * count }, (_, pair) =>
    zeroLoadCycles(network, Math.floor(pair / count), pair % count),
  )
  return (source, target) => cycles[(source < 0 ? target : source) * count + target] ?? Infinity
}
