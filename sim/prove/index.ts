// Prove
export { prove } from './prove.ts'
export type { ProofOptions, ProofReport, Verdict } from './prove.ts'

// Show
export { proofText } from './proof-text.ts'
export { replay, replayText } from './replay.ts'
export type { Happened } from './replay.ts'
export type { Counterexample, Frame } from './counterexample.ts'

// When a proof cannot run
export { ProofError } from './proof-error.ts'
