/** A step of the hardware that the model does not allow, or another state at rest: data with a sentence. */
import type { Refusal } from './refusal.ts'

export interface DifferenceData {
  /** Module of the system description. */
  readonly module: string
  readonly cycle: number
  /** What the hardware did. */
  readonly did: string
  /** What the model expected instead. */
  readonly expected: string
  /** Which rule is broken. */
  readonly why: string
  /** Document and section of the rule. */
  readonly section: string
}

/** Thrown by the replay when hardware and model differ. */
export class Difference extends Error {
  readonly data: DifferenceData

  constructor(data: DifferenceData) {
    super(
      `${data.module}, cycle ${data.cycle}: the hardware and the model differ\n` +
        `  hardware: ${data.did}\n  model:    ${data.expected}\n  why:      ${data.why} (${data.section})`,
    )
    this.name = 'Difference'
    this.data = data
  }
}

/** Completes what a step was refused with. */
export const differenceOf = (module: string, cycle: number, did: string, refusal: Refusal): Difference =>
  new Difference({ module, cycle, did, ...refusal })
