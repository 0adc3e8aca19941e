/** Named cases and their codes. */
import type { OneOfShape } from './shape.ts'
import type { CaseBits } from './width-types.ts'

/** Makes the shape of a value that is one of several named cases. */
export interface OneOfMaker {
  /** Codes count from 0 in the order of the names, in as few bits as they need. */
  <const Cases extends readonly string[]>(...cases: Cases): OneOfShape<Cases[number], CaseBits<Cases['length']>>
  /** Given codes, in as few bits as they need or in `bits` bits: `oneOf({ read: 1, write: 3 }, 4)`. */
  <const Case extends string, const N extends number = number>(
    codes: Readonly<Record<Case, number>>,
    bits?: N,
  ): OneOfShape<Case, N>
  /** One bit per case, the first is bit 0: telling a case is looking at one bit. At most 53 cases. */
  oneHot<const Cases extends readonly string[]>(...cases: Cases): OneOfShape<Cases[number], Cases['length']>
  /** Gray codes: from each case to the next one bit changes, and back to the first if there are 2**n cases. */
  gray<const Cases extends readonly string[]>(...cases: Cases): OneOfShape<Cases[number], CaseBits<Cases['length']>>
}

// The codes are numbers, and JavaScript holds powers of two in its integers up to this one.
const mostHotCases = 53

/** One of the named cases; how they are encoded is `oneOf(...)`, `oneOf.oneHot(...)`, `oneOf.gray(...)` or given codes. */
// The names are only known to the caller's types: the interface above states what the functions keep.
export const oneOf = Object.assign(
  (...args: readonly unknown[]): OneOfShape =>
    typeof args[0] === 'object' && args[0] !== null
      ? made('oneOf()', Object.entries(args[0] as Record<string, number>), args[1] as number | undefined)
      : counted('oneOf()', args as readonly string[], (index) => index),
  {
    oneHot: (...cases: readonly string[]): OneOfShape => {
      if (cases.length > mostHotCases)
        throw new RangeError(`oneOf.oneHot(): ${cases.length} cases, at most ${mostHotCases} are possible`)
      return counted('oneOf.oneHot()', cases, (index) => 2 ** index, cases.length)
    },
    gray: (...cases: readonly string[]): OneOfShape =>
      counted('oneOf.gray()', cases, (index) => index ^ (index >> 1), bitsOf(cases.length - 1)),
  },
) as OneOfMaker

/** The name of the case with this code; undefined when there is none. */
export const caseOf = (shape: OneOfShape, code: bigint): string | undefined =>
  shape.cases.find((name) => BigInt(shape.codes[name] as number) === code)

const bitsOf = (highest: number): number => Math.max(1, highest.toString(2).length)

const counted = (
  what: string,
  cases: readonly string[],
  code: (index: number) => number,
  bits?: number,
): OneOfShape => {
  if (new Set(cases).size !== cases.length) throw new RangeError(`${what}: two cases have the same name`)
  return made(
    what,
    cases.map((name, index) => [name, code(index)]),
    bits,
  )
}

const made = (
  what: string,
  entries: readonly (readonly [name: string, code: number])[],
  wanted: number | undefined,
): OneOfShape => {
  if (entries.length === 0) throw new RangeError(`${what} needs at least one case`)
  for (const [name, code] of entries)
    if (!Number.isSafeInteger(code) || code < 0)
      throw new RangeError(`${what}: the code of '${name}' is ${code}, not a whole number from 0`)
  const codes = entries.map(([, code]) => code)
  if (new Set(codes).size !== codes.length) throw new RangeError(`${what}: two cases have the same code`)
  const highest = Math.max(...codes)
  const bits = wanted ?? bitsOf(highest)
  if (bitsOf(highest) > bits) throw new RangeError(`${what}: code ${highest} does not fit ${bits} bits`)
  return Object.freeze({
    kind: 'oneOf',
    bits,
    cases: Object.freeze(entries.map(([name]) => name)),
    codes: Object.freeze(Object.fromEntries(entries)),
  })
}
