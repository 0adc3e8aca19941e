/** What somebody may have meant. */
import { distance } from 'fastest-levenshtein'

/** The known name that differs least from `word`, if no more than a third of its letters differ. */
export const closestName = (word: string, known: readonly string[]): string | undefined =>
  known
    .map((name) => ({ name, differs: distance(word, name) }))
    .filter(({ name, differs }) => differs <= Math.ceil(name.length / 3))
    .sort((left, right) => left.differs - right.differs)[0]?.name
