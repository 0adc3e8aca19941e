/** HDL-0305: values that nobody reads. */
import { drivesOf, memoriesIn, signalsIn, writesOf } from '#analysis'
import type { Expression, Memory, Module, Origin, Signal } from '#ir'
import { inputsOf } from './reads.ts'
import type { Finding, Rule } from './rule.ts'
import { writtenAs } from './words.ts'

/**
 * Tells wires, registers, inputs, words of memories and whole memories that have no reader but themselves. Of a record or
 * an array one part that is read is enough; of a stream `valid` and `ready` have to be read as well. Outputs of instances
 * may stay unread.
 */
export const unread: Rule = (module) => {
  if (module.external !== undefined) return []
  const { signals, memories } = readIn(module)
  const silent = groupsOf(module).filter((group) => !group.some((signal) => signals.has(signal)))
  return [
    ...silent.map((group) => tell(module, group)),
    ...module.memories.filter((memory) => !memories.has(memory)).map(tellMemory),
  ]
}

/** Signals that were declared together, and of which one reader is enough. */
const groupsOf = (module: Module): readonly (readonly Signal[])[] => {
  const fed = new Set(module.instances.flatMap((instance) => inputsOf(instance).map(({ signal }) => signal)))
  const labels = new Set(module.ports.map(({ label }) => label))
  const groups = new Map<Origin, Map<string, Signal[]>>()
  for (const signal of [...module.ports, ...module.signals]) {
    if (!roles.has(signal.role) || signal.ghost || fed.has(signal)) continue
    const parts = groups.get(signal.origin) ?? new Map<string, Signal[]>()
    const part = partOfStream(signal, labels)
    parts.set(part, [...(parts.get(part) ?? []), signal])
    groups.set(signal.origin, parts)
  }
  return [...groups.values()].flatMap((parts) => [...parts.values()])
}

const roles: ReadonlySet<Signal['role']> = new Set(['wire', 'register', 'input', 'memoryOutput'])

/** `from.valid` is a part of its own when there is `from.ready`, and the other way round. */
const partOfStream = ({ label }: Signal, labels: ReadonlySet<string>): string => {
  const handshake = /^(.*\.)(valid|ready)$/.exec(label)
  if (handshake === null) return ''
  const [, stream = '', half] = handshake
  return labels.has(`${stream}${half === 'valid' ? 'ready' : 'valid'}`) ? label : ''
}

const readIn = (module: Module): { readonly signals: ReadonlySet<Signal>; readonly memories: ReadonlySet<Memory> } => {
  const signals = new Set<Signal>()
  const memories = new Set<Memory>()
  const read = (value: Expression | undefined, reader?: Signal): void => {
    if (value === undefined) return
    for (const signal of signalsIn(value)) if (signal !== reader) signals.add(signal)
    for (const memory of memoriesIn(value)) memories.add(memory)
  }

  for (const [target, drives] of drivesOf(module)) {
    for (const { assign, conditions } of drives) {
      read(assign.value, target)
      for (const condition of conditions) read(condition, target)
    }
  }
  for (const { write, conditions } of writesOf(module)) {
    for (const value of [write.address, write.data, write.enables, ...conditions]) read(value)
  }
  for (const signal of [...module.ports, ...module.signals]) read(signal.fallback, signal)
  for (const { memory, address, enable } of module.readPorts) {
    memories.add(memory)
    read(address)
    read(enable)
  }
  for (const { condition } of module.properties) read(condition)
  for (const { valid, record } of module.probes) {
    read(valid)
    read(record)
  }
  for (const { clock, reset } of module.provided) {
    read(clock)
    read(reset)
  }
  return { signals, memories }
}

const tell = (module: Module, group: readonly Signal[]): Finding => {
  const [signal] = group
  if (signal === undefined) throw new Error('an empty group')
  const name = group.length === 1 ? writtenAs(module, signal) : commonPart(group.map((each) => writtenAs(module, each)))
  const half = group.length === 1 ? /\.(valid|ready)$/.exec(signal.label)?.[1] : undefined
  const streamName = name.replace(/\.(valid|ready)$/, '')
  return {
    code: 'HDL-0305',
    title: `nobody reads \`${name}\``,
    at: { origin: signal.origin, note: notes[half ?? signal.role] ?? `${signal.role} without a reader` },
    also: [],
    help: [
      ...(half === undefined ? [`read it, or take it out`] : [`a payload moves when both are 1:  ${streamName}.fire`]),
      `or, if it is meant:  allow('HDL-0305', 'reason', ${half === undefined ? name : `${streamName}.${half}`})`,
    ],
    about: group,
  }
}

const notes: Readonly<Record<string, string>> = {
  register: 'register that nothing but itself depends on',
  memoryOutput: 'word that is read from the memory, and then not used',
  valid: 'taken without a look at `valid`: there may be nothing',
  ready: 'sent without a look at `ready`: payloads may be lost',
}

const tellMemory = (memory: Memory): Finding => ({
  code: 'HDL-0305',
  title: `nobody reads the memory \`${memory.name}\``,
  at: { origin: memory.origin, note: 'memory without a reader' },
  also: [],
  help: ['read it, or take it out'],
})

/** What names have in common at their beginning: `held` of `held.op` and `held.data`. */
const commonPart = (names: readonly string[]): string => {
  const [first = ''] = names
  let length = first.length
  while (length > 0 && !names.every((name) => name.startsWith(first.slice(0, length)))) length--
  return first.slice(0, length).replace(/[._[]$/, '') || first
}
