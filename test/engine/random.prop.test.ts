/** The engine does what the nodes say, on random modules with two clocks, resets, memories and instances. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Module } from '#ir'
import { randomModule } from '../emit/random.ts'
import { createReference } from '../emit/reference.ts'
import { bench, clearRandomState, ones } from './support.ts'

/** What happens at a step: values of the inputs, clocks that rise, domains in reset. Bit 0 is `main`, bit 1 `other`. */
interface Step {
  readonly inputs: readonly bigint[]
  readonly clocks: number
  readonly resets: number
}

const namesIn = (mask: number): ReadonlySet<string> =>
  new Set(['main', 'other'].filter((_, index) => ((mask >> index) & 1) === 1))

const steps = (module: Module, count: number, seed: number): readonly Step[] => {
  const inputs = module.ports.filter(({ role }) => role === 'input')
  const values = fc.tuple(...inputs.map(({ bits }) => fc.bigInt({ min: 0n, max: ones(bits) })))
  // a domain without reset is never in reset, whoever stands on it
  const resettable = (mask: number): number =>
    module.domains.reduce((kept, { reset }, index) => (reset === 'none' ? kept & ~(1 << index) : kept), mask)
  const sampled = fc.sample(fc.tuple(values, fc.constantFrom(1, 1, 2, 3)), { seed, numRuns: count })
  return sampled.map(([drawn, clocks], index) =>
    index < 2
      ? { inputs: drawn, clocks: 3, resets: resettable(3) }
      : { inputs: drawn, clocks, resets: resettable((index % 13 === 0 ? 1 : 0) + (index % 7 === 0 ? 2 : 0)) },
  )
}

/** What the outputs are before every edge. */
const inEngine = (module: Module, run: readonly Step[]): readonly string[] => {
  const made = bench(module)
  clearRandomState(made)
  const outputs = module.ports.filter(({ role }) => role === 'output')
  const resets = made.engine.resets
  return run.map(({ inputs, clocks, resets: active }) => {
    made.engine.inputs.forEach(({ path }, index) => made.set(path.join('.'), inputs[index] ?? 0n))
    resets.forEach((slot, index) => slot && made.set(slot.path.join('.'), (active >> index) & 1))
    const seen = outputs.map(({ name }) => `${name}=${made.get(name).toString(16)}`).join(' ')
    made.step(1, clocks)
    return seen
  })
}

const inReference = (module: Module, run: readonly Step[]): readonly string[] => {
  const ports = module.ports.filter(({ role }) => role === 'input').map(({ name }) => name)
  let current: readonly bigint[] = []
  const reference = createReference(module, (name) => current[ports.indexOf(name)] ?? 0n)
  const outputs = module.ports.filter(({ role }) => role === 'output')
  return run.map(({ inputs, clocks, resets }) => {
    current = inputs
    reference.unsettle(namesIn(resets))
    const seen = outputs.map(({ name }) => `${name}=${reference.output(name).toString(16)}`).join(' ')
    reference.edge(namesIn(clocks), namesIn(resets))()
    return seen
  })
}

/** Other modules for long runs. */
const firstSeed = Number(process.env['ENGINE_SEED'] ?? 0)
const groups = 12
const modulesPerGroup = 30

test.each(Array.from({ length: groups }, (_, group) => group))(
  'random modules of group %i do what their nodes say, step by step',
  (group) => {
    const modules: Module[] = []
    for (let index = 0; index < modulesPerGroup; index++) {
      const seed = firstSeed + 1000 * group + index
      const [module] = fc.sample(randomModule(`random_${index}`, modules.slice(-3)), { seed, numRuns: 1 })
      if (module === undefined) throw new Error('nothing was made')
      modules.push(module)
      const run = steps(module, 30, seed)

      const seen = inEngine(module, run)

      expect(seen, `module of seed ${seed}`).toEqual(inReference(module, run))
    }
  },
)
