/** What the model says when it does not allow a step: data, so that the hot path neither throws nor formats text. */

/** A step that the specification does not allow now, or that has another outcome. */
export interface Refusal {
  /** What the model expected instead. */
  readonly expected: string
  /** Which rule the step breaks. */
  readonly why: string
  /** Document and section of the rule. */
  readonly section: string
}

/** Makes a refusal. */
export const refuse = (expected: string, why: string, section: string): Refusal => ({ expected, why, section })
