/** What can be looked at while a design runs. */
import type { Probe, Signal } from '#ir'
import type { Slot } from './engine.ts'
import type { FlatDesign, Scope } from './flatten.ts'

export type Watch = 'ports' | 'named' | readonly string[]

export interface Watched {
  readonly scope: Scope
  readonly thing: Signal | Probe
}

/**
 * The ports of the top, all registers, and whatever `watch` asks for, from the outside inwards.
 *
 * Rejects: RangeError when there is nothing of a name in `watch`.
 */
export const watchedOf = (flat: FlatDesign, watch: Watch): readonly Watched[] => {
  const names = new Set(typeof watch === 'string' ? [] : watch)
  const missing = new Set(names)
  const found = flat.scopes.flatMap((scope) => {
    const { ports, signals, probes } = scope.module
    return [...ports, ...signals, ...probes].flatMap((thing): readonly Watched[] => {
      const name = pathOf(scope, thing).join('.')
      missing.delete(name)
      return watch === 'named' || isAlways(flat, scope, thing) || names.has(name) ? [{ scope, thing }] : []
    })
  })
  const [first] = missing
  if (first !== undefined) throw new RangeError(`there is no signal \`${first}\` to watch in ${flat.top.module.name}`)
  return found
}

/** What a slot says of a signal or of a probe, whose top bit says whether there is a record. */
export const slotAbout = (scope: Scope, thing: Signal | Probe): Omit<Slot, 'offset'> => {
  const path = Object.freeze(pathOf(scope, thing))
  if (thing.kind === 'probe') {
    const bits = thing.record.bits + 1
    return { path, label: `probe:${thing.name}`, bits, signed: false, cases: undefined, role: 'wire' }
  }
  const { label, bits, signed, cases, role } = thing
  return { path, label, bits, signed, cases, role }
}

const pathOf = (scope: Scope, thing: Signal | Probe): readonly string[] => [
  ...scope.path,
  thing.kind === 'probe' ? `probe:${thing.name}` : thing.name,
]

const isAlways = (flat: FlatDesign, scope: Scope, thing: Signal | Probe): boolean => {
  if (thing.kind === 'probe') return false
  const { role } = thing
  return (
    role === 'register' || role === 'memoryOutput' || (scope === flat.top && (role === 'input' || role === 'output'))
  )
}
