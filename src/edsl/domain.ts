/** Clock domains: who shares a clock, and which one is meant where nothing is said. */
import type { Domain, Origin } from '#ir'
import { addClaim, builder, type Builder, reportMistake } from './context.ts'
import { capture } from './origin.ts'
import type { Bit } from './value.ts'

/** The domain of everything that names no other: clock `clk`, synchronous reset `rst`. */
export const main: Domain = Object.freeze({ kind: 'domain', name: 'main', reset: 'synchronous' })

/** In place of a port's domain: a pin that belongs to no clock. It is read through a synchroniser. */
export const asynchronous = 'asynchronous'

export interface DomainOptions {
  /**
   * `synchronous` (unless given): a reset, active high, that counts at the clock edge. `asynchronous`: one that counts at
   * once. `none`: no reset; registers with a first value start with it and never return to it.
   */
  readonly reset?: Domain['reset']
}

/**
 * A clock domain of this name: in Verilog the inputs `NAME_clk` and `NAME_rst`. Domains of the same name are the same.
 *
 * Rejects: HDL-0304 when the name is taken or cannot be one; HDL-0502 for one name with two sorts of reset.
 */
export const domain = (name: string, { reset = 'synchronous' }: DomainOptions = {}): Domain => {
  if (name === main.name || !/^[A-Za-z]\w*$/.test(name))
    reportMistake(
      'HDL-0304',
      `a clock domain cannot have the name '${name}'`,
      {
        origin: capture(),
        note: name === main.name ? 'every design has this one' : 'letters, digits and _ make a name',
      },
      [],
      name === main.name ? ["import { main } from '#edsl'"] : [`domain('${name.replace(/\W/g, '_')}')`],
    )
  return Object.freeze({ kind: 'domain', name, reset })
}

/**
 * Runs `body` in a domain: registers, ports of memories, properties, probes and instances made in it belong there. Returns
 * what `body` returns.
 */
export const inDomain = <T>(inner: Domain, body: () => T): T => {
  const owner = builder('inDomain()')
  owner.domains.push(inner)
  try {
    return body()
  } finally {
    owner.domains.pop()
  }
}

/** The domain that the statement now being run belongs to. */
export const currentDomain = (owner: Builder): Domain => owner.domains.at(-1) ?? main

/** The names of a domain's inputs in Verilog. */
const inputNames = ({ name, reset }: Domain): readonly string[] => {
  const [clock, resets] = name === main.name ? ['clk', 'rst'] : [`${name}_clk`, `${name}_rst`]
  return reset === 'none' ? [clock] : [clock, resets]
}

/**
 * Remembers that the module has to do with a domain: `clocked` when it needs its clock, `named` when only a port says so.
 */
export const seeDomain = (owner: Builder, seen: Domain, origin: Origin, use: 'clocked' | 'named'): void => {
  const known = owner.seenDomains.get(seen.name)
  if (known && known.domain.reset !== seen.reset)
    reportMistake(
      'HDL-0502',
      `the clock domain ${seen.name} has two sorts of reset`,
      { origin, note: `reset: '${seen.reset}'` },
      [{ origin: known.origin, note: `reset: '${known.domain.reset}'` }],
      [
        `const ${seen.name} = domain('${seen.name}', { reset: '${known.domain.reset}' }), once, and use it in both places`,
      ],
    )
  if (known?.clocked || (known && use === 'named')) return
  const clash: string[] = []
  if (use === 'clocked' && seen.name !== main.name)
    for (const name of inputNames(seen)) if (!addClaim(owner, name)) clash.push(name)
  owner.seenDomains.set(seen.name, { domain: known?.domain ?? seen, origin, clocked: use === 'clocked', clash })
}

/** The domains that the finished body needs from outside, `main` first. Rejects: HDL-0304 for names that are taken. */
export const domainsOf = (owner: Builder): readonly Domain[] => {
  const provided = new Set(owner.provided.map((one) => one.domain.name))
  const needed = [...owner.seenDomains.values()].filter((seen) => seen.clocked && !provided.has(seen.domain.name))
  for (const { domain: taken, origin, clash } of needed)
    for (const name of clash) {
      const holder = [...owner.ports, ...owner.signals, ...owner.memories, ...owner.instances].find(
        (thing) => thing.name === name,
      )
      reportMistake(
        'HDL-0304',
        `the name ${name} is that of an input of the clock domain ${taken.name}`,
        { origin: holder?.origin ?? origin, note: 'this has the name too' },
        [{ origin, note: `the clock domain ${taken.name} is used here` }],
        ['give it another name', `or give its clock: provideDomain(${taken.name}, { clock, reset })`],
      )
    }
  const list = needed.map((seen) => seen.domain)
  const first = list.filter(({ name }) => name === main.name)
  const all = [...first, ...list.filter(({ name }) => name !== main.name)]
  return Object.freeze(all.length === 0 && provided.size === 0 ? [main] : all)
}

/** Where the clock of a domain comes from. */
export interface DomainSource {
  /** The clock: registers of the domain change at its rising edge. */
  readonly clock: Bit
  /** The reset, active high; left out for a domain without one. */
  readonly reset?: Bit
}

/**
 * Makes the clock of a domain inside of the module: from a clock generator or a pin. The module then has no input for it.
 *
 * Rejects: HDL-0502 when the domain has a reset and none is given, or the other way round.
 */
export const provideDomain = (made: Domain, { clock, reset }: DomainSource): void => {
  const owner = builder('provideDomain()')
  const origin = capture()
  if ((made.reset === 'none') !== (reset === undefined))
    reportMistake(
      'HDL-0502',
      reset === undefined
        ? `the clock domain ${made.name} has a reset, and none is given`
        : `the clock domain ${made.name} has no reset, and one is given`,
      { origin, note: `reset: '${made.reset}'` },
      [],
      reset === undefined
        ? [`provideDomain(${made.name}, { clock, reset })`, `domain('${made.name}', { reset: 'none' })`]
        : [`provideDomain(${made.name}, { clock })`, `domain('${made.name}', { reset: 'synchronous' })`],
    )
  seeDomain(owner, made, origin, 'named')
  const signalOf = (value: Bit, name: string) => {
    const { expression } = value
    if (expression.kind === 'signal') return expression
    const named = value.named(`${made.name}_${name}`).expression
    return named.kind === 'signal' ? named : undefined
  }
  const clockSignal = signalOf(clock, 'clock')
  if (!clockSignal) return
  owner.provided.push(
    Object.freeze({
      kind: 'providedDomain',
      domain: made,
      clock: clockSignal,
      reset: reset === undefined ? undefined : signalOf(reset, 'reset'),
      origin,
    }),
  )
}
