/** Verilog as data: the subset that this room writes. Nothing here knows what the text looks like. */

export interface Name {
  readonly kind: 'name'
  readonly name: string
  readonly bits: number
}

/** A sized literal. */
export interface Sized {
  readonly kind: 'sized'
  readonly bits: number
  readonly value: bigint
}

/** A sized literal that counts as signed: `8'sd100`, `-8'sd56`. */
export interface SignedSized {
  readonly kind: 'signedSized'
  readonly bits: number
  /** May be negative. */
  readonly value: bigint
}

/** `$signed(a)` or `$unsigned(a)`: a border for width and sign, which Verilog otherwise spreads over a whole expression. */
export interface Cast {
  readonly kind: 'cast'
  readonly to: 'signed' | 'unsigned'
  readonly operand: VerilogExpression
}

/** `name[msb:lsb]`, or `name[lsb]` when it is one bit. */
export interface Range {
  readonly kind: 'range'
  readonly name: string
  readonly msb: number
  readonly lsb: number
}

/** `name[position +: bits]`, or `name[position]` when it is one bit. */
export interface Part {
  readonly kind: 'part'
  readonly name: string
  readonly position: VerilogExpression
  readonly bits: number
}

/** A word of a memory. */
export interface Word {
  readonly kind: 'word'
  readonly memory: string
  readonly address: VerilogExpression
}

export type UnaryOperator = '!' | '~' | '|' | '&' | '^'

export interface Unary {
  readonly kind: 'unary'
  readonly operator: UnaryOperator
  readonly operand: VerilogExpression
}

export type BinaryOperator =
  '*' | '+' | '-' | '<<' | '>>' | '>>>' | '<' | '<=' | '>' | '>=' | '==' | '!=' | '&' | '^' | '|' | '&&' | '||'

export interface Binary {
  readonly kind: 'binary'
  readonly operator: BinaryOperator
  readonly left: VerilogExpression
  readonly right: VerilogExpression
}

export interface Ternary {
  readonly kind: 'ternary'
  readonly condition: VerilogExpression
  readonly yes: VerilogExpression
  readonly no: VerilogExpression
}

/** `{a, b}`, or `{count{a}}` for a repetition. */
export interface Concat {
  readonly kind: 'concat'
  readonly parts: readonly VerilogExpression[]
}

export interface Repeat {
  readonly kind: 'repeat'
  readonly count: number
  readonly part: VerilogExpression
}

export type VerilogExpression =
  Name | Sized | SignedSized | Cast | Range | Part | Word | Unary | Binary | Ternary | Concat | Repeat

/** `memory[address]` or some bits of it. */
export interface WordTarget {
  readonly kind: 'wordTarget'
  readonly memory: string
  readonly address: VerilogExpression
  readonly range: { readonly msb: number; readonly lsb: number } | undefined
}

export interface SetStatement {
  readonly kind: 'set'
  readonly target: Name | WordTarget
  readonly operator: '=' | '<='
  readonly value: VerilogExpression
}

export interface IfBranch {
  readonly condition: VerilogExpression
  readonly body: readonly VerilogStatement[]
}

export interface IfStatement {
  readonly kind: 'if'
  readonly branches: readonly IfBranch[]
  readonly otherwise: readonly VerilogStatement[]
}

export interface CaseItem {
  readonly labels: readonly VerilogExpression[]
  /** Names of the cases, when the labels are numbers. */
  readonly comment: string | undefined
  readonly body: readonly VerilogStatement[]
}

export interface CaseStatement {
  readonly kind: 'case'
  readonly subject: VerilogExpression
  readonly items: readonly CaseItem[]
  /** `default: ;` at the end: nothing happens for the other codes. */
  readonly rest: 'nothing' | 'none'
}

/** Ends the simulation with a sentence. */
export interface FatalStatement {
  readonly kind: 'fatal'
  readonly sentence: string
}

export interface AssertStatement {
  readonly kind: 'assert'
  readonly label: string
  readonly condition: VerilogExpression
}

export type VerilogStatement = SetStatement | IfStatement | CaseStatement | FatalStatement | AssertStatement

export interface Declaration {
  readonly kind: 'declaration'
  readonly net: 'wire' | 'reg'
  readonly name: string
  readonly bits: number
  /** Number of words, for memories. */
  readonly depth: number | undefined
  /** What the wire always is, for wires that are declared and assigned in one line. */
  readonly value: VerilogExpression | undefined
}

export interface LocalParameter {
  readonly kind: 'localParameter'
  readonly name: string
  readonly bits: number
  readonly value: bigint
}

export interface AssignItem {
  readonly kind: 'assign'
  readonly target: Name
  readonly value: VerilogExpression
}

export interface InstanceItem {
  readonly kind: 'instance'
  readonly module: string
  readonly name: string
  readonly connections: readonly { readonly port: string; readonly value: VerilogExpression }[]
}

export interface AlwaysItem {
  readonly kind: 'always'
  readonly when: 'clock' | 'change'
  readonly body: readonly VerilogStatement[]
}

/** Fills memories before the first cycle, each with one word. */
export interface FillItem {
  readonly kind: 'fill'
  readonly index: string
  readonly memories: readonly { readonly name: string; readonly depth: number; readonly word: VerilogExpression }[]
}

/** Reads what nothing else reads, so that tools know that it is left out on purpose. */
export interface SinkItem {
  readonly kind: 'sink'
  readonly name: string
  readonly parts: readonly VerilogExpression[]
}

/** Items for proofs only. */
export interface FormalItem {
  readonly kind: 'formal'
  readonly items: readonly VerilogItem[]
}

/** A proof starts in reset. */
export interface AssumeResetItem {
  readonly kind: 'assumeReset'
}

export type VerilogItem =
  | Declaration
  | LocalParameter
  | AssignItem
  | InstanceItem
  | AlwaysItem
  | FillItem
  | SinkItem
  | FormalItem
  | AssumeResetItem

export interface VerilogPort {
  readonly direction: 'input' | 'output'
  readonly net: 'wire' | 'reg'
  readonly name: string
  readonly bits: number
}

export interface VerilogModule {
  readonly name: string
  /** Sentences above the module. */
  readonly comment: readonly string[]
  readonly ports: readonly VerilogPort[]
  /** Groups of items; an empty line stands between two groups. */
  readonly groups: readonly (readonly VerilogItem[])[]
}
