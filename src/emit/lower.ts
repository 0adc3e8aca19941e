/** Nodes and steps as Verilog expressions and statements. */
import type { Memory, Operator, Origin, Signal } from '#ir'
import type { CaseNames } from './cases.ts'
import type { Node } from './graph.ts'
import { coversAll, type Step, type StepBranch } from './project.ts'
import type {
  BinaryOperator,
  CaseItem,
  Name,
  SetStatement,
  SourceLine,
  UnaryOperator,
  VerilogExpression,
  VerilogStatement,
} from './verilog-tree.ts'

/** Where names come from. */
export interface Spelling {
  readonly signal: (signal: Signal) => string
  readonly memory: (memory: Memory) => string
  /** The wire that stands for a node. */
  readonly wire: (node: Node) => string | undefined
  readonly cases: CaseNames
  /** The designer's line, if the text names it. */
  readonly place: (origin: Origin | undefined) => SourceLine | undefined
}

export interface Lowering {
  /**
   * The node as an expression: its wire, if it has one. `typedAs`: a signal whose codes have names. For places in which
   * nothing but the expression itself decides about its width and sign.
   */
  readonly expression: (node: Node, typedAs?: Signal) => VerilogExpression
  /** What the wire of the node is. */
  readonly definition: (node: Node, typedAs?: Signal) => VerilogExpression
  readonly signal: (signal: Signal) => Name
  readonly memory: (memory: Memory) => string
  readonly number: (bits: number, value: bigint) => VerilogExpression
  readonly place: Spelling['place']
  readonly conditions: (nodes: readonly Node[]) => VerilogExpression
  /** Steps of a signal. */
  readonly sets: (steps: readonly Step[], target: Signal, operator: '=' | '<=') => readonly VerilogStatement[]
  /** Steps of a memory. */
  readonly writes: (steps: readonly Step[], memory: Memory) => readonly VerilogStatement[]
}

const binaryOperators: { readonly [operator in Operator]?: BinaryOperator } = {
  add: '+',
  sub: '-',
  mul: '*',
  and: '&',
  or: '|',
  xor: '^',
  eq: '==',
  ne: '!=',
  lt: '<',
  le: '<=',
  gt: '>',
  ge: '>=',
  shiftLeft: '<<',
  shiftRight: '>>',
  shiftRightSigned: '>>>',
  ltSigned: '<',
  leSigned: '<=',
  gtSigned: '>',
  geSigned: '>=',
}
const unaryOperators: { readonly [operator in Operator]?: UnaryOperator } = {
  not: '~',
  any: '|',
  all: '&',
  parity: '^',
}
const signedComparisons: ReadonlySet<Operator> = new Set(['ltSigned', 'leSigned', 'gtSigned', 'geSigned'])
const bitOperators: { readonly [operator: string]: BinaryOperator } = { and: '&&', or: '||' }

export const createLowering = (spelling: Spelling): Lowering => {
  const signal = (of: Signal): Name => ({ kind: 'name', name: spelling.signal(of), bits: of.bits })

  const expression = (node: Node, typedAs?: Signal): VerilogExpression => {
    // a number that has a wire, because bits of it are selected, is still a number elsewhere
    const name = node.operator === 'literal' ? undefined : spelling.wire(node)
    return name === undefined ? definition(node, typedAs) : { kind: 'name', name, bits: node.bits }
  }

  /** An expression inside of another one, which would make a signed shift an unsigned one. */
  const operand = (node: Node, typedAs?: Signal): VerilogExpression => {
    const own = expression(node, typedAs)
    return own.kind === 'binary' && own.operator === '>>>' ? { kind: 'cast', to: 'unsigned', operand: own } : own
  }

  const signed = (node: Node): VerilogExpression =>
    node.operator === 'literal' && node.bits <= 64
      ? { kind: 'signedSized', bits: node.bits, value: BigInt.asIntN(node.bits, node.value) }
      : { kind: 'cast', to: 'signed', operand: expression(node) }

  const definition = (node: Node, typedAs?: Signal): VerilogExpression => {
    const [a, b, c] = node.operands
    switch (node.operator) {
      case 'literal': {
        const name = typedAs === undefined ? undefined : spelling.cases.nameOf(typedAs, node.value)
        if (name !== undefined) return { kind: 'name', name, bits: node.bits }
        return number(node.bits, node.value)
      }
      case 'signal':
        return signal(needed(node.signal))
      case 'slice':
        return { kind: 'range', name: identifier(needed(a)), msb: node.lsb + node.bits - 1, lsb: node.lsb }
      case 'part':
        return { kind: 'part', name: identifier(needed(a)), position: expression(needed(b)), bits: node.bits }
      case 'word':
        return { kind: 'word', memory: spelling.memory(needed(node.memory)), address: expression(needed(a)) }
      case 'cat':
        return concat(node.operands)
      case 'mux': {
        const condition = expression(needed(a))
        return { kind: 'ternary', condition, yes: operand(needed(b), typedAs), no: operand(needed(c), typedAs) }
      }
      case 'not':
      case 'any':
      case 'all':
      case 'parity':
        return { kind: 'unary', operator: unaryOperator(node), operand: operand(needed(a)) }
      default:
        return binary(node.operator, needed(a), needed(b))
    }
  }

  const identifier = (node: Node): string => {
    if (node.signal !== undefined) return spelling.signal(node.signal)
    return needed(spelling.wire(node))
  }

  const binary = (operator: Operator, a: Node, b: Node): VerilogExpression => {
    const symbol = needed(binaryOperators[operator])
    if (signedComparisons.has(operator)) return { kind: 'binary', operator: symbol, left: signed(a), right: signed(b) }
    if (operator === 'shiftRightSigned') {
      return { kind: 'binary', operator: symbol, left: signed(a), right: expression(b) }
    }
    const compares = operator === 'eq' || operator === 'ne'
    const left = operand(a, compares ? b.signal : undefined)
    const right = operand(b, compares ? a.signal : undefined)
    return { kind: 'binary', operator: a.bits === 1 ? (bitOperators[operator] ?? symbol) : symbol, left, right }
  }

  /** Neighbours that are the same become a repetition. */
  const concat = (nodes: readonly Node[]): VerilogExpression => {
    const runs: { readonly node: Node; count: number }[] = []
    for (const node of nodes) {
      const last = runs.at(-1)
      if (last?.node === node) last.count += 1
      else runs.push({ node, count: 1 })
    }
    const parts = runs.map(({ node, count }): VerilogExpression => {
      const part = expression(node)
      return count === 1 ? part : { kind: 'repeat', count, part }
    })
    const [only] = parts
    return only?.kind === 'repeat' && parts.length === 1 ? only : { kind: 'concat', parts }
  }

  const conditions = (nodes: readonly Node[]): VerilogExpression =>
    nodes.map((node) => expression(node)).reduce((left, right) => ({ kind: 'binary', operator: '&&', left, right }))

  type LowerSet = (step: Extract<Step, { readonly kind: 'set' | 'write' }>) => SetStatement

  const statements = (steps: readonly Step[], lowerSet: LowerSet): readonly VerilogStatement[] =>
    steps.map((step): VerilogStatement => {
      if (step.kind === 'set' || step.kind === 'write') return lowerSet(step)
      if (step.kind === 'case') return caseStatement(step, lowerSet)
      const branch = ({
        conditions: all,
        body,
      }: StepBranch): { condition: VerilogExpression; body: readonly VerilogStatement[] } => ({
        condition: conditions(all),
        body: statements(body, lowerSet),
      })
      const otherwise = statements(step.otherwise, lowerSet)
      return { kind: 'if', at: spelling.place(step.origin), branches: step.branches.map(branch), otherwise }
    })

  const caseStatement = (step: Extract<Step, { readonly kind: 'case' }>, lowerSet: LowerSet): VerilogStatement => {
    const items = step.items.map(({ cases, body }): CaseItem => {
      const labels = cases.map(({ code }) => expression(code, step.subject.signal))
      const isNumber = labels.some(({ kind }) => kind !== 'name')
      const comment = isNumber ? cases.map(({ name }) => name).join(', ') : undefined
      return { labels, comment, body: statements(body, lowerSet) }
    })
    const at = spelling.place(step.origin)
    return { kind: 'case', at, subject: operand(step.subject), items, rest: coversAll(step) ? 'none' : 'nothing' }
  }

  const sets = (steps: readonly Step[], target: Signal, operator: '=' | '<='): readonly VerilogStatement[] =>
    statements(steps, (step) => {
      if (step.kind === 'write') throw new Error(`${target.name} is not a memory`)
      const at = spelling.place(step.origin)
      return { kind: 'set', at, target: signal(target), operator, value: expression(step.value, target) }
    })

  const writes = (steps: readonly Step[], memory: Memory): readonly VerilogStatement[] =>
    statements(steps, (step) => {
      if (step.kind === 'set') throw new Error(`${memory.name} is a memory`)
      const { address, data, lsb } = step
      const range = data.bits === memory.bits ? undefined : { msb: lsb + data.bits - 1, lsb }
      const target = {
        kind: 'wordTarget',
        memory: spelling.memory(memory),
        address: expression(address),
        range,
      } as const
      return { kind: 'set', at: spelling.place(step.origin), target, operator: '<=', value: expression(data) }
    })

  const { memory, place } = spelling
  return { expression, definition, signal, memory, number, place, conditions, sets, writes }
}

/** A number; a very long one in pieces. */
const number = (bits: number, value: bigint): VerilogExpression => {
  const piece = 256
  if (bits <= piece) return { kind: 'sized', bits, value }
  const count = Math.ceil(bits / piece)
  const parts = Array.from({ length: count }, (_, index): VerilogExpression => {
    const lsb = (count - 1 - index) * piece
    const own = Math.min(piece, bits - lsb)
    return { kind: 'sized', bits: own, value: (value >> BigInt(lsb)) & ((1n << BigInt(own)) - 1n) }
  })
  return { kind: 'concat', parts }
}

const unaryOperator = ({ operator, bits }: Node): UnaryOperator => {
  if (operator === 'not' && bits === 1) return '!'
  return needed(unaryOperators[operator as Operator])
}

const needed = <Value>(value: Value | undefined): Value => {
  if (value === undefined) throw new Error('a node lacks a part of it')
  return value
}
