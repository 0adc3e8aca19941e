import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { simulate } from '#sim/simulate'
import { sampleCrossing } from '../../examples/sample-crossing.ts'

const period = fc.integer({ min: 2_000, max: 20_000 }).map((picoseconds) => picoseconds / 1000)

/** Samples 1, 2, 3 ... as the converter gives them, and what arrives. */
const run = (
  ratio: { readonly main: number; readonly converter: number; readonly phase: number },
  takes: (cycle: number) => boolean,
  samples: number,
) => {
  using sim = simulate(sampleCrossing({ bits: 12, depth: 8 }), {
    clocks: { main: { period: ratio.main }, converter: { period: ratio.converter, phase: ratio.phase } },
  })
  const { sample, taken, to, lost } = sim.io
  const received: number[] = []
  let given = 0
  sim.attach({
    before: (edge) => {
      if (edge.has('converter') && taken.value === 1) given++
      if (!edge.has('main')) return
      if (to.fires) received.push(to.payload.value as number)
    },
    after: (edge) => {
      if (edge.has('converter')) {
        taken.value = given < samples ? 1 : 0
        sample.value = given + 1
      }
      if (edge.has('main')) to.ready.value = takes(sim.cycle) ? 1 : 0
    },
  })
  sim.advance(ratio.converter * (samples + 4) + ratio.main * 120)
  return { received, lost: lost.value, given }
}

test('with a faster clock behind, every sample arrives once and in order', () => {
  fc.assert(
    fc.property(period, period, fc.nat(1000), (one, other, phase) => {
      const ratio = { main: Math.min(one, other), converter: Math.max(one, other), phase: phase / 1000 }

      const { received, lost, given } = run(ratio, () => true, 60)

      expect(given).toBe(60)
      expect(received).toEqual(Array.from({ length: 60 }, (_, index) => index + 1))
      expect(lost).toBe(0)
    }),
    { seed: 1, numRuns: 25 },
  )
})

test('what does not arrive was lost, and loss is told', () => {
  fc.assert(
    fc.property(period, period, fc.integer({ min: 2, max: 9 }), (main, converter, rhythm) => {
      const ratio = { main, converter, phase: 0.5 }

      const { received, lost } = run(ratio, (cycle) => cycle % rhythm === 0, 80)

      expect(received).toEqual([...new Set(received)].sort((one, other) => one - other))
      expect(lost).toBe(received.length < 80 ? 1 : 0)
    }),
    { seed: 1, numRuns: 25 },
  )
})
