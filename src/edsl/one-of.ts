/** Values that are one of several named cases. */
import type { OneOfShape } from '#layout'
import type { Expression, Statement } from '#ir'
import { closestName } from '#report'
import { addStatement, builder, collect, reportMistake, usedAsPlainValue } from './context.ts'
import { described } from './expressions.ts'
import { caseGuard } from './guard.ts'
import { capture } from './origin.ts'
import { type Bit, UInt } from './value.ts'

/** One of the cases of a `oneOf` shape. */
export class OneOf<Case extends string = string> {
  readonly __signal = true
  readonly shape: OneOfShape<Case>
  readonly expression: Expression

  constructor(shape: OneOfShape<Case>, expression: Expression) {
    this.shape = shape
    this.expression = expression
  }

  /** Whether the value is this case. */
  is(name: Case): Bit {
    return this.code().eq(codeOf(this.shape, name))
  }

  /** Whether the value is one of these cases. */
  isIn(...names: readonly Case[]): Bit {
    return names.map((name) => this.is(name)).reduce((any, hit) => any.or(hit))
  }

  eq(other: OneOf<Case> | Case): Bit {
    return typeof other === 'string' ? this.is(other) : this.code().eq(other.code())
  }

  /** The bits. */
  code(): UInt {
    return new UInt(this.expression)
  }

  /** Does what belongs to the case that the value is; every case has to be there. */
  match(cases: Readonly<Record<Case, () => void>>): void {
    matchCases(this.shape, this.expression, cases)
  }

  [Symbol.toPrimitive](): never {
    return usedAsPlainValue(this.expression, [
      '.is(case) with when(...) for a condition',
      '.match({ ... }) for all cases',
    ])
  }
}

/** The code of a case. Rejects: HDL-0101 when there is no such case. */
export const codeOf = (shape: OneOfShape, name: string): number => {
  const code = shape.codes[name]
  if (code === undefined) {
    const origin = capture()
    const meant = closestName(name, shape.cases)
    reportMistake(
      'HDL-0101',
      `'${name}' is not a case`,
      { origin, note: `the cases are ${shape.cases.join(', ')}` },
      [],
      meant === undefined ? shape.cases.map((known) => `'${known}'`).slice(0, 3) : [`did you mean '${meant}'?`],
      meant === undefined
        ? []
        : [{ title: `write '${meant}'`, origin, edit: { kind: 'replace', text: `'${name}'`, by: `'${meant}'` } }],
    )
    return 0
  }
  return code
}

/** Records a `match` statement over the cases of `shape`. */
export const matchCases = (
  shape: OneOfShape,
  subject: Expression,
  cases: Readonly<Record<string, () => void>>,
): void => {
  const owner = builder('match()')
  const origin = capture()
  const bodies: { name: string; code: number; body: readonly Statement[] }[] = []
  for (const name of shape.cases) {
    const body = cases[name]
    if (!body) {
      reportMistake(
        'HDL-0106',
        `the case '${name}' of ${described(subject)} is missing`,
        { origin, note: 'every case has to be there' },
        [],
        [`${name}: () => {}`],
      )
      continue
    }
    const code = shape.codes[name] as number
    bodies.push({ name, code, body: collect(owner, body, caseGuard(subject, code)) })
  }
  addStatement(owner, Object.freeze({ kind: 'match', subject, cases: Object.freeze(bodies), origin }))
}
