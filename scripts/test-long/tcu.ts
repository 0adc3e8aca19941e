/** Random command programs on two tiles: hardware and golden model in lockstep. */
import { checkAgreement, failureText, generateSystem } from '#sim/cosim'
import { pairSystem } from '../../test/support/pair.ts'
import type { Round, RoundDone } from './round-result.ts'

const programs = 50
const operations = 40

export const runTcu = async ({ seed }: Round): Promise<RoundDone> => {
  const wave = `out/agree/seed_${seed}.vcd`
  const { coverage, failure } = await checkAgreement(generateSystem(pairSystem), { seed, programs, operations, wave })
  return {
    kind: 'done',
    cases: coverage.programs,
    cycles: coverage.cycles,
    difference: failure === undefined ? undefined : failureText(failure),
  }
}
