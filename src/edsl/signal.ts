/** Makes signals of the module whose body is running, and assigns to them. */
import type { Assign, Domain, Expression, Fix, Origin, Signal, When } from '#ir'
import { addClaim, addStatement, builder, claimName, ownedBy, reportMistake } from './context.ts'
import { currentDomain, seeDomain } from './domain.ts'
import { forced } from './expressions.ts'
import { reportForeign } from './foreign.ts'
import { capture } from './origin.ts'

/** What a signal has besides name, width and role. */
export interface SignalDetails {
  /** The designer's spelling; the name unless given. */
  readonly label?: string | undefined
  readonly signed?: boolean | undefined
  readonly cases?: Signal['cases']
  readonly reset?: bigint | undefined
  readonly fallback?: Expression | undefined
  /** Ports: as declared. Registers and memory outputs: the domain of the statement unless given. */
  readonly domain?: Domain | 'asynchronous' | undefined
  readonly crossing?: string | undefined
  /** Registers: assignments count only in cycles in which this is 1. */
  readonly enable?: Expression | undefined
  readonly ghost?: boolean | undefined
  /** Ports of Verilog that was not made here: the name is taken letter by letter. */
  readonly exact?: boolean
}

/** The enables of registers that have one. */
const enables = new WeakMap<Signal, Expression>()

/** Makes a signal of the module whose body is running. */
export const newSignal = (
  name: string,
  bits: number,
  role: Signal['role'],
  origin: Signal['origin'],
  more: SignalDetails = {},
): Signal => {
  const owner = builder(`\`${name}\``)
  const isPort = role === 'input' || role === 'output'
  const carried = role === 'wire' || role === 'instanceOutput'
  const domain = carried ? undefined : (more.domain ?? currentDomain(owner))
  if (domain !== undefined && domain !== 'asynchronous') seeDomain(owner, domain, origin, isPort ? 'named' : 'clocked')
  const signal: Signal = Object.freeze({
    kind: 'signal',
    name: more.exact && addClaim(owner, name) ? name : claimName(owner, name, origin),
    label: more.label ?? name,
    bits,
    signed: more.signed ?? false,
    role,
    domain,
    cases: more.cases,
    reset: more.reset,
    fallback: more.fallback,
    crossing: more.crossing,
    ghost: more.ghost ?? false,
    origin,
  })
  ownedBy.set(signal, owner)
  if (more.enable) enables.set(signal, more.enable)
  if (isPort) owner.ports.push(signal)
  else owner.signals.push(signal)
  return signal
}

/** The designer's spelling of a part: `held.left`, `held[2]`. */
export const labelOf = (base: string, path: readonly string[]): string =>
  path.reduce((label, key) => (/^\d/.test(key) ? `${label}[${key}]` : `${label}.${key}`), base)

/**
 * Assigns an expression to a signal.
 *
 * Rejects: HDL-0102 when the widths differ; HDL-0307 when the signal belongs to another module.
 */
export const assign = (target: Signal, value: Expression, verb: 'drive' | 'next'): void => {
  const owner = builder(verb)
  const origin = capture()
  if (ownedBy.get(target) !== owner) {
    reportForeign(owner, target, origin, 'set')
    return
  }
  if (value.bits !== target.bits) {
    reportMistake(
      'HDL-0102',
      `\`${target.name}\` is ${target.bits} bit${target.bits === 1 ? '' : 's'}, the value is ${value.bits}`,
      { origin, note: `${value.bits} bits given to \`${verb}\`` },
      [
        { origin: target.origin, note: `${target.bits} bits here` },
        { origin: value.origin, note: `${value.bits} bits: made here` },
      ],
      value.bits > target.bits
        ? [`to drop the upper bits: .truncate(${target.bits})`, `to keep them: a width of ${value.bits} bits`]
        : [`to fill with zeros: .extend(${target.bits})`],
      resizing(value, target.bits, origin),
    )
  }
  // A value of the wrong width still counts as a driver, so that one mistake is not told as two.
  const fitting = forced(value, target.bits)
  const statement = Object.freeze({ kind: 'assign', target, value: fitting, origin } as const)
  const enable = enables.get(target)
  addStatement(owner, enable ? enabled(enable, statement) : statement)
}

/** The edit that resizes a value, where it is computed in the line that gives it away and not in a helper. */
const resizing = (value: Expression, bits: number, given: Origin): readonly Fix[] => {
  if (value.kind === 'signal' || value.kind === 'literal') return []
  const [here, there] = [given.places[0], value.origin.places[0]]
  if (here === undefined || here.file !== there?.file || here.line !== there.line) return []
  const [title, text] =
    value.bits > bits ? ['drop the upper bits', `.truncate(${bits})`] : ['fill with zeros', `.extend(${bits})`]
  return [{ title, origin: value.origin, edit: { kind: 'append', text } }]
}

const enabled = (condition: Expression, statement: Assign): When =>
  Object.freeze({
    kind: 'when',
    branches: Object.freeze([Object.freeze({ condition, body: Object.freeze([statement]) })]),
    otherwise: undefined,
    origin: statement.origin,
  })
