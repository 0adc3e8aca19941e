/**
 * Where each word of a program is computed: once, in the innermost branch that holds everybody who needs it, right before
 * the first of them. A program is cut into chunks, each a function of its own; what several need goes through memory.
 */
import { type Item, usesOf } from './items.ts'
import { isLeaf, operandsOf, type Word } from './word.ts'

/** Items that happen one after the other; a chunk or a branch of an `if`. */
export interface Block {
  readonly items: readonly Item[]
  readonly chunk: number
  readonly depth: number
  readonly parent: Block | undefined
  /** The item of the parent that it is a branch of. */
  readonly parentItem: number
  /** Branches of each item, if it has any. */
  readonly branches: readonly (readonly [then: Block, otherwise: Block] | undefined)[]
  /** The words that get a variable, before each item, operands first. */
  readonly words: readonly Word[][]
}

export interface Schedule {
  readonly chunks: readonly Block[]
  /** Where the word is kept, if it has a variable; the others are computed where they are needed. */
  readonly blockOf: (word: Word) => Block | undefined
  /** Words that other chunks need, too. */
  readonly shared: ReadonlySet<Word>
}

/** Roughly how many words a chunk has. */
const chunkWords = 1500
/** How deep expressions may nest: compilers work on them recursively. */
const deepest = 60

export const schedule = (items: readonly Item[], chunkSize = chunkWords): Schedule => {
  const { groups, reached } = divide(items, chunkSize)
  const chunks = groups.map((group, index) => createBlock(group, index, undefined, 0))
  const placed = new Map<Word, Placement>()
  const shared = new Set<Word>()

  const use = (word: Word, block: Block, item: number): void => {
    if (isLeaf(word)) return
    const before = placed.get(word)
    if (before === undefined) {
      placed.set(word, { block, item, uses: 1 })
      return
    }
    before.uses += 1
    meet(before, block, item, () => shared.add(word))
  }
  const useItems = (block: Block): void => {
    block.items.forEach((item, index) => {
      for (const word of usesOf(item)) use(word, block, index)
      for (const branch of block.branches[index] ?? []) useItems(branch)
    })
  }
  for (const chunk of chunks) useItems(chunk)
  // users have higher numbers than operands
  const order = reached.sort((a, b) => b.id - a.id)
  for (const word of order) {
    const at = placed.get(word)
    if (at !== undefined) for (const operand of operandsOf(word)) use(operand, at.block, at.item)
  }

  const heights = new Map<Word, number>()
  const kept = new Set<Word>()
  for (const word of order.reverse()) {
    const at = placed.get(word)
    if (at === undefined) continue
    const height = 1 + Math.max(0, ...operandsOf(word).map((operand) => heights.get(operand) ?? 0))
    const inline = at.uses === 1 && word.operator !== 'table' && height < deepest
    heights.set(word, inline ? height : 0)
    if (inline) continue
    kept.add(word)
    at.block.words[at.item]?.push(word)
  }
  for (const word of shared) if (word.operator === 'table') shared.delete(word)

  return { chunks, shared, blockOf: (word) => (kept.has(word) ? placed.get(word)?.block : undefined) }
}

interface Placement {
  block: Block
  item: number
  uses: number
}

const createBlock = (items: readonly Item[], chunk: number, parent: Block | undefined, parentItem: number): Block => {
  const branches: (readonly [Block, Block] | undefined)[] = []
  const depth = parent === undefined ? 0 : parent.depth + 1
  const block: Block = { items, chunk, depth, parent, parentItem, branches, words: items.map(() => []) }
  items.forEach((item, index) => {
    branches.push(
      item.kind === 'if'
        ? [createBlock(item.then, chunk, block, index), createBlock(item.otherwise, chunk, block, index)]
        : undefined,
    )
  })
  return block
}

/** Moves a placement to where it precedes another use, too. */
const meet = (at: Placement, block: Block, item: number, share: () => void): void => {
  const up = (from: Block): readonly [Block, number] => [from.parent ?? from, from.parentItem]
  let [a, aItem, b, bItem] = [at.block, at.item, block, item]
  if (a.chunk !== b.chunk) {
    share()
    while (a.parent !== undefined) [a, aItem] = up(a)
    while (b.parent !== undefined) [b, bItem] = up(b)
    const first = a.chunk < b.chunk
    at.block = first ? a : b
    at.item = first ? aItem : bItem
    return
  }
  while (a.depth > b.depth) [a, aItem] = up(a)
  while (b.depth > a.depth) [b, bItem] = up(b)
  while (a !== b) {
    ;[a, aItem] = up(a)
    ;[b, bItem] = up(b)
  }
  at.block = a
  at.item = Math.min(aItem, bItem)
}

/** Cuts the items where enough words have come together, and collects all words that they need. */
const divide = (
  items: readonly Item[],
  chunkSize: number,
): { readonly groups: readonly (readonly Item[])[]; readonly reached: Word[] } => {
  const seen = new Set<Word>()
  const reached: Word[] = []
  const reach = (from: readonly Word[]): void => {
    const stack = [...from]
    for (let word = stack.pop(); word !== undefined; word = stack.pop()) {
      if (isLeaf(word) || seen.has(word)) continue
      seen.add(word)
      reached.push(word)
      stack.push(...operandsOf(word))
    }
  }
  const reachItem = (item: Item): void => {
    reach(usesOf(item))
    if (item.kind === 'if') [...item.then, ...item.otherwise].forEach(reachItem)
  }
  const groups: Item[][] = [[]]
  let before = 0
  for (const item of items) {
    if (reached.length - before > chunkSize) {
      groups.push([])
      before = reached.length
    }
    groups.at(-1)?.push(item)
    reachItem(item)
  }
  return { groups, reached }
}
