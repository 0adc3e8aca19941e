/** Expressions as text, with the brackets that a careful person writes. */
import type { BinaryOperator, Binary, Concat, Ternary, VerilogExpression } from './verilog-tree.ts'

/** The expression on one line. */
export const flat = (expression: VerilogExpression): string => {
  switch (expression.kind) {
    case 'name':
      return expression.name
    case 'sized':
      return sized(expression.bits, expression.value)
    case 'signedSized':
      return `${expression.value < 0n ? '-' : ''}${expression.bits}'sd${expression.value < 0n ? -expression.value : expression.value}`
    case 'cast':
      return `$${expression.to}(${flat(expression.operand)})`
    case 'range': {
      const { name, msb, lsb } = expression
      return msb === lsb ? `${name}[${lsb}]` : `${name}[${msb}:${lsb}]`
    }
    case 'part': {
      const { name, position, bits } = expression
      return bits === 1 ? `${name}[${flat(position)}]` : `${name}[${flat(position)} +: ${bits}]`
    }
    case 'word':
      return `${expression.memory}[${flat(expression.address)}]`
    case 'unary':
      return `${expression.operator}${bracketed(expression.operand, isPrimary(expression.operand))}`
    case 'binary':
      return chainOf(expression).map(flatLink).join(' ')
    case 'ternary': {
      const { condition, yes, no } = expression
      return `${flatCondition(condition)} ? ${bracketed(yes, yes.kind !== 'ternary')} : ${flat(no)}`
    }
    case 'concat':
      return `{${expression.parts.map(flat).join(', ')}}`
    case 'repeat':
      return `{${expression.count}{${flat(expression.part)}}}`
  }
}

/** The expression on lines of at most `room` columns where it can be broken; deeper lines are indented. */
export const layOut = (expression: VerilogExpression, room: number): readonly string[] => {
  const line = flat(expression)
  if (line.length <= room) return [line]
  switch (expression.kind) {
    case 'binary':
      return layOutChain(expression, room)
    case 'ternary':
      return layOutTernary(expression, room)
    case 'concat':
      return layOutConcat(expression, room)
    case 'cast':
      return wrapped(layOut(expression.operand, room - 12), `$${expression.to}(`, ')')
    case 'unary': {
      if (isPrimary(expression.operand) && expression.operand.kind !== 'concat') return [line]
      const [open, close] = isPrimary(expression.operand) ? ['', ''] : ['(', ')']
      return wrapped(layOut(expression.operand, room - 3), `${expression.operator}${open}`, close)
    }
    default:
      return [line]
  }
}

/** `3'd4`, `1'b0`, `32'hdead_beef`, `16'h80`: decimal for small numbers, hexadecimal for wide ones. */
export const sized = (bits: number, value: bigint): string => {
  if (bits === 1) return `1'b${value}`
  if (bits <= 8 || value < 10n) return `${bits}'d${value}`
  const digits = value.toString(16)
  return `${bits}'h${digits.length > 4 ? digits.replace(/\B(?=(.{4})+$)/g, '_') : digits}`
}

const isPrimary = (expression: VerilogExpression): boolean =>
  expression.kind !== 'unary' && expression.kind !== 'binary' && expression.kind !== 'ternary'

const bracketed = (expression: VerilogExpression, isPlain: boolean): string =>
  isPlain ? flat(expression) : `(${flat(expression)})`

/** A condition in front of `?`: `!full`, `a == b`, and anything bigger in brackets. */
const flatCondition = (condition: VerilogExpression): string => {
  const isComparison = condition.kind === 'binary' && comparing.has(condition.operator)
  const isNegation = condition.kind === 'unary' && (condition.operator === '!' || condition.operator === '~')
  return bracketed(condition, isPrimary(condition) || isComparison || isNegation)
}

const calculating: ReadonlySet<BinaryOperator> = new Set(['+', '-', '*'])
const comparing: ReadonlySet<BinaryOperator> = new Set(['<', '<=', '>', '>=', '==', '!='])
const joining: ReadonlySet<BinaryOperator> = new Set(['&&', '||'])
const associative: ReadonlySet<BinaryOperator> = new Set(['&', '|', '^', '&&', '||'])

/** Whether an operand of a binary operator reads well without brackets. */
const standsAlone = (operand: VerilogExpression, within: BinaryOperator, side: 'left' | 'right'): boolean => {
  if (operand.kind === 'unary') return operand.operator === '!' || operand.operator === '~'
  if (operand.kind !== 'binary') return operand.kind !== 'ternary'
  const { operator } = operand
  if (comparing.has(within)) return calculating.has(operator)
  if (joining.has(within)) return comparing.has(operator)
  return side === 'left' && (within === '+' || within === '-') && calculating.has(operator)
}

interface Link {
  readonly operator: BinaryOperator | undefined
  readonly operand: VerilogExpression
  readonly plain: boolean
}

/** Operands joined by the same operator, in order: `a | b | c`. */
const chainOf = (expression: Binary): readonly Link[] => {
  const { operator } = expression
  const links: Link[] = []
  const add = (operand: VerilogExpression, side: 'left' | 'right', before: BinaryOperator | undefined): void => {
    const joins = operand.kind === 'binary' && operand.operator === operator
    if (joins && (associative.has(operator) || (side === 'left' && (operator === '+' || operator === '*')))) {
      add(operand.left, 'left', before)
      add(operand.right, 'right', operator)
    } else {
      links.push({ operator: before, operand, plain: standsAlone(operand, operator, side) })
    }
  }
  add(expression.left, 'left', undefined)
  add(expression.right, 'right', operator)
  return links
}

const flatLink = ({ operator, operand, plain }: Link): string =>
  (operator === undefined ? '' : `${operator} `) + bracketed(operand, plain)

/** Lines with something in front of the first and behind the last. */
const wrapped = (lines: readonly string[], before: string, behind: string): readonly string[] =>
  lines.map((text, at) => {
    const start = at === 0 ? before : ' '.repeat(before.length)
    return start + text + (at === lines.length - 1 ? behind : '')
  })

const layOutChain = (expression: Binary, room: number): readonly string[] =>
  chainOf(expression).flatMap((link, index) => {
    const indent = index === 0 ? '' : '  '
    const line = indent + flatLink(link)
    if (line.length <= room) return [line]
    const before = indent + (link.operator === undefined ? '' : `${link.operator} `)
    const [open, close] = link.plain ? ['', ''] : ['(', ')']
    return wrapped(layOut(link.operand, room - before.length - 2), before + open, close)
  })

/** `a ? b :`, `c ? d :`, `e`, one below the other. */
const layOutTernary = (expression: Ternary, room: number): readonly string[] => {
  const lines: string[] = []
  let rest: VerilogExpression = expression
  while (rest.kind === 'ternary') {
    const { condition, yes, no }: Ternary = rest
    const line = `${flatCondition(condition)} ? ${bracketed(yes, yes.kind !== 'ternary')} :`
    if (line.length <= room) {
      lines.push(line)
    } else {
      const [open, close] = yes.kind === 'ternary' ? ['(', ')'] : ['', '']
      lines.push(...wrapped(layOut(condition, room - 2), '(', ')'))
      lines.push(...wrapped(layOut(yes, room - 7), `  ? ${open}`, `${close} :`))
    }
    rest = no
  }
  lines.push(...layOut(rest, room))
  return lines
}

/** As many parts on a line as fit. */
const layOutConcat = (expression: Concat, room: number): readonly string[] => {
  const lines: string[] = []
  let line = ''
  expression.parts.forEach((part, index) => {
    const last = index === expression.parts.length - 1
    const text = `${flat(part)}${last ? '' : ','}`
    if (line !== '' && line.length + text.length + 1 > room - 2) {
      lines.push(line)
      line = ''
    }
    if (text.length > room - 2) {
      const inner = layOut(part, room - 3)
      lines.push(...inner.slice(0, -1))
      line = `${inner.at(-1) ?? ''}${last ? '' : ','}`
    } else {
      line = line === '' ? text : `${line} ${text}`
    }
  })
  if (line !== '') lines.push(line)
  return ['{', ...lines.map((text) => `  ${text}`), '}']
}
