/** Who reads which signal of a module. */
import type { Expression, Instance, Module, Origin, Signal, Statement } from '#ir'
import { signalsIn } from '#analysis'

/** The place that first reads a signal; undefined when nobody does. Outputs count only when the body reads them. */
export const readerOf = (module: Module, signal: Signal): Origin | undefined => {
  const reader = readsOf(module).get(signal)
  // asking for places is what costs, so only here
  return reader?.value.kind !== 'signal' && reader?.value.origin.places.length ? reader.value.origin : reader?.origin
}

/** Who reads: the value, and the statement that the value is part of. */
interface Reader {
  readonly value: Expression
  readonly origin: Origin
}

const readsOf = (module: Module): ReadonlyMap<Signal, Reader> => {
  const before = known.get(module)
  if (before !== undefined) return before

  const reads = new Map<Signal, Reader>()
  const read = (value: Expression | undefined, origin: Origin): void => {
    if (value === undefined) return
    for (const signal of signalsIn(value)) if (!reads.has(signal)) reads.set(signal, { value, origin })
  }

  for (const signal of [...module.ports, ...module.signals]) read(signal.fallback, signal.origin)
  readBody(module.body, read)
  for (const port of module.readPorts) {
    read(port.address, port.origin)
    read(port.enable, port.origin)
  }
  for (const instance of module.instances) {
    for (const { signal } of inputsOf(instance)) read(signal, instance.origin)
  }
  for (const probe of module.probes) {
    read(probe.valid, probe.origin)
    read(probe.record, probe.origin)
  }
  for (const assertion of module.properties) read(assertion.condition, assertion.origin)

  known.set(module, reads)
  return reads
}

/** The inputs of an instance with the signals of the parent that feed them. */
export const inputsOf = (instance: Instance): readonly { readonly port: Signal; readonly signal: Signal }[] =>
  connectionsOf(instance).filter(({ port }) => port.role === 'input')

/** The ports of an instance with the signals of the parent on the other side. */
export const connectionsOf = (instance: Instance): readonly { readonly port: Signal; readonly signal: Signal }[] =>
  instance.module.ports.flatMap((port) => {
    const signal = instance.connections[port.name]
    return signal === undefined ? [] : [{ port, signal }]
  })

const known = new WeakMap<Module, ReadonlyMap<Signal, Reader>>()

const readBody = (body: readonly Statement[], read: (value: Expression | undefined, reader: Origin) => void): void => {
  for (const statement of body) {
    switch (statement.kind) {
      case 'assign':
        read(statement.value, statement.origin)
        break
      case 'when':
        for (const branch of statement.branches) {
          read(branch.condition, statement.origin)
          readBody(branch.body, read)
        }
        readBody(statement.otherwise ?? [], read)
        break
      case 'match':
        read(statement.subject, statement.origin)
        for (const each of statement.cases) readBody(each.body, read)
        break
      case 'memoryWrite':
        read(statement.address, statement.origin)
        read(statement.data, statement.origin)
        read(statement.enables, statement.origin)
        break
    }
  }
}
