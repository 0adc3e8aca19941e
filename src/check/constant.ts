/** HDL-0322, HDL-0323 and HDL-0324: decisions that always come out the same. */
import {
  drivesOf,
  exactly,
  full,
  knownBits,
  knownOfOperation,
  operandsOf,
  unknownBits,
  valueOf,
  writesOf,
} from '#analysis'
import type { KnownBits } from '#analysis'
import type { Expression, Module, Operation, Operator, Origin, Property, Statement } from '#ir'
import type { Finding, Rule } from './rule.ts'

/**
 * Tells conditions of `when`, and subjects of `match`, that are computed and always come out the same. A condition that is
 * written as a constant is how a parameter switches something off.
 */
export const constantCondition: Rule = (module) => {
  const bits = bitsOf(module)
  const findings: Finding[] = []
  const visit = (body: readonly Statement[]): void => {
    for (const statement of body) {
      if (statement.kind === 'when') {
        for (const [index, branch] of statement.branches.entries()) {
          const value = branch.condition.kind === 'literal' ? undefined : valueOf(bits(branch.condition), 1)
          if (value !== undefined) findings.push(tellCondition(statement.origin, index, branch.condition, value))
          visit(branch.body)
        }
        visit(statement.otherwise ?? [])
      } else if (statement.kind === 'match') {
        const { subject } = statement
        const value = subject.kind === 'literal' ? undefined : valueOf(bits(subject), subject.bits)
        if (value !== undefined) findings.push(tellSubject(statement.origin, subject, value))
        for (const each of statement.cases) visit(each.body)
      }
    }
  }
  visit(module.body)
  return findings
}

/**
 * Tells comparisons with a constant that no value of the width, or every one, reaches, and comparisons of a value with
 * itself. What a value cannot be because of how it was made is not looked at: a helper may be called with narrow values.
 */
export const constantComparison: Rule = (module) =>
  [...expressionsOf(module)].flatMap((node) => {
    if (node.kind !== 'operation' || !comparisons.has(node.operator)) return []
    const [one, other] = node.operands
    if (one === undefined || other === undefined || (one.kind === 'literal' && other.kind === 'literal')) return []
    const value = one === other ? bitsOf(module)(node) : knownOfOperation(node, ofLiteral)
    const result = valueOf(value, 1)
    return result === undefined ? [] : [tellComparison(node, one, other, result)]
  })

const ofLiteral = (operand: Expression): KnownBits =>
  operand.kind === 'literal' ? exactly(operand.value, operand.bits) : unknownBits

/** Tells properties that hold, or do not, whatever happens. */
export const constantProperty: Rule = (module) => {
  const bits = bitsOf(module)
  return module.properties.flatMap((property) => {
    const value = valueOf(bits(property.condition), 1)
    return value === undefined ? [] : [tellProperty(property, value)]
  })
}

const known = new WeakMap<Module, (value: Expression) => KnownBits>()

const bitsOf = (module: Module): ((value: Expression) => KnownBits) => {
  const before = known.get(module)
  if (before !== undefined) return before
  const bits = knownBits(module)
  known.set(module, bits)
  return bits
}

const comparisons: ReadonlySet<Operator> = new Set<Operator>([
  ...(['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'ltSigned', 'leSigned', 'gtSigned', 'geSigned'] as const),
])

/** Every value that the body computes, each once. */
const expressionsOf = (module: Module): ReadonlySet<Expression> => {
  const found = new Set<Expression>()
  for (const drives of drivesOf(module).values()) {
    for (const { assign, conditions } of drives) for (const value of [assign.value, ...conditions]) found.add(value)
  }
  for (const { write, conditions } of writesOf(module)) {
    for (const value of [write.address, write.data, write.enables, ...conditions]) if (value) found.add(value)
  }
  for (const { address, enable } of module.readPorts) for (const value of [address, enable]) if (value) found.add(value)
  // a Set goes on with what is added while it is walked
  for (const node of found) for (const operand of operandsOf(node)) found.add(operand)
  return found
}

const tellCondition = (origin: Origin, index: number, condition: Expression, value: bigint): Finding => {
  const branch =
    index === 0 ? 'condition' : index === 1 ? 'condition of `elseWhen`' : `condition of \`elseWhen\` number ${index}`
  return {
    code: 'HDL-0322',
    title: `the ${branch} is always ${value}`,
    at: { origin, note: value === 1n ? 'what is inside happens in every cycle' : 'what is inside never happens' },
    also: madeHere(condition, `always ${value}`),
    help: hostHelp,
  }
}

const tellSubject = (origin: Origin, subject: Expression, value: bigint): Finding => {
  const name =
    subject.kind === 'signal'
      ? Object.entries(subject.cases ?? {}).find(([, code]) => BigInt(code) === value)?.[0]
      : undefined
  const shown = name === undefined ? `${value}` : `'${name}'`
  return {
    code: 'HDL-0322',
    title: `the subject of a match is always ${shown}`,
    at: { origin, note: 'only one case ever happens' },
    also: madeHere(subject, `always ${shown}`),
    help: hostHelp,
  }
}

/** What depends on a parameter is decided by the host. */
const hostHelp = [
  'what a parameter decides, decide with an `if` of JavaScript;',
  "else compare with something that changes, or:  allow('HDL-0322', 'reason')",
]

const tellComparison = (
  { origin, operator }: Operation,
  one: Expression,
  other: Expression,
  value: bigint,
): Finding => {
  const [constant, moving] = one.kind === 'literal' ? [one, other] : [other, one]
  const name = moving.kind === 'signal' ? `\`${moving.label}\`` : 'the value'
  const range = `0 to ${full(moving.bits)}`
  return {
    code: 'HDL-0323',
    title: `\`${operator}\` always comes out as ${value}`,
    at: {
      origin,
      note:
        constant.kind === 'literal'
          ? `${name} has ${moving.bits} bits: ${operator.endsWith('Signed') ? 'whatever it is' : `${range}, against ${constant.value}`}`
          : 'both sides are the same',
    },
    also: madeHere(moving, `${moving.bits} bits`),
    help: ['compare with a value that decides something;', "if a parameter makes it so:  allow('HDL-0323', 'reason')"],
  }
}

const tellProperty = ({ check, sentence, origin, condition }: Property, value: bigint): Finding => ({
  code: 'HDL-0324',
  title: `${check} '${sentence}' is always ${value}`,
  at: { origin, note: propertyNotes[check][value === 1n ? 1 : 0] },
  also: madeHere(condition, `always ${value}`),
  help: ['state something about a value that changes', "or, if a parameter makes it so:  allow('HDL-0324', 'reason')"],
})

const propertyNotes: Readonly<Record<Property['check'], readonly [ofZero: string, ofOne: string]>> = {
  assert: ['fails in every cycle', 'says nothing'],
  assume: ['excludes everything: all that is proved under it holds', 'excludes nothing'],
  cover: ['never happens', 'happens in every cycle'],
}

/** The place of a computed value; the place of a signal is that of its declaration and no help here. */
const madeHere = (value: Expression, note: string): Finding['also'] =>
  value.kind === 'operation' && value.origin.places.length > 0 ? [{ origin: value.origin, note }] : []
