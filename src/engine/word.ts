/**
 * Machine words: what a design computes, cut into values of 32 or 64 bits. Equal words are one word. They are numbered in
 * the order of their making, so operands come before their users.
 */

/**
 * - `constant`; `load`: limb `index` of state number `place`;
 * - `shl shr`: by `index` bits; `shlBy shrBy sarBy`: by operand b (taken modulo the word's size, as WebAssembly does);
 * - `select`: a when c (32 bits) is not 0, else b; `extend`: 32 to 64 bits; `wrap`: 64 to 32;
 * - `fetch`: the word at byte address a of memory `place`, limb `index`;
 * - `table`: puts `entries` into the table `place`, whose words `peek` reads at byte address b after table a is filled.
 */
export type WordOperator =
  | 'constant'
  | 'load'
  | 'add'
  | 'sub'
  | 'mul'
  | 'and'
  | 'or'
  | 'xor'
  | 'shl'
  | 'shr'
  | 'shlBy'
  | 'shrBy'
  | 'sarBy'
  | 'eq'
  | 'ne'
  | 'lt'
  | 'le'
  | 'ltSigned'
  | 'leSigned'
  | 'select'
  | 'extend'
  | 'wrap'
  | 'popcnt'
  | 'fetch'
  | 'table'
  | 'peek'

export interface Word {
  readonly id: number
  readonly operator: WordOperator
  /** Bits of the machine word. */
  readonly size: 32 | 64
  /** The value is below 2**bits. */
  readonly bits: number
  readonly a: Word | undefined
  readonly b: Word | undefined
  readonly c: Word | undefined
  /** Constants only. */
  readonly value: bigint
  readonly index: number
  readonly place: number
  /** Tables only. */
  readonly entries: readonly Word[]
}

const no: readonly Word[] = []

/** The operands of a word. */
export const operandsOf = ({ a, b, c, entries }: Word): readonly Word[] => {
  if (entries.length > 0) return entries
  if (a === undefined) return no
  if (b === undefined) return [a]
  return c === undefined ? [a, b] : [a, b, c]
}

/** Whether a word costs nothing worth keeping: it is made anew wherever it is needed. */
export const isLeaf = ({ operator }: Word): boolean => operator === 'constant' || operator === 'load'

export const ones = (bits: number): bigint => (1n << BigInt(bits)) - 1n

interface Content {
  readonly operator: WordOperator
  readonly size: 32 | 64
  readonly bits: number
  readonly a?: Word
  readonly b?: Word
  readonly c?: Word
  readonly value?: bigint
  readonly index?: number
  readonly place?: number
  readonly entries?: readonly Word[]
}

/** Makes words; the same content is the same word. */
export interface WordPool {
  readonly words: readonly Word[]
  readonly intern: (content: Content) => Word
  readonly constant: (size: 32 | 64, value: bigint) => Word
}

export const createWordPool = (): WordPool => {
  const words: Word[] = []
  const known = new Map<string, Word>()

  const intern = (content: Content): Word => {
    const { operator, size, bits, a, b, c, value = 0n, index = 0, place = 0, entries = no } = content
    const shape = operator === 'constant' ? `${value}` : `${index},${place},${a?.id},${b?.id},${c?.id}`
    const key = `${operator}${size},${shape}${entries.length > 0 ? `:${entries.map(({ id }) => id).join()}` : ''}`
    const equal = known.get(key)
    if (equal !== undefined) return equal
    const word: Word = { id: words.length, operator, size, bits, a, b, c, value, index, place, entries }
    words.push(word)
    known.set(key, word)
    return word
  }

  const constant = (size: 32 | 64, value: bigint): Word =>
    intern({ operator: 'constant', size, bits: value.toString(2).length, value })

  return { words, intern, constant }
}
