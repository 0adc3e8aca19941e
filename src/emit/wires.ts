/** Decides which nodes of a module get a wire of their own, and what the wires are called. */
import type { Signal } from '#ir'
import { isLeaf, type Graph, type Node } from './graph.ts'
import type { Names } from './names.ts'

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

/** Limits of one expression: characters in all, and brackets within brackets. */
const mostCharacters = 420
const mostDepth = 5
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
  // an address, an index or a subject stands inside of brackets, where lines are not broken
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
    while (size.characters > mostCharacters || size.depth > mostDepth) {
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

const nameSize: Size = { characters: 16, depth: 0, weight: 0 }
const costly: ReadonlySet<string> = new Set(['mul', 'part', 'word'])
const unary: ReadonlySet<string> = new Set(['not', 'any', 'all', 'parity'])
const chains: ReadonlySet<string> = new Set(['add', 'and', 'or', 'xor', 'mux'])

/** Whether a node that is used several times is a wire: not when it is a word or two that nobody named. */
const deservesName = (node: Node, { weight, characters }: Size): boolean => {
  if (isLeaf(node) || weight === 0) return false
  return weight > 1 || costly.has(node.operator) || characters > 40 || originName(node) !== undefined
}

const biggest = (node: Node, sizeOf: (operand: Node) => number): Node | undefined =>
  node.operands.reduce<{ readonly node: Node | undefined; readonly size: number }>(
    (most, operand) => (sizeOf(operand) > most.size ? { node: operand, size: sizeOf(operand) } : most),
    { node: undefined, size: 0 },
  ).node

const measure = (node: Node, sizeOf: (operand: Node) => Size, nameOf: (signal: Signal) => string): Size => {
  if (node.operator === 'literal') return { characters: 4 + node.bits / 4, depth: 0, weight: 0 }
  if (node.signal !== undefined) return { characters: nameOf(node.signal).length, depth: 0, weight: 0 }
  const operands = node.operands.map((operand) => ({ operand, ...sizeOf(operand) }))
  const characters = operands.reduce((sum, operand) => sum + operand.characters + 4, 0)
  const depth = operands.reduce((most, { operand, depth: inner }, index) => {
    // the next link of a chain such as `a | b | c` or `a ? b : c ? d : e` stands on the same level
    const link = operand.operator === node.operator && chains.has(node.operator) && index !== 1
    return Math.max(most, link || inner === 0 ? inner : inner + 1)
  }, 0)
  const free = unary.has(node.operator) || node.operator === 'slice'
  const weight = operands.reduce((sum, operand) => sum + operand.weight, free ? 0 : 1)
  return { characters, depth: Math.max(depth, free ? 0 : 1), weight }
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
  for (const { name } of node.origins) if (name !== undefined) return name
  return undefined
}
