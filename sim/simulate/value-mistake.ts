// What is wrong with a value that somebody wants to set a port to.

import type { NoneShape, Shape } from '#layout'
import { didYouMean } from './error.ts'

/** A sentence about a value, and what to write instead. */
export interface ValueMistake {
  readonly title: string
  readonly help: string
}

/** The first mistake in `value` as a value of `shape`; `where` is the port, with field and index. */
export const valueMistake = (shape: Shape, value: unknown, where: string): ValueMistake | undefined => {
  switch (shape.kind) {
    case 'uint':
      return numberMistake(value, where, 0n, (1n << BigInt(shape.bits)) - 1n, shape.bits, '')
    case 'sint': {
      const half = 1n << BigInt(shape.bits - 1)
      return numberMistake(value, where, -half, half - 1n, shape.bits, 'signed ')
    }
    case 'oneOf':
      if (typeof value === 'string' && shape.cases.includes(value)) return undefined
      return {
        title: `\`${where}\` cannot be ${shown(value)}, which is none of its cases`,
        help: didYouMean(typeof value === 'string' ? value : '', shape.cases),
      }
    case 'array':
      if (!Array.isArray(value) || value.length !== shape.length) {
        const found = Array.isArray(value) ? `${value.length} elements` : shown(value)
        return { title: `\`${where}\` is set to ${found}`, help: `an array of ${shape.length} elements` }
      }
      return first(value, (element, index) => valueMistake(shape.element, element, `${where}[${index}]`))
    case 'struct':
      return recordMistake(shape.fields, value, where)
    case 'union': {
      const { kind } = (isRecord(value) ? value : {}) as { readonly kind?: unknown }
      const variant = typeof kind === 'string' ? shape.variants[kind] : undefined
      if (variant === undefined) {
        const names = Object.keys(shape.variants)
        return {
          title: `\`${where}\` cannot be ${shown(value)}: \`kind\` names no variant of it`,
          help: didYouMean(typeof kind === 'string' ? kind : '', names),
        }
      }
      return recordMistake(variant.kind === 'none' ? {} : { value: variant }, value, where, 'kind')
    }
  }
}

const recordMistake = (
  fields: Readonly<Record<string, Shape | NoneShape>>,
  value: unknown,
  where: string,
  also?: string,
): ValueMistake | undefined => {
  const names = [...(also === undefined ? [] : [also]), ...Object.keys(fields)]
  if (!isRecord(value)) {
    return { title: `\`${where}\` is set to ${shown(value)}`, help: `a record with ${names.join(', ')}` }
  }
  for (const name of Object.keys(value)) {
    if (!names.includes(name)) {
      return { title: `\`${where}\` has no field \`${name}\``, help: didYouMean(name, names) }
    }
  }
  return first(Object.entries(fields), ([name, field]) =>
    Object.hasOwn(value, name)
      ? valueMistake(field as Shape, value[name], `${where}.${name}`)
      : { title: `\`${where}.${name}\` is missing`, help: `a record with ${names.join(', ')}` },
  )
}

const numberMistake = (
  value: unknown,
  where: string,
  least: bigint,
  most: bigint,
  bits: number,
  sign: string,
): ValueMistake | undefined => {
  const whole = typeof value === 'bigint' || Number.isSafeInteger(value)
  if (whole && BigInt(value as number | bigint) >= least && BigInt(value as number | bigint) <= most) return undefined
  const kind = bits <= 32 ? 'a number' : 'a bigint'
  const suffix = bits <= 32 ? '' : 'n'
  const help =
    typeof value === 'boolean'
      ? `${Number(value)} instead of ${String(value)}`
      : `${kind} from ${least}${suffix} to ${most}${suffix}`
  return {
    title: `${shown(value)} does not fit \`${where}\`, which has ${bits} ${sign}bit${bits === 1 ? '' : 's'}`,
    help,
  }
}

const first = <T>(
  values: readonly T[],
  mistake: (value: T, index: number) => ValueMistake | undefined,
): ValueMistake | undefined => {
  for (const [index, value] of values.entries()) {
    const found = mistake(value, index)
    if (found !== undefined) return found
  }
  return undefined
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const shown = (value: unknown): string => {
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'string') return `'${value}'`
  return typeof value === 'object' && value !== null ? JSON.stringify(value, bigints) : String(value)
}

const bigints = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}n` : value)
