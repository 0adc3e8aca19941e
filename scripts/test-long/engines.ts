/** Random designs in the wasm engine, and as Verilog in Verilator and Icarus. */
import { checkEngines } from '../../test/support/agreement/agreement.ts'
import type { Round, RoundDone } from './round-result.ts'

const designs = 100
const batch = 25

export const runEngines = async ({ seed, until }: Round): Promise<RoundDone> => {
  const folder = `out/agreement/seed_${seed}`
  const {
    designs: cases,
    cycles,
    failure,
  } = await checkEngines({ seed, designs, batch, icarusEvery: 2, until, folder })
  return { kind: 'done', cases, cycles, difference: failure?.text }
}
