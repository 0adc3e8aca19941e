/** How a signal reads in a sentence and in code. */
import type { Instance, Module, Origin, Signal } from '#ir'
import { connectionsOf } from './reads.ts'

/** The shape of a signal, as it is written: `bit`, `uint(8)`, `oneOf('read', 'write')`. */
export const shapeOf = (signal: Signal): string => {
  if (signal.cases !== undefined) {
    const names = Object.entries(signal.cases).sort(([, one], [, other]) => one - other)
    return `oneOf(${names.map(([name]) => `'${name}'`).join(', ')})`
  }
  if (signal.signed) return `sint(${signal.bits})`
  return signal.bits === 1 ? 'bit' : `uint(${signal.bits})`
}

/** A quiet value of a signal, as it is written. */
export const quietOf = (signal: Signal): string =>
  signal.cases === undefined ? '0' : `'${Object.keys(signal.cases)[0] ?? ''}'`

/** Whether a name is that of a variable, and not of a part of a record or an array. */
export const isPlain = (name: string): boolean => /^[A-Za-z_$][\w$]*$/.test(name)

/** The part of a name that a new variable can be called after: `op` of `held.op`, `lanes` of `lanes[2]`. */
export const lastWord = (name: string): string =>
  name
    .replace(/\[\d+\]/g, '')
    .split('.')
    .at(-1) ?? name

/** What the designer writes for a signal: its variable, or `counter.enable` for a port of an instance. */
export const writtenAs = (module: Module, signal: Signal): string => {
  if (signal.label !== signal.name) return signal.label
  const port = instancePort(module, signal)
  return port === undefined ? variableOf(signal) : `${variableOf(port.instance)}.${port.name}`
}

/** The port of an instance that a signal of its parent stands for; undefined for a signal of the designer's own. */
export const instancePort = (
  module: Module,
  signal: Signal,
): { readonly instance: Instance; readonly name: string } | undefined => {
  for (const instance of module.instances) {
    const found = connectionsOf(instance).find((each) => each.signal === signal)
    if (found !== undefined) return { instance, name: found.port.name }
  }
  return undefined
}

/** The variable of a node when its name comes from it (in the spelling of Verilog), else the name. */
export const variableOf = ({
  name,
  label,
  origin,
}: {
  readonly name: string
  readonly label?: string
  readonly origin: Origin
}): string => {
  if (label !== undefined && label !== name) return label
  const bound = origin.name
  return bound !== undefined && letters(bound) === letters(name) ? bound : name
}

const letters = (name: string): string => name.replaceAll('_', '').toLowerCase()

/** `drive` or `next`: the verb that sets a signal. */
export const verbOf = (signal: Signal): string => (signal.role === 'register' ? 'next' : 'drive')
