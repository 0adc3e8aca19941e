/** Values as short text that reads like the source. */
import { operandsOf } from '#analysis'
import type { Expression, Operator } from '#ir'

/** How an operator is written between, or in front of, its operands. */
const symbols: Readonly<Record<Operator, string>> = {
  add: '+',
  sub: '-',
  mul: '*',
  and: 'and',
  or: 'or',
  xor: 'xor',
  not: 'not',
  eq: '=',
  ne: '≠',
  lt: '<',
  le: '≤',
  gt: '>',
  ge: '≥',
  ltSigned: '<',
  leSigned: '≤',
  gtSigned: '>',
  geSigned: '≥',
  any: 'any',
  all: 'all',
  parity: 'parity',
  shiftLeft: '<<',
  shiftRight: '>>',
  shiftRightSigned: '>>',
  signExtend: 'extend',
  cat: 'cat',
  mux: '?',
}

/** The sign of an operator in a picture. */
export const symbolOf = (operator: Operator): string => symbols[operator]

const deepest = 3

/** The value as text: by the name of its variable where it has one, and not more than a few operators deep. */
export const expressionText = (expression: Expression, depth = 0): string => {
  switch (expression.kind) {
    case 'signal':
      return expression.label
    case 'literal':
      return expression.value < 10n ? String(expression.value) : `0x${expression.value.toString(16)}`
    case 'slice': {
      const { lsb, bits, operand } = expression
      return `${inner(operand, depth)}[${bits === 1 ? lsb : `${lsb + bits - 1}:${lsb}`}]`
    }
    case 'select':
      return `${inner(expression.operand, depth)}[${expressionText(expression.index, depth + 1)}]`
    case 'memoryRead':
      return `${expression.memory.name}[${expressionText(expression.address, depth + 1)}]`
    case 'operation': {
      if (depth > 0 && expression.origin.name !== undefined) return expression.origin.name
      if (depth >= deepest) return '…'
      return operationText(expression, depth)
    }
  }
}

const operationText = (operation: Extract<Expression, { readonly kind: 'operation' }>, depth: number): string => {
  const { operator, operands } = operation
  const [first, second, third] = operands
  const symbol = symbols[operator]
  if (operator === 'eq' && second?.kind === 'literal' && first?.kind === 'signal') {
    const named = caseName(first, second.value)
    return `${first.label} ${named === undefined ? `= ${expressionText(second, depth)}` : `is ${named}`}`
  }
  if (operator === 'mux' && first !== undefined && second !== undefined && third !== undefined) {
    return `${inner(first, depth)} ? ${inner(second, depth)} : ${inner(third, depth)}`
  }
  if (operator === 'cat' || operator === 'signExtend') {
    return `${symbol}(${operandsOf(operation)
      .map((operand) => expressionText(operand, depth + 1))
      .join(', ')})`
  }
  if (second === undefined) return first === undefined ? symbol : `${symbol} ${inner(first, depth)}`
  return operands.map((operand) => inner(operand, depth)).join(` ${symbol} `)
}

/** An operand, in brackets if it is more than a name. */
const inner = (operand: Expression, depth: number): string => {
  const text = expressionText(operand, depth + 1)
  return text.includes(' ') && !text.endsWith(')') ? `(${text})` : text
}

const caseName = ({ cases }: Extract<Expression, { readonly kind: 'signal' }>, value: bigint): string | undefined =>
  Object.entries(cases ?? {}).find(([, code]) => BigInt(code) === value)?.[0]
