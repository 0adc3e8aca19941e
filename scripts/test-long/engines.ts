/** Random designs in the wasm engine, and as Verilog in Verilator and Icarus. */
import { checkEngines } from '../../test/support/agreement/agreement.ts'
import type { Round, RoundDone } from './round-result.ts'

const designs = 100
const batch = 25

/** Making a difference smaller takes a build per step: whoever waits sees that it goes on. */
const reportShrinking = (seed: number) => (tried: number, steps: number) =>
  process.stderr.write(`test:long: engines differ (seed ${seed}); made smaller ${steps} times in ${tried} attempts\n`)

export const runEngines = async ({ seed, until }: Round): Promise<RoundDone> => {
  const folder = `out/agreement/seed_${seed}`
  const {
    designs: cases,
    cycles,
    failure,
  } = await checkEngines({ seed, designs, batch, icarusEvery: 2, until, folder, onProgress: reportShrinking(seed) })
  return { kind: 'done', cases, cycles, difference: failure?.text }
}
