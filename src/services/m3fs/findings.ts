/** What a check of an image found. */

/** Damage makes an image useless; waste is space that nobody can use, as after a server that did not come to its end. */
export type Severity = 'damage' | 'waste'

export interface Finding {
  readonly severity: Severity
  /** What kind of inconsistency, for programs. */
  readonly kind: FindingKind
  /** The same with its place, for people. */
  readonly message: string
}

/** Every inconsistency that a check knows. */
export const findingKinds = Object.freeze([
  'superblock',
  'free-count',
  'hint',
  'metadata-block-free',
  'inode-number',
  'inode-type',
  'extent-range',
  'extent-count',
  'indirect-block',
  'block-shared',
  'block-free',
  'block-lost',
  'size',
  'root',
  'directory-block',
  'directory-size',
  'self-or-parent',
  'duplicate-name',
  'dangling-name',
  'directory-names',
  'directory-lost',
  'link-count',
  'inode-lost',
] as const)
export type FindingKind = (typeof findingKinds)[number]

/** Findings that are kept; a hostile image could have millions. */
const most = 1000

export class Findings {
  readonly #all: Finding[] = []
  #count = 0

  damage(kind: FindingKind, message: string): void {
    this.#add({ severity: 'damage', kind, message })
  }

  waste(kind: FindingKind, message: string): void {
    this.#add({ severity: 'waste', kind, message })
  }

  /** The first findings, in the order in which they were made. */
  get all(): readonly Finding[] {
    return this.#all
  }

  /** How many there were. */
  get count(): number {
    return this.#count
  }

  #add(finding: Finding): void {
    this.#count++
    if (this.#all.length < most || (finding.severity === 'damage' && !this.#damaged())) this.#all.push(finding)
  }

  #damaged(): boolean {
    return this.#all.some(({ severity }) => severity === 'damage')
  }
}

/** `block 7` or `blocks 7 to 9`, for runs of numbers. */
export const runsOf = (word: string, numbers: Iterable<number>): readonly string[] => {
  const runs: { first: number; last: number }[] = []
  for (const number of numbers) {
    const run = runs.at(-1)
    if (run !== undefined && run.last + 1 === number) run.last = number
    else runs.push({ first: number, last: number })
  }
  return runs.map(({ first, last }) => (first === last ? `${word} ${first}` : `${word}s ${first} to ${last}`))
}
