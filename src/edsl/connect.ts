/** Joins two sides that have the same fields. */
import type { OneOf } from './one-of.ts'
import { reportMistake } from './context.ts'
import { capture } from './origin.ts'
import type { Sink, Source } from './ports.ts'
import type { HdlTypeError } from './type-error.ts'

type Leaf = { readonly __signal: boolean }
/** Fields of a value, without what belongs to its kind. */
type FieldsOf<V> = V extends readonly unknown[]
  ? V
  : { readonly [Name in Exclude<keyof V & string, 'drive' | 'next' | 'fire'>]: V[Name] }

type LeafMismatch<A, B, At extends string> = A extends { readonly width: infer N }
  ? B extends { readonly width: infer M }
    ? [N] extends [M]
      ? Undriven<A, B, At>
      : `${At} has another width on the other side`
    : `${At} is a number on one side and something else on the other`
  : A extends OneOf<infer Case>
    ? B extends OneOf<infer Other>
      ? [Case | Other] extends [Case & Other]
        ? Undriven<A, B, At>
        : `${At} has other cases on the other side`
      : `${At} is a case on one side and something else on the other`
    : Undriven<A, B, At>

type Undriven<A, B, At extends string> = A extends { drive: unknown }
  ? never
  : B extends { drive: unknown }
    ? never
    : `${At} can be driven on neither side`

type Below<At extends string, Name extends string> = At extends 'the value' ? Name : `${At}.${Name}`

/** What keeps two sides from being joined, as sentences; never when nothing does. */
type Mismatch<A, B, At extends string = 'the value'> = 0 extends 1 & A & B
  ? never
  : A extends Leaf
    ? B extends Leaf
      ? LeafMismatch<A, B, At>
      : `${At} is one value here and a record on the other side`
    : B extends Leaf
      ? `${At} is a record here and one value on the other side`
      : A extends readonly (infer E)[]
        ? B extends readonly (infer F)[]
          ? Mismatch<E, F, `${At}[]`>
          : `${At} is an array here and not on the other side`
        : B extends readonly unknown[]
          ? `${At} is an array on the other side and not here`
          : string extends keyof A | keyof B
            ? never
            : FieldMismatch<FieldsOf<A>, FieldsOf<B>, At>

type FieldMismatch<A, B, At extends string> =
  | { [Name in keyof A & keyof B & string]: Mismatch<A[Name], B[Name], Below<At, Name>> }[keyof A & keyof B & string]
  | { [Name in Exclude<keyof A & string, keyof B>]: `${Below<At, Name>} is missing on the second side` }[Exclude<
      keyof A & string,
      keyof B
    >]
  | { [Name in Exclude<keyof B & string, keyof A>]: `${Below<At, Name>} is missing on the first side` }[Exclude<
      keyof B & string,
      keyof A
    >]

/** Anything, if the two sides fit; else a type that nothing has, with the reason. */
export type Fits<A, B> = [Mismatch<A, B>] extends [never] ? unknown : HdlTypeError<Mismatch<A, B>>

/**
 * Joins two sides that have the same fields, nested as they may be: of each pair, the one that can be driven gets the
 * other. Where both can be driven, as with wires, the first gets the second.
 *
 * Rejects: HDL-0309 when a field is on one side only, or can be driven on neither.
 */
export function connect<S>(to: Sink<S>, from: Source<S>): void
export function connect<A, B>(to: A, from: B & Fits<A, B>): void
export function connect(to: unknown, from: unknown): void {
  join(to, from, '')
}

const isLeaf = (value: unknown): value is { readonly expression: unknown } =>
  typeof value === 'object' && value !== null && '__signal' in value

const drives = (value: unknown): value is { drive: (given: unknown) => void } =>
  typeof (value as { drive?: unknown } | undefined)?.drive === 'function'

const join = (to: unknown, from: unknown, at: string): void => {
  if (isLeaf(to) && isLeaf(from)) {
    if (drives(to)) to.drive(from)
    else if (drives(from)) from.drive(to)
    else mistake(`${named(at)} can be driven on neither side`, 'both sides are only read here')
    return
  }
  if (isLeaf(to) || isLeaf(from)) {
    mistake(`${named(at)} is one value on one side and a record on the other`, 'the two sides have other fields')
    return
  }
  const one = to as Record<string, unknown>
  const other = from as Record<string, unknown>
  for (const name of new Set([...Object.keys(one), ...Object.keys(other)])) {
    const below = Array.isArray(to) ? `${at}[${name}]` : at === '' ? name : `${at}.${name}`
    if (!(name in one)) mistake(`${named(below)} is missing on the first side`, 'the second side has it')
    else if (!(name in other)) mistake(`${named(below)} is missing on the second side`, 'the first side has it')
    else join(one[name], other[name], below)
  }
}

const named = (at: string): string => (at === '' ? 'the value' : `\`${at}\``)

const mistake = (title: string, note: string): void =>
  reportMistake(
    'HDL-0309',
    title,
    { origin: capture(), note },
    [],
    ['give both sides the same fields, with flip(...) for the other side', 'or pick: connect(a.field, b.field)'],
  )
