/**
 * Expressions of one module as a graph in which equal expressions are one node. Nodes are numbered in the order of their
 * making, so operands come before their users and every later pass is a loop over numbers, however deep the design is.
 */
import type { Expression, Memory, Operator, Origin, Signal } from '#ir'

/** `part`: bits of operand 0 from bit `operand 1` upwards. `word`: the word of a memory at address operand 0. */
export type NodeOperator = Operator | 'literal' | 'signal' | 'slice' | 'part' | 'word'

export interface Node {
  readonly id: number
  readonly operator: NodeOperator
  readonly operands: readonly Node[]
  readonly bits: number
  /** Literals only. */
  readonly value: bigint
  /** Slices only. */
  readonly lsb: number
  readonly signal: Signal | undefined
  readonly memory: Memory | undefined
  /** Where it was written; the first few places of equal expressions. */
  readonly origins: Origin[]
}

export interface Graph {
  /** All nodes; the index is the node's `id`. */
  readonly nodes: readonly Node[]
  readonly intern: (made: NodeContent) => Node
}

/** What makes a node; the defaults are those of an operation. */
export interface NodeContent {
  readonly operator: NodeOperator
  readonly operands?: readonly Node[]
  readonly bits: number
  readonly value?: bigint
  readonly lsb?: number
  readonly signal?: Signal
  readonly memory?: Memory
}

/** How many places of equal expressions are kept to find a name among. */
export const keptOrigins = 4

export const createGraph = (): Graph => {
  const nodes: Node[] = []
  const known = new Map<string, Node>()
  const identities = new Map<Signal | Memory, number>()

  const identity = (thing: Signal | Memory | undefined): number => {
    if (thing === undefined) return -1
    const own = identities.get(thing) ?? identities.size
    identities.set(thing, own)
    return own
  }

  const intern = ({ operator, operands = [], bits, value = 0n, lsb = 0, signal, memory }: NodeContent): Node => {
    const inputs = operands.map(({ id }) => id).join()
    const key = `${operator} ${bits} ${value} ${lsb} ${identity(signal)} ${identity(memory)} ${inputs}`
    const equal = known.get(key)
    if (equal !== undefined) return equal
    const node: Node = { id: nodes.length, operator, operands, bits, value, lsb, signal, memory, origins: [] }
    nodes.push(node)
    known.set(key, node)
    return node
  }

  return { nodes, intern }
}

/** The operands of an expression. */
export const operandsOf = (expression: Expression): readonly Expression[] => {
  switch (expression.kind) {
    case 'literal':
    case 'signal':
      return []
    case 'operation':
      return expression.operands
    case 'slice':
      return [expression.operand]
    case 'select':
      return [expression.operand, expression.index]
    case 'memoryRead':
      return [expression.address]
  }
}

/** Whether a node is a name, a number or bits of a name: nothing that would deserve a name of its own. */
export const isLeaf = (node: Node): boolean =>
  node.operator === 'literal' ||
  node.operator === 'signal' ||
  (node.operator === 'slice' && node.operands[0]?.operator === 'signal')
