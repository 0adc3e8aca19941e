/** Verilog trees as text. */
import { flat, sized } from './print-expression.ts'
import { columns, directive, indented, setLines, statementLines } from './print-statement.ts'
import type {
  Declaration,
  FillItem,
  InstanceItem,
  MemoryFill,
  VerilogExpression,
  VerilogItem,
  VerilogModule,
  VerilogPort,
} from './verilog-tree.ts'

/** The text of a file that has this module and nothing else. */
export const printModule = (module: VerilogModule): string => {
  const lines = [
    ...module.comment.flatMap((sentence) => commentLines(sentence)),
    '`default_nettype none',
    ...(module.waived === undefined ? [] : [`// verilator lint_off ${module.waived}`]),
    module.ports.length === 0 ? `module ${module.name};` : `module ${module.name} (`,
    ...portLines(module.ports),
    ...(module.ports.length === 0 ? [] : [');']),
    ...separated(module.groups.map((group) => groupLines(group))),
    'endmodule',
    '`default_nettype wire',
  ]
  return `${withDirectives(lines).join('\n')}\n`
}

/** Directives start their line, as Icarus Verilog wants it; of two in a row the last one counts. */
const withDirectives = (lines: readonly string[]): readonly string[] => {
  const isDirective = (line: string | undefined): boolean => line !== undefined && /^ *`line /.test(line)
  return lines.flatMap((line, index) => {
    if (!isDirective(line)) return [line]
    return isDirective(lines[index + 1]) ? [] : [line.trimStart()]
  })
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
  return ports.flatMap(({ at, direction, net, bits, name }, index) => {
    const comma = index === ports.length - 1 ? '' : ','
    return [
      ...directive(at),
      `  ${column(direction, directions)}${column(net, nets)}${column(range(bits), ranges)}${name}${comma}`,
    ]
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
    const lines = [...directive('at' in item ? item.at : undefined), ...itemLines(item, { nets, ranges, names })]
    return lines.map((line) => (line === '' ? '' : `  ${line}`))
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
    case 'instance':
      return instanceLines(item)
    case 'always':
      return [alwaysText(item.when), ...indented(statementLines(item.body, 4)), 'end']
    case 'initial':
      return setLines(`initial ${item.target.name} =`, item.value, 2)
    case 'fill':
      return fillLines(item)
    case 'sink': {
      const parts: readonly VerilogExpression[] = [{ kind: 'sized', bits: 1, value: 0n }, ...item.parts]
      const value: VerilogExpression = { kind: 'unary', operator: '&', operand: { kind: 'concat', parts } }
      return ['// bits that nothing reads', ...setLines(`wire ${item.name} =`, value, 2)]
    }
    case 'assumeReset':
      return [`initial assume (${item.reset});`]
    case 'formal':
      return formalLines(item.items)
  }
}

const alwaysText = (when: Extract<VerilogItem, { readonly kind: 'always' }>['when']): string => {
  if (when === 'change') return 'always @* begin'
  const reset = when.reset === undefined ? '' : ` or posedge ${when.reset}`
  return `always @(posedge ${when.clock}${reset}) begin`
}

const instanceLines = ({ module, name, parameters, connections }: InstanceItem): readonly string[] => {
  const list = (items: readonly { readonly name: string; readonly text: string }[]): readonly string[] => {
    const names = longest(items.map((item) => item.name))
    return items.map((item, index) => {
      return `  .${item.name.padEnd(names)} (${item.text})${index === items.length - 1 ? '' : ','}`
    })
  }
  const head =
    parameters.length === 0
      ? [`${module} ${name}`]
      : [
          `${module} #(`,
          ...list(parameters.map((one) => ({ name: one.name, text: parameterText(one.value) }))),
          `) ${name}`,
        ]
  const ports = list(connections.map(({ port, value }) => ({ name: port, text: flat(value) })))
  const last = head.at(-1) ?? ''
  return ports.length === 0
    ? [...head.slice(0, -1), `${last} ();`]
    : [...head.slice(0, -1), `${last} (`, ...ports, ');']
}

/** A parameter of foreign Verilog: a number without a width where Verilog's 32 bits are enough. */
const parameterText = (value: number | bigint | string): string => {
  if (typeof value === 'string') return `"${value.replace(/[\\"]/g, '\\$&')}"`
  if (typeof value === 'number' && !Number.isInteger(value)) return String(value)
  const whole = BigInt(value)
  if (whole >= -(2n ** 31n) && whole < 2n ** 31n) return String(whole)
  return whole < 0n ? `-${sized((-whole).toString(2).length + 1, -whole)}` : sized(whole.toString(2).length, whole)
}

/** A loop for all memories of a depth that have one word everywhere, lists word by word, and files. */
const fillLines = ({ index, memories }: FillItem): readonly string[] => {
  const loop = (from: number, depth: number, lines: readonly string[]): readonly string[] => [
    `for (${index} = ${from}; ${index} < ${depth}; ${index} = ${index} + 1) begin`,
    ...indented(lines),
    'end',
  ]
  const uniform = memories.filter(({ from }) => from.kind === 'word')
  const depths = [...new Set(uniform.map(({ depth }) => depth))]
  const loops = depths.flatMap((depth) =>
    loop(
      0,
      depth,
      uniform.filter((memory) => memory.depth === depth).flatMap((memory) => wordLines(memory, index)),
    ),
  )
  const others = memories.flatMap(({ name, bits, depth, from }): readonly string[] => {
    if (from.kind === 'file') return [`$readmemh("${from.file}", ${name});`]
    if (from.kind === 'word') return []
    const words = from.words.flatMap((word, at) => setLines(`${name}[${at}] =`, word, 4))
    const rest =
      from.words.length < depth ? loop(from.words.length, depth, [`${name}[${index}] = ${sized(bits, 0n)};`]) : []
    return [...words, ...rest]
  })
  const lines = [...loops, ...others]
  const counts = lines.some((line) => line.startsWith('for ('))
  return [...(counts ? [`integer ${index};`] : []), 'initial begin', ...indented(lines), 'end']
}

const wordLines = ({ name, from }: MemoryFill, index: string): readonly string[] =>
  from.kind === 'word' ? setLines(`${name}[${index}] =`, from.word, 6) : []

const declarationLines = (item: Declaration, { nets, ranges, names }: Widths): readonly string[] => {
  const attribute = item.attribute === undefined ? '' : `(* ${item.attribute} *) `
  const start = `${attribute}${column(item.net, nets)}${column(range(item.bits), ranges)}`
  if (item.value !== undefined) return setLines(`${start}${item.name.padEnd(names)} =`, item.value, 2)
  const line = `${start}${item.name}${item.depth === undefined ? '' : ` [0:${item.depth - 1}]`};`
  if (item.waived === undefined) return [line]
  return [`// verilator lint_off ${item.waived}`, line, `// verilator lint_on ${item.waived}`]
}
