/** Looks for a fault with random programs. */
import { type AgreeFailure, checkAgreement, compileSystem, failureText } from '#sim/cosim'
import { stalledSoc } from '#sim/cosim'
import { agreeSystem } from '../agree-systems.ts'
import { mutatedSoc } from '../mutated-soc.ts'
import type { Mutant } from './mutant.ts'

/** What became of a mutant. */
export interface MutantResult {
  readonly mutant: Mutant
  readonly failure: AgreeFailure | undefined
  /** The failure in words. */
  readonly text: string
  readonly seconds: number
  /** Of these, until the first program failed; the others went into making it small. */
  readonly toFind: number
}

const seed = 7
/** Programs after which a mutant counts as not found. */
export const mutantPrograms = 200
const operations = 160
/** Runs that go into making a program small; more make it smaller. */
const usualShrinkRuns = 150
const system = agreeSystem({ tiles: 2 })

/** Looks for a mutant with random programs; its hardware is compiled for the WebAssembly engine. */
export const hunt = async (mutant: Mutant, shrinkRuns = usualShrinkRuns): Promise<MutantResult> => {
  const from = performance.now()
  const soc = await mutatedSoc(mutant)
  const hardware = compileSystem(system, (description) => stalledSoc(description, soc))
  const { failure } = await checkAgreement(hardware, { seed, programs: mutantPrograms, operations, shrinkRuns })
  const seconds = (performance.now() - from) / 1000
  return {
    mutant,
    failure,
    text: failure === undefined ? '' : failureText(failure),
    seconds,
    toFind: failure === undefined ? seconds : (failure.foundAt - from) / 1000,
  }
}
