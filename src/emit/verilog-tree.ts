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

/** The designer's line that a piece of Verilog comes from; only the variant that names its source has them. */
export interface SourceLine {
  readonly file: string
  readonly line: number
}

export interface SetStatement {
  readonly kind: 'set'
  readonly at?: SourceLine | undefined
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
  readonly at?: SourceLine | undefined
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
  readonly at?: SourceLine | undefined
  readonly subject: VerilogExpression
  readonly items: readonly CaseItem[]
  /** `default: ;` at the end: nothing happens for the other codes. */
  readonly rest: 'nothing' | 'none'
}

/** Ends the simulation with a sentence. */
export interface FatalStatement {
  readonly kind: 'fatal'
  readonly at?: SourceLine | undefined
  readonly sentence: string
}

/** A fact for a proof. */
export interface PropertyStatement {
  readonly kind: 'property'
  readonly at?: SourceLine | undefined
  readonly check: 'assert' | 'assume' | 'cover'
  readonly label: string
  readonly condition: VerilogExpression
}

export type VerilogStatement = SetStatement | IfStatement | CaseStatement | FatalStatement | PropertyStatement

export interface Declaration {
  readonly kind: 'declaration'
  readonly at?: SourceLine | undefined
  /** What tools should know about it: `ram_style = "block"`. */
  readonly attribute?: string | undefined
  /** Verilator's name of a warning about it that is meant to be so. */
  readonly waived?: string | undefined
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
  readonly at?: SourceLine | undefined
  readonly target: Name
  readonly value: VerilogExpression
}

export interface InstanceItem {
  readonly kind: 'instance'
  readonly at?: SourceLine | undefined
  readonly module: string
  readonly parameters: readonly { readonly name: string; readonly value: number | bigint | string }[]
  readonly name: string
  readonly connections: readonly { readonly port: string; readonly value: VerilogExpression }[]
}

/** The rising edge of a clock, and of a reset that counts at once. */
export interface Edge {
  readonly clock: string
  readonly reset: string | undefined
}

export interface AlwaysItem {
  readonly kind: 'always'
  readonly at?: SourceLine | undefined
  readonly when: Edge | 'change'
  readonly body: readonly VerilogStatement[]
}

/** What a register is before the first edge. */
export interface InitialItem {
  readonly kind: 'initial'
  readonly at?: SourceLine | undefined
  readonly target: Name
  readonly value: VerilogExpression
}

/** First contents of a memory: every word the same, words from 0 on and zeros behind them, or a file. */
export interface MemoryFill {
  readonly name: string
  readonly bits: number
  readonly depth: number
  readonly from:
    | { readonly kind: 'word'; readonly word: VerilogExpression }
    | { readonly kind: 'words'; readonly words: readonly VerilogExpression[] }
    | { readonly kind: 'file'; readonly file: string }
}

/** Fills memories before the first cycle. */
export interface FillItem {
  readonly kind: 'fill'
  readonly index: string
  readonly memories: readonly MemoryFill[]
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
  readonly reset: string
}

export type VerilogItem =
  | Declaration
  | LocalParameter
  | AssignItem
  | InstanceItem
  | AlwaysItem
  | InitialItem
  | FillItem
  | SinkItem
  | FormalItem
  | AssumeResetItem

export interface VerilogPort {
  readonly at?: SourceLine | undefined
  readonly direction: 'input' | 'output'
  readonly net: 'wire' | 'reg'
  readonly name: string
  readonly bits: number
}

export interface VerilogModule {
  readonly name: string
  /** Sentences above the module. */
  readonly comment: readonly string[]
  /** Verilator's name of a warning about the whole module that is meant to be so. */
  readonly waived?: string | undefined
  readonly ports: readonly VerilogPort[]
  /** Groups of items; an empty line stands between two groups. */
  readonly groups: readonly (readonly VerilogItem[])[]
}
