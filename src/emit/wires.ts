/** Decides which nodes of a module get a wire of their own, and what the wires are called. */
import type { Signal } from '#ir'
import { isLeaf, type Graph, type Node } from './graph.ts'
import { wordsOf, type Names } from './names.ts'

/** A place outside of expressions where a node is used. */
export interface Use {
  readonly node: Node
  /** What the node feeds, for its name if nobody named it: `head` and `next` make `head_next`. */
  readonly feeds: string
  readonly role: 'next' | 'value' | 'condition' | 'case' | 'address' | 'data'
  /** Proofs read it, and nothing else does. */
  readonly only: 'proof' | undefined
}

export interface Wire {
  readonly node: Node
  readonly name: string
  readonly only: 'proof' | undefined
}

/** Limits of one expression: characters in all, characters between two line breaks, brackets within brackets. */
const mostCharacters = 1500
const mostInLine = 160
const mostDepth = 5
/** Characters of an address, an index or the subject of a case, where lines are not broken. */
const mostInBrackets = 40

/** The wires in an order in which each one only needs earlier ones. */
export const planWires = (
  graph: Graph,
  uses: readonly Use[],
  nameOf: (signal: Signal) => string,
  names: Names,
): readonly Wire[] => {
  const { counts, reasons } = countUses(graph, uses)
  const named = chooseNamed(graph, uses, counts, nameOf)
  const bases = chooseNames(graph, uses, counts, named)
  return graph.nodes.flatMap((node) => {
    if (!named.has(node)) return []
    return [{ node, name: names.take(bases.get(node) ?? 'value'), only: reasons[node.id] === 1 ? 'proof' : undefined }]
  })
}

interface Counts {
  /** Users of each node. */
  readonly counts: readonly number[]
  /** 0 when nothing needs the node, 1 when proofs do, 2 or 3 when the hardware does. */
  readonly reasons: readonly number[]
}

const countUses = (graph: Graph, uses: readonly Use[]): Counts => {
  const counts: number[] = graph.nodes.map(() => 0)
  const reasons: number[] = graph.nodes.map(() => 0)
  const count = ({ id }: Node, reason: number): void => {
    counts[id] = (counts[id] ?? 0) + 1
    reasons[id] = (reasons[id] ?? 0) | reason
  }
  for (const { node, only } of uses) count(node, only === 'proof' ? 1 : 2)
  for (const node of graph.nodes.toReversed()) {
    const reason = reasons[node.id] ?? 0
    if (reason > 0) for (const operand of node.operands) count(operand, reason)
  }
  return { counts, reasons }
}

/** How big a node is as text, cut at the nodes that have a name. */
interface Size {
  readonly characters: number
  /** The longest piece between two line breaks. */
  readonly line: number
  readonly depth: number
  /** Operators, not counting those that cost nothing to repeat: 0 for `!full`, 1 for `tail + 3'd1`. */
  readonly weight: number
}

const chooseNamed = (
  graph: Graph,
  uses: readonly Use[],
  counts: readonly number[],
  nameOf: (signal: Signal) => string,
): Set<Node> => {
  const named = new Set<Node>()
  const bracketed = new Set(uses.flatMap(({ node, role }) => (role === 'address' || role === 'case' ? [node.id] : [])))
  graph.nodes.forEach(({ id, operator, operands }) => {
    const index = operator === 'part' ? operands[1] : operator === 'word' ? operands[0] : undefined
    if (index !== undefined && (counts[id] ?? 0) > 0) bracketed.add(index.id)
  })
  const sizes: Size[] = []
  const sizeOf = (node: Node): Size => (named.has(node) ? nameSize : (sizes[node.id] ?? nameSize))

  for (const node of graph.nodes) {
    const count = counts[node.id] ?? 0
    if (count === 0) continue
    const [whole] = node.operands
    const needsName = node.operator === 'slice' || node.operator === 'part'
    if (needsName && whole !== undefined && whole.operator !== 'signal') named.add(whole)
    let size = measure(node, sizeOf, nameOf)
    while (size.characters > mostCharacters || size.line > mostInLine || size.depth > mostDepth) {
      const deep = size.depth > mostDepth
      const largest = biggest(node, (operand) => {
        const { characters, depth, weight } = sizeOf(operand)
        return weight === 0 ? 0 : deep ? depth : characters > 24 ? characters : 0
      })
      if (largest === undefined) break
      named.add(largest)
      size = measure(node, sizeOf, nameOf)
    }
    sizes[node.id] = size
    if (bracketed.has(node.id) && size.characters > mostInBrackets) named.add(node)
    if (count > 1 && deservesName(node, size)) named.add(node)
  }
  return named
}

const nameSize: Size = { characters: 16, line: 16, depth: 0, weight: 0 }
const costly: ReadonlySet<string> = new Set(['mul', 'part', 'word'])
const unary: ReadonlySet<string> = new Set(['not', 'any', 'all', 'parity'])
const chains: ReadonlySet<string> = new Set(['add', 'and', 'or', 'xor', 'mux'])

/** Whether a node that is used several times is a wire: not when it is a word or two that nobody named. */
const deservesName = (node: Node, { weight, characters }: Size): boolean => {
  if (isLeaf(node) || weight === 0) return false
  return weight > 1 || costly.has(node.operator) || characters > 40 || originName(node) !== undefined
}

/** The operand whose wire makes the most difference; one with a name of its own if it is at least half as big. */
const biggest = (node: Node, sizeOf: (operand: Node) => number): Node | undefined => {
  const most = Math.max(...node.operands.map(sizeOf))
  if (most === 0) return undefined
  const wellNamed = node.operands.find((operand) => sizeOf(operand) * 2 >= most && originName(operand) !== undefined)
  return wellNamed ?? node.operands.find((operand) => sizeOf(operand) === most)
}

const measure = (node: Node, sizeOf: (operand: Node) => Size, nameOf: (signal: Signal) => string): Size => {
  const leaf = (characters: number): Size => ({ characters, line: characters, depth: 0, weight: 0 })
  if (node.operator === 'literal') return leaf(4 + node.bits / 4)
  if (node.signal !== undefined) return leaf(nameOf(node.signal).length)
  // a repetition is written once
  const distinct = node.operands.filter(
    (operand, index) => node.operator !== 'cat' || operand !== node.operands[index - 1],
  )
  const operands = distinct.map((operand, index) => {
    const size = sizeOf(operand)
    // the next link of a chain such as `a | b | c` or `a ? b : c ? d : e` stands on the same level
    const link = operand.operator === node.operator && chains.has(node.operator) && index !== 1 && size !== nameSize
    return { ...size, link }
  })
  const characters = operands.reduce((sum, operand) => sum + operand.characters + 4, 0)
  const depth = operands.reduce((most, operand) => {
    return Math.max(most, operand.link || operand.depth === 0 ? operand.depth : operand.depth + 1)
  }, 0)
  const pieces = operands.map((operand) => (operand.link ? operand.line : operand.characters + 4))
  const [first = 0, second = 0, ...others] = pieces
  const line =
    node.operator === 'mux'
      ? Math.max(first + second, ...others)
      : chains.has(node.operator) || node.operator === 'cat'
        ? Math.max(...pieces)
        : characters
  const free = unary.has(node.operator) || node.operator === 'slice'
  const weight = operands.reduce((sum, operand) => sum + operand.weight, free ? 0 : 1)
  return { characters, line, depth: Math.max(depth, free ? 0 : 1), weight }
}

const chooseNames = (
  graph: Graph,
  uses: readonly Use[],
  counts: readonly number[],
  named: ReadonlySet<Node>,
): ReadonlyMap<Node, string> => {
  const bases = new Map<Node, string>()
  const fed = new Map<Node, { readonly feeds: string; readonly role: string }>()
  const direct = new Set<Node>()
  for (const { node, feeds, role } of uses) {
    if (!direct.has(node)) fed.set(node, { feeds, role })
    direct.add(node)
  }
  for (const node of graph.nodes.toReversed()) {
    const own = fed.get(node)
    if (own === undefined || (counts[node.id] ?? 0) === 0) continue
    const written = named.has(node) ? originName(node) : undefined
    if (named.has(node)) bases.set(node, written ?? `${own.feeds}_${own.role}`)
    for (const operand of node.operands) {
      if (!direct.has(operand)) fed.set(operand, { feeds: written ?? own.feeds, role: 'part' })
    }
  }
  return bases
}

/** The variable that the value was bound to. */
const originName = (node: Node): string | undefined => {
  for (const { name } of node.origins) if (name !== undefined) return wordsOf(name)
  return undefined
}
