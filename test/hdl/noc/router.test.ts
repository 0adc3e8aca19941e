import { describe, expect, test } from 'vitest'
import { starmesh2x2x3 } from '#topology'
import { benchOf, numbered, targetsAt } from './support/router-bench.ts'

describe('a router of the star-mesh', () => {
  test('sends every packet where the routing function says, from every input, for every target', () => {
    using bench = benchOf(starmesh2x2x3, 'x0_y1')
    const { network, index, plane } = bench
    for (const input of network.routers[index]!.inputs.keys())
      for (let vc = 0; vc < plane.vcs; vc++)
        for (const { module, way } of targetsAt(network, index, input, 0)) {
          bench.left.length = 0
          const flits = numbered(5, module.mod, network.chip, 2)
          bench.queues[input]![vc]!.push(...flits)

          bench.run(6)

          expect(bench.left.map(({ output, vc, flit }) => ({ output, vc, flit }))).toEqual(
            flits.map((flit) => ({ output: way.output, vc, flit })),
          )
        }
  })
})
