/** Patterns of bits: `1--0`. */
import type { Expression } from '#ir'
import { reportMistake } from './context.ts'
import { described } from './expressions.ts'
import { capture } from './origin.ts'
import type { HdlTypeError } from './type-error.ts'

/** Nothing to say, or the sentence on what is wrong with a literal pattern for a value of a literal width. */
export type PatternCheck<N extends number, P extends string> = string extends P
  ? unknown
  : Places<P> extends infer Length extends number
    ? number extends N
      ? unknown
      : Length extends N
        ? unknown
        : HdlTypeError<`the pattern has ${Length} places, the value has ${N} bits`>
    : HdlTypeError<'a pattern is made of 0, 1, - (either) and _ (a gap)'>

// Patterns are written by hand and short, so counting with a tuple is good enough here.
type Places<P extends string, Seen extends readonly 0[] = []> = P extends `${infer First}${infer Rest}`
  ? First extends '_'
    ? Places<Rest, Seen>
    : First extends '0' | '1' | '-'
      ? Places<Rest, readonly [...Seen, 0]>
      : undefined
  : Seen['length']

/** The bits that count (`mask`) and what they have to be. Rejects: HDL-0110 for a pattern that does not fit the value. */
export const patternOf = (pattern: string, value: Expression): { readonly mask: bigint; readonly bits: bigint } => {
  const places = pattern.replaceAll('_', '')
  const wrong = /[^01-]/.exec(places)?.[0]
  const told =
    wrong !== undefined
      ? `a pattern has no '${wrong}'`
      : places.length !== value.bits
        ? `the pattern '${pattern}' has ${places.length} places, ${described(value)} has ${value.bits} bits`
        : !/[01]/.test(places)
          ? `the pattern '${pattern}' is met by every value`
          : undefined
  if (told === undefined)
    return {
      mask: BigInt(`0b${places.replace(/[01]/g, 'x').replaceAll('-', '0').replaceAll('x', '1')}`),
      bits: BigInt(`0b${places.replaceAll('-', '0')}`),
    }
  reportMistake(
    'HDL-0110',
    told,
    { origin: capture(), note: 'one of 0, 1 and - (either) per bit, with _ for gaps' },
    [{ origin: value.origin, note: `${value.bits} bits` }],
    [`a pattern of ${value.bits} places, such as '${'1'.padEnd(value.bits, '-')}'`],
  )
  return { mask: 0n, bits: 0n }
}
