/** Statements as lines of text. */
import { flat, layOut } from './print-expression.ts'
import type { CaseItem, SourceLine, VerilogExpression, VerilogStatement } from './verilog-tree.ts'

export const columns = 120

export const indented = (lines: readonly string[]): readonly string[] => lines.map((line) => `  ${line}`)

/** Says that the next line comes from there. */
export const directive = (at: SourceLine | undefined): readonly string[] =>
  at === undefined ? [] : [`\`line ${at.line} "${at.file.replace(/["\\]/g, '_')}" 0`]

/** `target = value;` at an indentation of `indent`, broken behind the operator if it is too long. */
export const setLines = (start: string, value: VerilogExpression, indent: number): readonly string[] => {
  const line = `${start} ${flat(value)};`
  if (line.length + indent <= columns) return [line]
  const [open, broken] =
    value.kind === 'unary' && value.operand.kind === 'concat'
      ? [value.operator, layOut(value.operand, columns - indent)]
      : ['', value.kind === 'concat' ? layOut(value, columns - indent) : undefined]
  if (broken !== undefined && broken.length > 1) {
    return broken.map(
      (text, at) => (at === 0 ? `${start} ${open}${text}` : text) + (at === broken.length - 1 ? ';' : ''),
    )
  }
  const lines = layOut(value, columns - indent - 3)
  return [start, ...lines.map((text, at) => `  ${text}${at === lines.length - 1 ? ';' : ''}`)]
}

/** Statements whose first column is at `indent`. */
export const statementLines = (statements: readonly VerilogStatement[], indent: number): readonly string[] =>
  statements.flatMap((statement) => [...directive(statement.at), ...linesOf(statement, indent)])

const linesOf = (statement: VerilogStatement, indent: number): readonly string[] => {
  switch (statement.kind) {
    case 'set':
      return setLines(`${targetText(statement.target)} ${statement.operator}`, statement.value, indent)
    case 'if': {
      const branches = statement.branches.flatMap(({ condition, body }, index) => [
        ...inBrackets(index === 0 ? 'if (' : 'end else if (', condition, ') begin', indent),
        ...indented(statementLines(body, indent + 2)),
      ])
      const otherwise = indented(statementLines(statement.otherwise, indent + 2))
      return [...branches, ...(otherwise.length === 0 ? [] : ['end else begin', ...otherwise]), 'end']
    }
    case 'case':
      return [
        `case (${flat(statement.subject)})`,
        ...indented(statement.items.flatMap((item) => caseLines(item, indent + 2))),
        ...(statement.rest === 'nothing' ? ['  default: ;'] : []),
        'endcase',
      ]
    case 'fatal':
      return [`$fatal(1, "${stringText(statement.sentence)}");`]
    case 'property':
      return inBrackets(`${statement.label}: ${statement.check} (`, statement.condition, ');', indent)
  }
}

const targetText = (target: Extract<VerilogStatement, { readonly kind: 'set' }>['target']): string => {
  if (target.kind === 'name') return target.name
  const { memory, address, range: bits } = target
  const word = `${memory}[${flat(address)}]`
  if (bits === undefined) return word
  return bits.msb === bits.lsb ? `${word}[${bits.lsb}]` : `${word}[${bits.msb}:${bits.lsb}]`
}

/** A condition between `start` and `end`, on lines of its own if it is too long. */
const inBrackets = (start: string, condition: VerilogExpression, end: string, indent: number): readonly string[] => {
  const line = `${start}${flat(condition)}${end}`
  if (line.length + indent <= columns) return [line]
  return [start, ...indented(layOut(condition, columns - indent - 2)), end]
}

const caseLines = ({ labels, comment, body }: CaseItem, indent: number): readonly string[] => {
  const start = `${labels.map(flat).join(', ')}:`
  const note = comment === undefined ? '' : ` // ${comment}`
  const lines = statementLines(body, indent + 2)
  const [only] = lines
  if (only !== undefined && lines.length === 1 && indent + start.length + only.length + note.length < columns) {
    return [`${start} ${only}${note}`]
  }
  return [`${start} begin${note}`, ...indented(lines), 'end']
}

/** A sentence inside of quotes, in which `%` is special. */
const stringText = (sentence: string): string =>
  sentence.replace(/\s+/g, ' ').replace(/[\\"]/g, '\\$&').replaceAll('%', '%%')
