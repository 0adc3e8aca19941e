/** HDL-0204: a signal that would have to remember its value. */
import type { Mark, Match, Signal, Statement } from '#ir'
import { drivesOf } from '#analysis'
import type { Rule } from './rule.ts'
import { instancePort, isPlain, quietOf, shapeOf, writtenAs } from './words.ts'

/** Tells wires and outputs without a fallback that are driven on some ways through the body and not on others. */
export const latch: Rule = (module) =>
  [...drivesOf(module)].flatMap(([signal, drives]) => {
    if ((signal.role !== 'wire' && signal.role !== 'output') || signal.fallback !== undefined) return []
    // most are driven once and always: no need to walk through the body
    if (drives.some(({ conditions }) => conditions.length === 0)) return []
    const gaps = gapsIn(module.body, signal)
    const first = drives[0]
    if (gaps === undefined || first === undefined) return []
    const name = writtenAs(module, signal)
    const fed = instancePort(module, signal) !== undefined
    return [
      {
        code: 'HDL-0204',
        title: `\`${name}\` is not driven in every case: it would be a latch`,
        at: { origin: signal.origin, note: fed ? 'inputs have no fallback' : `${signal.role} without a fallback` },
        also: [{ origin: first.assign.origin, note: 'driven here, in some cases' }, ...gaps],
        help: helpFor(signal, name, fed),
      },
    ]
  })

/**
 * Whether a match has a case for every code that its subject takes: all declared ones when the subject is a signal with
 * cases, else all that fit its width.
 */
const coversAllCodes = (match: Match): boolean => {
  const codes = new Set(match.cases.map(({ code }) => code))
  const declared = match.subject.kind === 'signal' ? match.subject.cases : undefined
  if (declared !== undefined) return Object.values(declared).every((code) => codes.has(code))
  return codes.size >= 2 ** match.subject.bits
}

/** The places where a block leaves the signal without a value; undefined when it sets it whatever happens. */
const gapsIn = (block: readonly Statement[], signal: Signal): readonly Mark[] | undefined => {
  const gaps: Mark[] = []
  for (const statement of block) {
    if (statement.kind === 'assign' && statement.target === signal) return undefined
    const own = statement.kind === 'when' || statement.kind === 'match' ? gapsOf(statement, signal) : 'untouched'
    if (own === undefined) return undefined
    if (own !== 'untouched') gaps.push(...own)
  }
  return gaps
}

const gapsOf = (
  statement: Statement & { kind: 'when' | 'match' },
  signal: Signal,
): readonly Mark[] | 'untouched' | undefined => {
  const ways = waysOf(statement)
  const gaps = ways.map(({ body }) => gapsIn(body, signal))
  if (!ways.some(({ body }) => touches(body, signal))) return 'untouched'
  const missing = missingWay(statement)
  const marks = ways.flatMap(({ name, body }, index) => {
    const inner = gaps[index]
    if (inner === undefined) return []
    if (touches(body, signal)) return inner
    return [{ origin: statement.origin, note: `not driven ${name}` }]
  })
  if (missing !== undefined) marks.push({ origin: statement.origin, note: `not driven ${missing}` })
  return marks.length === 0 ? undefined : marks
}

const waysOf = (
  statement: Statement & { kind: 'when' | 'match' },
): readonly { readonly name: string; readonly body: readonly Statement[] }[] => {
  if (statement.kind === 'match') {
    return statement.cases.map(({ name, body }) => ({ name: `in case \`${name}\``, body }))
  }
  const branches = statement.branches.map(({ body }, index) => ({ name: branchName(index), body }))
  if (statement.otherwise === undefined) return branches
  return [...branches, { name: 'in `otherwise`', body: statement.otherwise }]
}

const branchName = (index: number): string =>
  index === 0 ? 'when the condition holds' : `in \`elseWhen\`${index === 1 ? '' : ` number ${index}`}`

const missingWay = (statement: Statement & { kind: 'when' | 'match' }): string | undefined => {
  if (statement.kind === 'when') {
    if (statement.otherwise !== undefined) return undefined
    return statement.branches.length === 1 ? 'when the condition does not hold' : 'when no condition holds'
  }
  if (coversAllCodes(statement)) return undefined
  const codes = new Set(statement.cases.map(({ code }) => code))
  const declared = statement.subject.kind === 'signal' ? statement.subject.cases : undefined
  const names = Object.entries(declared ?? {}).filter(([, code]) => !codes.has(code))
  return names.length === 0
    ? 'in the cases that are not listed'
    : `in ${names.map(([name]) => `\`${name}\``).join(', ')}`
}

const touches = (block: readonly Statement[], signal: Signal): boolean =>
  block.some((statement) => {
    if (statement.kind === 'assign') return statement.target === signal
    if (statement.kind === 'memoryWrite') return false
    return waysOf(statement).some(({ body }) => touches(body, signal))
  })

const helpFor = (signal: Signal, name: string, fed: boolean): readonly string[] => {
  const quiet = quietOf(signal)
  if (signal.role === 'wire' && !fed && isPlain(name)) {
    return [
      'give the value for the other cases as the fallback:',
      `  const ${name} = wire(${shapeOf(signal)}, ${quiet})`,
    ]
  }
  return ['give the value for the other cases first, later drives win:', `  ${name}.drive(${quiet})`]
}
