/** Faults seeded into the hardware, one at a time, which the agreement check has to find. */
import { checkFaults, endpointFaults } from './checks.ts'
import { commandFaults, fetchFaults, printFaults, senderFaults } from './commands.ts'
import type { Mutant } from './mutant.ts'
import {
  admissionFaults,
  answerFaults,
  effectFaults,
  lineFaults,
  messageFaults,
  requestFaults,
  responseFaults,
} from './receptions.ts'
import { registerFaults } from './registers.ts'

export type { Mutant } from './mutant.ts'
export { hunt, type MutantResult, mutantPrograms } from './hunt.ts'

export const mutants: readonly Mutant[] = [
  ...checkFaults,
  ...endpointFaults,
  ...commandFaults,
  ...fetchFaults,
  ...senderFaults,
  ...printFaults,
  ...admissionFaults,
  ...effectFaults,
  ...messageFaults,
  ...requestFaults,
  ...responseFaults,
  ...answerFaults,
  ...lineFaults,
  ...registerFaults,
]
