/** Random programs on systems of several sizes, with stalls between tiles and network. */
import { AgreeCoverage, checkAgreement, compileSystem, failureText, stalledSoc } from '#sim/cosim'
import { agreeSystem, type AgreeSystemOptions } from './agree-systems.ts'

export interface AgreeRun {
  readonly system: AgreeSystemOptions
  readonly seed: number
  readonly programs: number
  /** Most acts of a program. */
  readonly operations: number
}

/** Runs the programs and adds to `coverage`; the first difference in words, or nothing. */
export const differenceOf = async (run: AgreeRun, coverage = new AgreeCoverage()): Promise<string> => {
  const { system, ...options } = run
  const hardware = compileSystem(agreeSystem(system), stalledSoc)
  const { failure } = await checkAgreement(hardware, { ...options, coverage })
  return failure === undefined ? '' : failureText(failure)
}
