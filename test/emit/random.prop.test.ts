import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Module } from '#ir'
import { emitVerilog } from '#emit'
import { fifo, server, twoQueues } from './designs.ts'
import { randomModule } from './random.ts'
import { createReference } from './reference.ts'
import { design } from '../support/nodes.ts'
import { icarus, joined, lint, simulate, synthesisCheck, type Step } from './tools.ts'

/** Random modules, some with instances of earlier ones. */
const randomModules = (count: number, seed: number): readonly Module[] => {
  const modules: Module[] = []
  for (let index = 0; index < count; index++) {
    const sampled = fc.sample(randomModule(`random_${index}`, modules.slice(-3)), { seed: seed + index, numRuns: 1 })
    modules.push(...sampled)
  }
  return modules
}

const everything = design(joined('everything', [fifo(), server(), twoQueues(), ...randomModules(20, 2000)]))

test('linters find nothing in designs that people and FPGA tools read', () => {
  expect(lint(everything)).toBe('')
})

test('linters find nothing in designs with proofs', () => {
  expect(lint(everything, {}, ['-DFORMAL'])).toBe('')
})

test('linters find nothing in designs for simulation', () => {
  expect(lint(everything, { variant: 'simulation' })).toBe('')
})

test('Icarus Verilog reads the oldest dialect that we promise', () => {
  expect(icarus(everything)).toBe('')
})

test('synthesis finds no loop, latch, undriven wire or second driver', () => {
  expect(synthesisCheck(everything)).toBe('')
  expect(synthesisCheck(everything, '-formal -DFORMAL')).toBe('')
})

test('the same design is the same text', () => {
  const once = emitVerilog(everything)
  const again = emitVerilog(everything)
  const rebuilt = emitVerilog(design(joined('everything', [fifo(), server(), twoQueues(), ...randomModules(20, 2000)])))

  expect(again).toEqual(once)
  expect(rebuilt).toEqual(once)
})

test(
  'the Verilog does what the nodes say, step by step, with two clocks and resets in between',
  { timeout: 180_000 },
  () => {
    const top = joined('everything', [fifo(), server(), twoQueues(), ...randomModules(3, 7000)])
    const bits = top.ports[0]?.bits ?? 0
    const steps = fc
      .sample(fc.tuple(fc.bigInt({ min: 0n, max: (1n << BigInt(bits)) - 1n }), fc.constantFrom(1, 2, 3, 3)), {
        seed: 1,
        numRuns: 80,
      })
      .map(([stimulus, clocks], index): Step => {
        if (index < 3) return { stimulus, clocks: 3, resets: 3 }
        return { stimulus, clocks, resets: (index % 29 === 0 ? 1 : 0) + (index % 23 === 0 ? 2 : 0) }
      })
    let input = 0n
    const reference = createReference(top, () => input)

    const responses = simulate(design(top), steps)

    const expected = steps.map(({ stimulus, clocks, resets }) => {
      input = stimulus
      reference.unsettle(domainNames(resets))
      const response = reference.output('response')
      reference.edge(domainNames(clocks), domainNames(resets))()
      return response
    })
    expect(responses).toEqual(expected)
  },
)

const domainNames = (mask: number): ReadonlySet<string> =>
  new Set(['main', 'other'].filter((_, index) => ((mask >> index) & 1) === 1))
