/** Random command programs on one to eight tiles: hardware and golden model in lockstep. */
import { AgreeCoverage } from '#sim/cosim'
import { differenceOf } from '../../test/support/agree-runs.ts'
import type { AgreeSystemOptions } from '../../test/support/agree-systems.ts'
import type { Round, RoundDone } from './round-result.ts'

const programs = 60
const operations = 240
/** Rounds take them in turn. */
const systems: readonly AgreeSystemOptions[] = [{ tiles: 2 }, { tiles: 1 }, { tiles: 4 }, { tiles: 8 }]

export const runTcu = async ({ seed }: Round): Promise<RoundDone> => {
  const coverage = new AgreeCoverage()
  const system = systems[seed % systems.length] as AgreeSystemOptions
  const difference = await differenceOf({ system, seed, programs, operations }, coverage)
  process.stderr.write(`test:long: ${coverage.table()}\n`)
  return {
    kind: 'done',
    cases: coverage.programs,
    cycles: coverage.cycles,
    difference: difference === '' ? undefined : difference,
  }
}
