/** Checks a whole number that a part is made with. Rejects: RangeError with the sentence, when it is below `least`. */
export const atLeast = (least: number, value: number, sentence: string): void => {
  if (!Number.isInteger(value) || value < least)
    throw new RangeError(`${sentence}, use ${least === 0 ? 'a whole number' : `a whole number from ${least}`}`)
}
