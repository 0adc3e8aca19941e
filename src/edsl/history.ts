/** What values were some cycles ago, for properties. */
import type { Domain, Expression, Signal } from '#ir'
import { addUnconditional, builder, type Builder, reportMistake } from './context.ts'
import { currentDomain, inDomain } from './domain.ts'
import { operation } from './expressions.ts'
import { allOf } from './guard.ts'
import { OneOf } from './one-of.ts'
import { capture } from './origin.ts'
import { newSignal } from './signal.ts'
import { SInt } from './sint.ts'
import { Union } from './union.ts'
import { type Bit, UInt } from './value.ts'

/** A value that is only looked at. */
export type Seen<V> = V extends { readonly signedness: 'unsigned'; readonly width: infer N extends number }
  ? UInt<N>
  : V extends SInt<infer N>
    ? SInt<N>
    : V extends OneOf<infer Case>
      ? OneOf<Case>
      : V extends Union<infer Variants>
        ? Union<Variants>
        : V extends readonly (infer E)[]
          ? readonly Seen<E>[]
          : { readonly [Name in Exclude<keyof V, 'drive' | 'next' | 'at' | 'fire'>]: Seen<V[Name]> }

/**
 * A value as it was `cycles` cycles of the current domain ago, for properties and probes. In the first cycles after reset
 * that is unknown; the properties that look at it do not count then.
 *
 * Rejects: HDL-0107 when `cycles` is below 1; HDL-0311 when the hardware looks at it.
 */
export const past = <const V extends object>(value: V, cycles = 1): Seen<V> => {
  const owner = builder('past()')
  if (!Number.isInteger(cycles) || cycles < 1)
    reportMistake(
      'HDL-0107',
      `past(value, ${cycles}): that is not in the past`,
      { origin: capture(), note: 'a whole number of cycles, 1 or more' },
      [],
      ['past(value) for the cycle before'],
    )
  return mapLeaves(value, (now) => history(owner, now, Math.max(1, Math.floor(cycles) || 1))) as Seen<V>
}

/** Whether a bit is 1 and was 0 in the cycle before. */
export const rose = (value: Bit): Bit => value.and(past(value).not())

/** Whether a bit is 0 and was 1 in the cycle before. */
export const fell = (value: Bit): Bit => value.not().and(past(value))

/** Whether a value is what it was in the cycle before. */
export const stable = (value: object): Bit => {
  const owner = builder('stable()')
  const same: Expression[] = []
  mapLeaves(value, (now) => {
    same.push(operation('eq', [now, history(owner, now, 1)], 1))
    return now
  })
  return new UInt<1>(allOf(same))
}

/** Whether a value is not what it was in the cycle before. */
export const changed = (value: object): Bit => stable(value).not()

/** Builds a value like the given one from other leaves. Streams and registers have no index signature: any object. */
const mapLeaves = (value: unknown, make: (leaf: Expression) => Expression): unknown => {
  if (value instanceof UInt) return new UInt(make(value.expression))
  if (value instanceof SInt) return new SInt(make(value.expression))
  if (value instanceof OneOf) return new OneOf(value.shape, make(value.expression))
  if (value instanceof Union) {
    const { shape, tag, payload } = value
    return new Union(
      shape,
      new OneOf(tag.shape, make(tag.expression)),
      payload === undefined ? undefined : new UInt(make(payload.expression)),
    )
  }
  if (Array.isArray(value)) return value.map((part: unknown) => mapLeaves(part, make))
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, mapLeaves(part, make)]))
  reportMistake(
    'HDL-0107',
    `${JSON.stringify(value) ?? String(value)} is no hardware value`,
    { origin: capture(), note: 'a value, or a record or an array of values' },
    [],
    ['give a port, a register, a wire, or what is computed from them'],
  )
  return value
}

/** The expressions that a value is made of. */
export const leafExpressions = (value: object): readonly Expression[] => {
  const leaves: Expression[] = []
  mapLeaves(value, (leaf) => {
    leaves.push(leaf)
    return leaf
  })
  return leaves
}

/** A register that exists for properties only; it moves in every cycle, whatever blocks are open. */
export const ghost = (
  owner: Builder,
  name: string,
  bits: number,
  first: bigint | undefined,
  next: (now: Signal) => Expression,
): Signal => {
  const origin = capture(name)
  const signal = newSignal(name, bits, 'register', origin, { reset: first, ghost: true })
  addUnconditional(owner, Object.freeze({ kind: 'assign', target: signal, value: next(signal), origin }))
  return signal
}

/** How far back a ghost looks, and in which domain. */
interface Reach {
  readonly cycles: number
  readonly domain: Domain
}

/** What a module under construction remembers. */
interface Histories {
  /** The values of an expression 1, 2, ... cycles ago, by domain. */
  readonly values: Map<string, Map<Expression, Signal[]>>
  /** 1 when 1, 2, ... cycles have passed since reset, by domain. */
  readonly passed: Map<string, Signal[]>
  readonly reach: Map<Signal, Reach>
}

const histories = new WeakMap<Builder, Histories>()

const historiesOf = (owner: Builder): Histories => {
  const known = histories.get(owner)
  if (known) return known
  const made: Histories = { values: new Map(), passed: new Map(), reach: new Map() }
  histories.set(owner, made)
  return made
}

const history = (owner: Builder, now: Expression, cycles: number): Expression => {
  if (now.kind === 'literal') return now
  const { values, reach } = historiesOf(owner)
  const domain = currentDomain(owner)
  const before = Math.max(0, ...reachOf(owner, [now]).map((far) => far.cycles))
  const inThisDomain = values.get(domain.name) ?? new Map<Expression, Signal[]>()
  values.set(domain.name, inThisDomain)
  const chain = inThisDomain.get(now) ?? []
  inThisDomain.set(now, chain)
  const base = now.kind === 'signal' ? now.name : (capture().name ?? 'value')
  while (chain.length < cycles) {
    const from = chain.at(-1) ?? now
    const name = `${base}_past${chain.length === 0 ? '' : chain.length + 1}`
    const made = ghost(owner, name, now.bits, undefined, () => from)
    chain.push(made)
    reach.set(made, { cycles: before + chain.length, domain })
  }
  return chain[cycles - 1] as Signal
}

/** How far back the values look that these expressions are made of, the farthest per domain. */
const reachOf = (owner: Builder, roots: readonly Expression[]): readonly Reach[] => {
  const { reach } = historiesOf(owner)
  if (reach.size === 0) return []
  const farthest = new Map<string, Reach>()
  const seen = new Set<Expression>()
  const pending = [...roots]
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (seen.has(node)) continue
    seen.add(node)
    if (node.kind === 'signal') {
      const far = reach.get(node)
      if (far && far.cycles > (farthest.get(far.domain.name)?.cycles ?? 0)) farthest.set(far.domain.name, far)
    } else if (node.kind === 'operation') pending.push(...node.operands)
    else if (node.kind === 'slice') pending.push(node.operand)
    else if (node.kind === 'select') pending.push(node.operand, node.index)
    else if (node.kind === 'memoryRead') pending.push(node.address)
  }
  return [...farthest.values()]
}

/** The conditions under which everything is known that these expressions look back to; none if they do not look back. */
export const historyNeeded = (owner: Builder, roots: readonly Expression[]): readonly Expression[] =>
  reachOf(owner, roots).map(({ cycles, domain }) => {
    const { passed } = historiesOf(owner)
    const chain = passed.get(domain.name) ?? []
    passed.set(domain.name, chain)
    while (chain.length < cycles) {
      const from = chain.at(-1)
      const name = `${domain.name}_passed_${chain.length + 1}`
      const one: Expression = Object.freeze({ kind: 'literal', bits: 1, value: 1n, origin: capture() })
      chain.push(inDomain(domain, () => ghost(owner, name, 1, 0n, () => from ?? one)))
    }
    return chain[cycles - 1] as Signal
  })

/** A bit, or `unknown` in the first cycles after reset, in which it looks back beyond reset. */
export const knownBit = (owner: Builder, bit: Expression, unknown: 0 | 1): Expression => {
  const needed = historyNeeded(owner, [bit])
  if (needed.length === 0) return bit
  const known = allOf(needed)
  return unknown === 0 ? operation('and', [known, bit], 1) : operation('or', [operation('not', [known], 1), bit], 1)
}
