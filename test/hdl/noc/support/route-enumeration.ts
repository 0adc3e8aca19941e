/** P-7 of NoC section 11.1: the routers of a network against its routing function, for all inputs and targets. */
import { type NetworkDescription, planNetwork } from '#topology'
import { benchOf, laneOf, numbered, numberOf, targetsAt } from './router-bench.ts'

/** Sends one flit for every router, input, virtual channel and target; which of them leave elsewhere than the function says. */
export const misrouted = (
  description: NetworkDescription,
): { readonly cases: number; readonly wrong: readonly string[] } => {
  const wrong: string[] = []
  let cases = 0
  for (const { name } of planNetwork(description).routers) {
    using bench = benchOf(description, name)
    const { network, index, plane } = bench
    const { vcsPerClass } = network.parameters
    const perLane = vcsPerClass / network.lanes
    const expected: string[] = []
    for (const input of network.routers[index]!.inputs.keys())
      for (let vc = 0; vc < plane.vcs; vc++)
        for (const { module, way } of targetsAt(network, index, input, laneOf(network, vc))) {
          const into = Math.floor(vc / vcsPerClass) * vcsPerClass + way.lane * perLane + (vc % perLane)
          const number = expected.push(`${way.output} ${into}`) - 1
          bench.queues[input]![vc]!.push(...numbered(number, module.mod, network.chip, 1))
        }
    for (let cycle = 0; bench.left.length < expected.length && cycle < 20 * expected.length; cycle++) bench.step()
    const found = new Map(bench.left.map(({ flit, output, vc }) => [numberOf(flit), `${output} ${vc}`]))
    expected.forEach((place, number) => {
      if (found.get(number) !== place)
        wrong.push(`${network.name} ${name}, packet ${number}: ${found.get(number) ?? 'nowhere'} instead of ${place}`)
    })
    cases += expected.length
  }
  return { cases, wrong }
}
