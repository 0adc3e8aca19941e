/** The language, the wasm engine, and the Verilog in two simulators mean the same: random designs, every output, every cycle. */
import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type AgreementOptions, checkEngines } from '../support/agreement/agreement.ts'
import type { Fault } from '../support/agreement/emitted.ts'

const seed = 1
const batch = 50
const batches = 6
const minutes = 60_000

const folder = (name: string): string => `out/agreement/${name}`

test.each(Array.from({ length: batches }, (_, index) => index))(
  'designs of batch %i do the same in the wasm engine, in Verilator, and each third batch in Icarus',
  async (index) => {
    const icarusEvery = index % 3 === 0 ? 1 : 0
    const own = { seed: seed + index, designs: batch, batch, icarusEvery, keep: true, folder: folder(`batch_${index}`) }

    const { designs, designsInIcarus, failure } = await checkEngines(own)

    expect(failure?.text).toBeUndefined()
    expect([designs, designsInIcarus]).toEqual([batch, icarusEvery * batch])
  },
  5 * minutes,
)

/** A replacement in all lines but those of loops, which would not end. */
const replaced =
  (from: string, to: string): Fault =>
  (text) =>
    text
      .split('\n')
      .map((line) => (line.includes('for (') ? line : line.replaceAll(from, to)))
      .join('\n')

const faults: readonly (readonly [name: string, fault: Fault])[] = [
  ['a comparison that takes equal for less', replaced(' < ', ' <= ')],
  ['a reset that is never seen', replaced('if (rst)', "if (1'b0)")],
  ['a sum that is a difference', replaced(' + ', ' - ')],
]

test.each(faults)(
  '%s is found and shown in a few lines',
  async (name, fault) => {
    const options: AgreementOptions = {
      ...{ seed: 9, designs: 60, batch: 20, verilator: false, shrinkRuns: 700 },
      ...{ fault, folder: folder(name.replaceAll(' ', '_')) },
    }

    const { failure } = await checkEngines(options)

    console.log(failure?.text)
    const statements = (failure?.source ?? '').split('\n').filter((line) => line !== '' && !line.startsWith('import'))
    expect(statements.length).toBeLessThanOrEqual(10)
    expect(failure?.text).toMatch(/^wasm engine and icarus differ in cycle \d+/)
    expect(failure?.text).toContain("const counterexample = module('counterexample', {")
    expect(failure?.text).toMatch(/Seed 9, path '[\d:]+'/)
    expect(failure?.files.every((file) => existsSync(file))).toBe(true)
    expect(failure?.files).toHaveLength(3)
  },
  5 * minutes,
)
