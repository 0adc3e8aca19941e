/** The check that the language, the wasm engine and the emitted Verilog mean the same, on random designs. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import * as fc from 'fast-check'
import { emitDesign } from '#emit'
import type { Fault } from './emitted.ts'
import { type Difference, judge, prepare, type Simulator } from './judge.ts'
import type { Recipe } from './recipe.ts'
import { recipes } from './recipes.ts'
import { shrinkInBatches } from './shrink.ts'
import { cyclesOf } from './stimulus.ts'
import { waveOfRun } from './wasm-run.ts'
import { sourceOf } from './write-design.ts'

export interface AgreementOptions {
  readonly seed: number
  /** How many designs. */
  readonly designs: number
  /** Designs in one simulator. @defaultValue 50 */
  readonly batch?: number
  /** One of so many batches runs in Icarus as well; 0 for none. @defaultValue 1 */
  readonly icarusEvery?: number
  /** Whether Verilator takes part. @defaultValue true */
  readonly verilator?: boolean
  /** @defaultValue 40 */
  readonly cycles?: number
  /** A fault on purpose. */
  readonly fault?: Fault
  /** Keeps simulators in the cache for the next time with the same seed. */
  readonly keep?: boolean
  /** Where a failure leaves its files. */
  readonly folder: string
  /** Designs that are tried to make a failure smaller. @defaultValue 1000 */
  readonly shrinkRuns?: number
  /** No batch begins after this time, in milliseconds as of `Date.now()`; the first one always runs. */
  readonly until?: number
  /** Called while a failure is made smaller: candidates tried, and steps that made it smaller. */
  readonly onProgress?: (tried: number, steps: number) => void
}

export interface AgreementCounts {
  /** Designs in the wasm engine and in Verilator. */
  readonly designs: number
  readonly designsInIcarus: number
  readonly cycles: number
}

export interface AgreementFailure {
  readonly seed: number
  readonly path: string
  readonly difference: Difference
  /** As small as it could be made: ready to be pasted. */
  readonly source: string
  /** Verilog and waveform. */
  readonly files: readonly string[]
  /** All of it as text. */
  readonly text: string
}

export interface AgreementReport extends AgreementCounts {
  readonly failure: AgreementFailure | undefined
}

/** Runs random designs until one differs or all agree. */
export const checkEngines = async (options: AgreementOptions): Promise<AgreementReport> => {
  const { seed, designs, batch = 50, icarusEvery = 1, verilator = true, cycles = 40, fault, keep } = options
  const counts = { designs: 0, designsInIcarus: 0, cycles: 0 }
  const all = fc.sample(recipes, { seed, numRuns: designs })
  for (let from = 0; from < all.length; from += batch) {
    const some = all.slice(from, from + batch)
    const icarus = icarusEvery > 0 && (from / batch) % icarusEvery === 0
    const simulators: readonly Simulator[] = [
      ...(icarus ? ['icarus' as const] : []),
      ...(verilator ? ['verilator' as const] : []),
    ]
    const verdicts = await judge(some, { simulators, cycles, fault, keep })
    const first = verdicts.findIndex((verdict) => verdict !== undefined)
    const difference = verdicts[first]
    if (difference !== undefined) {
      const failure = await shrunk(options, from + first, difference, cycles)
      return { ...counts, failure }
    }
    counts.designs += some.length
    counts.designsInIcarus += icarus ? some.length : 0
    counts.cycles += some.length * cycles
    if (Date.now() > (options.until ?? Number.POSITIVE_INFINITY)) break
  }
  return { ...counts, failure: undefined }
}

/** Makes a design that differs as small as it gets, with the engine that showed it. */
const shrunk = async (
  { seed, fault, folder, shrinkRuns = 1000, onProgress }: AgreementOptions,
  index: number,
  found: Difference,
  cycles: number,
): Promise<AgreementFailure> => {
  const simulators: readonly Simulator[] =
    found.between === 'icarus' || found.between === 'verilator' ? [found.between] : []
  const { value: recipe, path } = await shrinkInBatches({
    arbitrary: recipes,
    ...{ seed, index, attempts: shrinkRuns, onProgress },
    // One Verilator run for many candidates costs little more than for one; the wasm engine alone gains nothing by it.
    batch: simulators.length > 0 ? 24 : 1,
    fails: async (candidates) => {
      const differences = await judge(candidates, { simulators, cycles, fault })
      // Another mistake than the one that is looked for would lead away from it.
      return differences.map((difference) => difference?.between === found.between)
    },
  })
  const [last = found] = await judge([recipe], { simulators, cycles, fault })
  return describe(recipe, last, { seed, path, folder, cycles, fault })
}

interface Place {
  readonly seed: number
  readonly path: string
  readonly folder: string
  readonly cycles: number
  readonly fault: Fault | undefined
}

const describe = (
  recipe: Recipe,
  difference: Difference,
  { seed, path, folder, cycles, fault }: Place,
): AgreementFailure => {
  mkdirSync(folder, { recursive: true })
  const files: string[] = []
  const keep = (name: string, text: string): void => {
    const file = join(folder, name)
    writeFileSync(file, text)
    files.push(relative(process.cwd(), file))
  }
  const made = prepare(recipe, 'counterexample', cycles)
  const source = 'written' in made ? made.written.source : sourceOf(recipe, 'counterexample')
  keep('counterexample.ts', source)
  if ('written' in made) {
    const verilog = emitDesign(made.written.design).files.map(({ text }) => (fault === undefined ? text : fault(text)))
    keep('counterexample.v', verilog.join('\n'))
    keep('counterexample.vcd', waveOfRun(made.written, cyclesOf(cycles)))
  }
  const text = [
    `wasm engine and ${difference.between} differ ${difference.text}`,
    '',
    source,
    `Seed ${seed}, path '${path}', inputs of stimulus ${recipe.stimulus}.`,
    `Files: ${files.join(', ')}`,
  ].join('\n')
  return { seed, path, difference, source, files, text }
}
