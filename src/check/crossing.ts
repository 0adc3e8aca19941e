/** HDL-0501: a value of one clock is taken with another. */
import type { Mark, Module } from '#ir'
import { clockedUses } from './clocked-uses.ts'
import type { ClockedUse } from './clocked-uses.ts'
import { clockOf, clocksOf, sourcesIn } from './clocks.ts'
import type { Clock, Source } from './clocks.ts'
import { registerAfter, registersBefore } from './inside-instances.ts'
import type { Finding, Rule } from './rule.ts'
import { instancePort, lastWord, shapeOf, variableOf, writtenAs } from './words.ts'

/** Tells values that cross from one domain to another anywhere but in a register that may take them. */
export const crossing: Rule = (module) => {
  if (clocksOf(module).size < 2) return []
  const sourcesOf = sourcesIn(module)
  return clockedUses(module).flatMap((use) => {
    const told = new Set<Clock>()
    return use.values.flatMap(({ value, origin, note }) =>
      [...sourcesOf(value)].flatMap(([clock, source]) => {
        // words of memories have a rule of their own
        if (clock === use.clock || told.has(clock) || source.from.kind === 'memory') return []
        told.add(clock)
        return [tell(module, use, { origin, note }, clock, source)]
      }),
    )
  })
}

const tell = (module: Module, use: ClockedUse, at: Mark, clock: Clock, source: Source): Finding => {
  const { from } = source
  if (from.kind === 'memory') throw new Error('a memory is no register')
  const name = `\`${writtenAs(module, from)}\``
  const asynchronous = clock === 'asynchronous'
  const hops = source.steps.flatMap(({ hops: places }) => places()).map(({ origin, text }) => ({ origin, note: text }))
  return {
    code: 'HDL-0501',
    title: asynchronous
      ? `${use.subject} of \`${use.clock}\` takes ${name}, which belongs to no clock`
      : `${use.subject} of \`${use.clock}\` takes ${name} of \`${clock}\``,
    at,
    also: [...sourceMarks(module, source, clock), ...hops, ...useMarks(module, use)],
    help: helpFor(module, use, source),
    about: use.signal === undefined ? [from] : [use.signal, from],
  }
}

const sourceMarks = (module: Module, { from }: Source, clock: Clock): readonly Mark[] => {
  if (from.kind === 'memory') return []
  const port = instancePort(module, from)
  if (port !== undefined) {
    const own = { origin: from.origin, note: `\`${writtenAs(module, from)}\` moves with \`${clock}\`` }
    const inside = registersBefore(port.instance.module, port.name)
    if (inside === undefined) return [own]
    const where = [variableOf(port.instance), ...inside.inside].join('.')
    return [own, { origin: inside.register.origin, note: `inside of \`${where}\`: \`${variableOf(inside.register)}\`` }]
  }
  const role = from.role === 'input' ? 'input' : from.role === 'register' ? 'register' : 'word of a memory'
  const belongs = clock === 'asynchronous' ? 'that belongs to no clock' : `of \`${clock}\``
  return [{ origin: from.origin, note: `\`${variableOf(from)}\`: ${role} ${belongs}` }]
}

const useMarks = (module: Module, { origin, declared, port, signal }: ClockedUse): readonly Mark[] => {
  if (declared === '') return []
  const own = { origin, note: declared }
  const instance = signal === undefined ? undefined : instancePort(module, signal)?.instance
  if (port === undefined || instance === undefined) return [own]
  const inside = registerAfter(instance.module, port.name)
  if (inside === undefined) return [own]
  const where = [variableOf(instance), ...inside.inside].join('.')
  return [own, { origin: inside.register.origin, note: `inside of \`${where}\`: \`${variableOf(inside.register)}\`` }]
}

const helpFor = (module: Module, { clock }: ClockedUse, { from }: Source): readonly string[] => {
  if (from.kind === 'memory') return []
  const name = writtenAs(module, from)
  const safe = `${lastWord(name)}In${clock.charAt(0).toUpperCase()}${clock.slice(1)}`
  if (from.bits > 1 && clockOf(from) !== 'asynchronous') {
    return [
      'several bits cross together through a handshake or an asynchronous FIFO of #hdl/lib;',
      `once they hold still for long enough, through a register that may take them:`,
      `  const ${safe} = reg(${shapeOf(from)}, 0, { domain: ${clock}, crossing: 'why they hold still' })`,
    ]
  }
  return [
    `take it through two registers of \`${clock}\`, of which the first may cross:`,
    `  const early = reg(${shapeOf(from)}, 0, { domain: ${clock}, crossing: 'first of two registers' })`,
    `  const ${safe} = reg(${shapeOf(from)}, 0, { domain: ${clock} })`,
    `  early.next(${name})`,
    `  ${safe}.next(early)`,
  ]
}
