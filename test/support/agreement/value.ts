/** Values of a module that is being written: pieces of source text that know their width and clock. */
import type { Clock } from './recipe.ts'

/** Source text with values in it. */
export type Text = readonly (string | Value)[]

export interface Value {
  readonly sign: 'unsigned' | 'signed'
  readonly bits: number
  readonly clock: Clock
  readonly text: Text
  /** The variable that takes it if it is used several times. */
  readonly name: string | undefined
  /** Whether it stands in the text by itself: a port, a register. */
  readonly declared: boolean
  /** Whether it gets a variable even if it is used once, because making it does something. */
  readonly pinned: boolean
  uses: number
}

type Details = Partial<Pick<Value, 'name' | 'declared' | 'pinned'>>

/** A value; those in its text count as used. */
export const valueOf = (
  sign: Value['sign'],
  bits: number,
  clock: Clock,
  text: Text,
  { name, declared = false, pinned = false }: Details = {},
): Value => {
  for (const part of text) if (typeof part !== 'string') part.uses++
  return { sign, bits, clock, text, name, declared, pinned, uses: 0 }
}

const hasVariable = ({ name, uses, pinned, declared }: Value): boolean =>
  !declared && name !== undefined && (uses > 1 || (pinned && uses > 0))

/** The source of a text. */
export const printed = (text: Text): string =>
  text.map((part) => (typeof part === 'string' ? part : hasVariable(part) ? part.name : printed(part.text))).join('')

/** The line that gives a value its variable; undefined for one that stands where it is used. */
export const declarationOf = (value: Value): string | undefined =>
  hasVariable(value) ? `const ${value.name} = ${printed(value.text)}` : undefined

/** A literal as one writes it. */
export const numberText = (value: bigint): string =>
  value >= -0x1f_ffff_ffff_ffffn && value <= 0x1f_ffff_ffff_ffffn
    ? String(value)
    : value < 0n
      ? `-0x${(-value).toString(16)}n`
      : `0x${value.toString(16)}n`

/** The bits that a number stands for: edge cases first, anything behind them. */
export const literalBits = (k: number, bits: number): bigint => {
  const all = (1n << BigInt(bits)) - 1n
  if (k === 0) return 0n
  if (k === 1) return 1n
  if (k % 8 === 2) return all
  if (k % 8 === 3) return 1n << BigInt(bits - 1)
  if (k % 8 === 4) return all >> 1n
  if (k % 8 === 5) return BigInt(k) & all
  let value = 0n
  for (let seed = BigInt(k), limb = 0; limb * 32 < bits; limb++) {
    seed = (seed * 6364136223846793005n + 1442695040888963407n) & 0xffff_ffff_ffff_ffffn
    value = (value << 32n) | (seed >> 32n)
  }
  return value & all
}
