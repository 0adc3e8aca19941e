/** Verilog trees as text. */
import { flat, layOut, sized } from './print-expression.ts'
import type {
  CaseItem,
  Declaration,
  FillItem,
  VerilogExpression,
  VerilogItem,
  VerilogModule,
  VerilogPort,
  VerilogStatement,
} from './verilog-tree.ts'

const columns = 120

/** The text of a file that has this module and nothing else. */
export const printModule = (module: VerilogModule): string => {
  const lines = [
    ...module.comment.flatMap((sentence) => commentLines(sentence)),
    '`default_nettype none',
    module.ports.length === 0 ? `module ${module.name};` : `module ${module.name} (`,
    ...portLines(module.ports),
    ...(module.ports.length === 0 ? [] : [');']),
    ...separated(module.groups.map((group) => groupLines(group))),
    'endmodule',
    '`default_nettype wire',
  ]
  return `${lines.join('\n')}\n`
}

const commentLines = (sentence: string): readonly string[] => {
  const lines: string[] = []
  let line = '//'
  for (const word of sentence.split(/\s+/).filter((part) => part !== '')) {
    if (line.length + 1 + word.length > columns && line !== '//') {
      lines.push(line)
      line = '//'
    }
    line += ` ${word}`
  }
  return [...lines, line]
}

/** Groups with an empty line between them. */
const separated = (groups: readonly (readonly string[])[]): readonly string[] =>
  groups.flatMap((group, index) => (index === 0 ? group : ['', ...group]))

const range = (bits: number): string => (bits === 1 ? '' : `[${bits - 1}:0]`)

const longest = (texts: readonly string[]): number => Math.max(0, ...texts.map(({ length }) => length))

/** A padded column with a space behind it, or nothing if all entries are empty. */
const column = (text: string, width: number): string => (width === 0 ? '' : `${text.padEnd(width)} `)

const portLines = (ports: readonly VerilogPort[]): readonly string[] => {
  const directions = longest(ports.map(({ direction }) => direction))
  const nets = longest(ports.map(({ net }) => net))
  const ranges = longest(ports.map(({ bits }) => range(bits)))
  return ports.map(({ direction, net, bits, name }, index) => {
    const comma = index === ports.length - 1 ? '' : ','
    return `  ${column(direction, directions)}${column(net, nets)}${column(range(bits), ranges)}${name}${comma}`
  })
}

/** The lines of items that belong together; declarations and assignments are aligned with each other. */
const groupLines = (items: readonly VerilogItem[]): readonly string[] => {
  const declarations = items.filter((item) => item.kind === 'declaration')
  const nets = longest(declarations.map(({ net }) => net))
  const ranges = longest(items.map((item) => ('bits' in item ? range(item.bits) : '')))
  const names = longest(items.map((item) => assignedName(item) ?? '').filter(({ length }) => length <= 40))
  return items.flatMap((item) => {
    if (item.kind === 'formal') return formalLines(item.items)
    return itemLines(item, { nets, ranges, names }).map((line) => (line === '' ? '' : `  ${line}`))
  })
}

/** The name in front of an `=`. */
const assignedName = (item: VerilogItem): string | undefined => {
  if (item.kind === 'declaration') return item.value === undefined ? undefined : item.name
  if (item.kind === 'localParameter') return item.name
  return item.kind === 'assign' ? item.target.name : undefined
}

const formalLines = (items: readonly VerilogItem[]): readonly string[] => {
  const declarations = items.filter((item) => item.kind === 'declaration')
  const others = items.filter((item) => item.kind !== 'declaration')
  return ['`ifdef FORMAL', ...groupLines(declarations), ...groupLines(others), '`endif']
}

interface Widths {
  readonly nets: number
  readonly ranges: number
  readonly names: number
}

const itemLines = (item: VerilogItem, widths: Widths): readonly string[] => {
  switch (item.kind) {
    case 'declaration':
      return declarationLines(item, widths)
    case 'localParameter': {
      const start = `localparam ${column(range(item.bits), widths.ranges)}${item.name.padEnd(widths.names)}`
      return [`${start} = ${sized(item.bits, item.value)};`]
    }
    case 'assign':
      return setLines(`assign ${item.target.name.padEnd(widths.names)} =`, item.value, 2)
    case 'instance': {
      const ports = longest(item.connections.map(({ port }) => port))
      const lines = item.connections.map(({ port, value }, index) => {
        const comma = index === item.connections.length - 1 ? '' : ','
        return `  .${port.padEnd(ports)} (${flat(value)})${comma}`
      })
      return lines.length === 0
        ? [`${item.module} ${item.name} ();`]
        : [`${item.module} ${item.name} (`, ...lines, ');']
    }
    case 'always':
      return [
        item.when === 'clock' ? 'always @(posedge clk) begin' : 'always @* begin',
        ...indented(statementLines(item.body, 4)),
        'end',
      ]
    case 'fill': {
      const depths = [...new Set(item.memories.map(({ depth }) => depth))]
      const loops = depths.flatMap((depth) => fillLines(item, depth))
      return [`integer ${item.index};`, 'initial begin', ...indented(loops), 'end']
    }
    case 'sink': {
      const parts: readonly VerilogExpression[] = [{ kind: 'sized', bits: 1, value: 0n }, ...item.parts]
      const value: VerilogExpression = { kind: 'unary', operator: '&', operand: { kind: 'concat', parts } }
      return ['// bits that nothing reads', ...setLines(`wire ${item.name} =`, value, 2)]
    }
    case 'assumeReset':
      return ['initial assume (rst);']
    case 'formal':
      return formalLines(item.items)
  }
}

/** One loop for all memories of a depth. */
const fillLines = ({ index, memories }: FillItem, depth: number): readonly string[] => {
  const same = memories.filter((memory) => memory.depth === depth)
  return [
    `for (${index} = 0; ${index} < ${depth}; ${index} = ${index} + 1) begin`,
    ...indented(same.flatMap(({ name, word }) => setLines(`${name}[${index}] =`, word, 6))),
    'end',
  ]
}

const declarationLines = (item: Declaration, { nets, ranges, names }: Widths): readonly string[] => {
  const start = `${column(item.net, nets)}${column(range(item.bits), ranges)}`
  if (item.value !== undefined) return setLines(`${start}${item.name.padEnd(names)} =`, item.value, 2)
  return [`${start}${item.name}${item.depth === undefined ? '' : ` [0:${item.depth - 1}]`};`]
}

/** `target = value;` at an indentation of `indent`, broken behind the operator if it is too long. */
const setLines = (start: string, value: VerilogExpression, indent: number): readonly string[] => {
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

const indented = (lines: readonly string[]): readonly string[] => lines.map((line) => `  ${line}`)

/** Statements whose first column is at `indent`. */
const statementLines = (statements: readonly VerilogStatement[], indent: number): readonly string[] =>
  statements.flatMap((statement): readonly string[] => {
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
      case 'assert':
        return inBrackets(`${statement.label}: assert (`, statement.condition, ');', indent)
    }
  })

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
