/** Makes nodes, simplifying on the way what tools would warn about and what no person would write. */
import type { Expression, Memory, Operator, Signal } from '#ir'
import { fold } from './fold.ts'
import { knownOf, type Known } from './known.ts'
import { createGraph, keptOrigins, operandsOf, type Graph, type Node, type NodeContent } from './graph.ts'

export interface Builder {
  readonly graph: Graph
  /** The node of an expression; the same node for equal expressions. */
  readonly node: (expression: Expression) => Node
  readonly literal: (bits: number, value: bigint) => Node
  readonly signal: (signal: Signal) => Node
  readonly operation: (operator: Operator, ...operands: readonly Node[]) => Node
  readonly cat: (operands: readonly Node[]) => Node
  readonly slice: (operand: Node, lsb: number, bits: number) => Node
  /** The value in two's complement: copies of its sign bit in front. */
  readonly signExtend: (operand: Node, bits: number) => Node
  /** Zero bits in front, or the low bits. */
  readonly resize: (operand: Node, bits: number) => Node
  /** The address as wide as the memory needs it. */
  readonly address: (memory: Memory, address: Node) => Node
  /** The word of a memory at an address of any width. */
  readonly word: (memory: Memory, address: Node) => Node
}

/** Bits that count up to `count` things; 1 for a single thing. */
export const indexBits = (count: number): number => Math.max(1, (count - 1).toString(2).length)

const ones = (bits: number): bigint => (1n << BigInt(bits)) - 1n

/** Operators whose result is one bit. */
const oneBit: ReadonlySet<Operator> = new Set([
  ...(['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'ltSigned', 'leSigned', 'gtSigned', 'geSigned'] as const),
  ...(['any', 'all', 'parity'] as const),
])

/** `sourceOf`: what a signal is in every cycle, if it is one and the same node. */
export const createBuilder = (sourceOf: (signal: Signal) => Node | undefined): Builder => {
  const graph = createGraph()
  const done = new Map<Expression, Node>()
  const known: Known[] = []
  const opening = new Set<Signal>()

  const intern = (content: NodeContent): Node => {
    const made = graph.intern(content)
    const facts = (known[made.id] ??= knownOf(made, ({ id }) => known[id] ?? { zeros: 0n, ones: 0n }))
    const isConstant = made.operator !== 'literal' && (facts.zeros | facts.ones) === ones(made.bits)
    return isConstant ? literal(made.bits, facts.ones) : made
  }

  const literal = (bits: number, value: bigint): Node =>
    intern({ operator: 'literal', bits, value: value & ones(bits) })

  /** The signal, or the number that it always is: tools look through wires, and warn about what they find. */
  const signal = (of: Signal): Node => {
    if (!opening.has(of)) {
      opening.add(of)
      const source = sourceOf(of)
      opening.delete(of)
      if (source?.operator === 'literal') return source
    }
    return intern({ operator: 'signal', bits: of.bits, signal: of })
  }

  const operation = (operator: Operator, ...operands: readonly Node[]): Node => {
    if (operator === 'cat') return cat(operands)
    const folded = fold(builder, operator, operands)
    if (folded !== undefined) return folded
    const [first, second] = operands
    const bits = oneBit.has(operator) ? 1 : ((operator === 'mux' ? second : first)?.bits ?? 1)
    return intern({ operator, operands, bits })
  }

  const cat = (operands: readonly Node[]): Node => {
    const parts: Node[] = []
    for (const operand of operands) {
      const nested = operand.operator === 'cat' && operand.operands.length + operands.length <= 24
      for (const part of nested ? operand.operands : [operand]) {
        const last = parts.at(-1)
        const joined = last === undefined ? undefined : join(last, part)
        if (joined === undefined) parts.push(part)
        else parts[parts.length - 1] = joined
      }
    }
    const [only] = parts
    if (only !== undefined && parts.length === 1) return only
    return intern({ operator: 'cat', operands: parts, bits: parts.reduce((sum, { bits }) => sum + bits, 0) })
  }

  /** Two neighbours in a concatenation as one, when they are numbers or adjacent bits of one thing. */
  const join = (high: Node, low: Node): Node | undefined => {
    if (high.operator === 'literal' && low.operator === 'literal') {
      return literal(high.bits + low.bits, (high.value << BigInt(low.bits)) | low.value)
    }
    if (high.operator !== 'slice' || low.operator !== 'slice') return undefined
    const [operand] = high.operands
    if (operand === undefined || operand !== low.operands[0] || low.lsb + low.bits !== high.lsb) return undefined
    return slice(operand, low.lsb, high.bits + low.bits)
  }

  const slice = (operand: Node, lsb: number, bits: number): Node => {
    if (lsb === 0 && bits === operand.bits) return operand
    if (operand.operator === 'literal') return literal(bits, operand.value >> BigInt(lsb))
    const [inner] = operand.operands
    if (operand.operator === 'slice' && inner !== undefined) return slice(inner, operand.lsb + lsb, bits)
    if (operand.operator !== 'cat') return intern({ operator: 'slice', operands: [operand], lsb, bits })
    const parts: Node[] = []
    let from = operand.bits
    for (const part of operand.operands) {
      from -= part.bits
      const low = Math.max(lsb, from)
      const high = Math.min(lsb + bits, from + part.bits)
      if (low < high) parts.push(slice(part, low - from, high - low))
    }
    return cat(parts)
  }

  const resize = (operand: Node, bits: number): Node =>
    bits <= operand.bits ? slice(operand, 0, bits) : cat([literal(bits - operand.bits, 0n), operand])

  const signExtend = (operand: Node, bits: number): Node => {
    const sign = slice(operand, operand.bits - 1, 1)
    return cat([...Array.from({ length: bits - operand.bits }, () => sign), operand])
  }

  /** Element `index` of `operand`: an indexed part select whose position is exactly as wide as the operand needs it. */
  const select = (operand: Node, index: Node, bits: number): Node => {
    const count = Math.ceil(operand.bits / bits)
    const whole = resize(operand, count * bits)
    const zero = literal(bits, 0n)
    if (index.operator === 'literal') {
      return index.value < BigInt(count) ? slice(whole, Number(index.value) * bits, bits) : zero
    }
    const inside = index.bits < 64 && count >= 2 ** index.bits ? undefined : lessThan(index, count)
    if (count === 1) return operation('mux', operation('eq', index, literal(index.bits, 0n)), whole, zero)
    const element = resize(index, indexBits(count))
    const at = position(element, bits, whole.bits)
    const part =
      at.operator === 'literal'
        ? slice(whole, Number(at.value), bits)
        : intern({ operator: 'part', operands: [whole, at], bits })
    return inside === undefined ? part : operation('mux', inside, part, zero)
  }

  const lessThan = (index: Node, count: number): Node => operation('lt', index, literal(index.bits, BigInt(count)))

  const position = (element: Node, bits: number, wholeBits: number): Node => {
    if (Number.isInteger(Math.log2(bits))) {
      return bits === 1 ? element : cat([element, literal(Math.log2(bits), 0n)])
    }
    const exact = indexBits(wholeBits)
    return operation('mul', resize(element, exact), literal(exact, BigInt(bits)))
  }

  const address = (memory: Memory, of: Node): Node =>
    memory.depth === 1 ? literal(1, 0n) : resize(of, indexBits(memory.depth))

  const word = (memory: Memory, at: Node): Node =>
    intern({ operator: 'word', operands: [address(memory, at)], bits: memory.bits, memory })

  const make = (expression: Expression, operands: readonly Node[]): Node => {
    const [first, second] = operands
    switch (expression.kind) {
      case 'literal':
        return literal(expression.bits, expression.value)
      case 'signal':
        return signal(expression)
      case 'operation':
        return expression.operator === 'signExtend'
          ? signExtend(needed(first), expression.bits)
          : operation(expression.operator, ...operands)
      case 'slice':
        return slice(needed(first), expression.lsb, expression.bits)
      case 'select':
        return select(needed(first), needed(second), expression.bits)
      case 'memoryRead':
        return word(expression.memory, needed(first))
    }
  }

  const node = (root: Expression): Node => {
    const waiting: Expression[] = [root]
    for (let expression = waiting.at(-1); expression !== undefined; expression = waiting.at(-1)) {
      const before = waiting.length
      if (!done.has(expression))
        for (const operand of operandsOf(expression)) if (!done.has(operand)) waiting.push(operand)
      if (waiting.length > before) continue
      waiting.pop()
      if (done.has(expression)) continue
      const made = make(
        expression,
        operandsOf(expression).map((operand) => needed(done.get(operand))),
      )
      done.set(expression, made)
      if (made.origins.length < keptOrigins) made.origins.push(expression.origin)
    }
    return needed(done.get(root))
  }

  const builder: Builder = { graph, node, literal, signal, operation, cat, slice, signExtend, resize, address, word }
  return builder
}

/** A value that the kinds of nodes guarantee. */
const needed = <Value>(value: Value | undefined): Value => {
  if (value === undefined) throw new Error('an operation lacks an operand')
  return value
}
