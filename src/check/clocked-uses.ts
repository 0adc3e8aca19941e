/** Where the values of a module have to move with one clock. */
import { drivesOf, writesOf } from '#analysis'
import type { Expression, Module, Origin, Signal } from '#ir'
import { clockOf, outsideClock } from './clocks.ts'
import type { Clock } from './clocks.ts'
import { inputsOf } from './reads.ts'
import { variableOf } from './words.ts'

/** Something that takes values at the edges of one clock, or promises them to somebody who does. */
export interface ClockedUse {
  readonly clock: Clock
  /** Whose it is: the register, the port; undefined for properties and probes. */
  readonly signal: Signal | undefined
  /** How a sentence begins with it. */
  readonly subject: string
  /** What it is, behind its place: `register of \`pixel\``. */
  readonly declared: string
  readonly origin: Origin
  readonly values: readonly { readonly value: Expression; readonly origin: Origin; readonly note: string }[]
  /** For inputs of instances: the port, inside of which the value goes on. */
  readonly port: Signal | undefined
}

/** All of them, except registers that may take values of other domains. */
export const clockedUses = (module: Module): readonly ClockedUse[] => [
  ...registers(module),
  ...outputs(module),
  ...instanceInputs(module),
  ...memories(module),
  ...watched(module),
]

const registers = (module: Module): readonly ClockedUse[] =>
  module.signals.flatMap((signal) => {
    const clock = clockOf(signal)
    if (signal.role !== 'register' || clock === undefined || signal.crossing !== undefined) return []
    const values = (drivesOf(module).get(signal) ?? []).flatMap(({ assign, conditions }) => [
      { value: assign.value, origin: assign.origin, note: `taken at the edge of \`${clock}\`` },
      ...conditions.map((value) => ({
        value,
        origin: assign.origin,
        note: `set at the edge of \`${clock}\`, under a condition of another clock`,
      })),
    ])
    const name = `\`${variableOf(signal)}\``
    const declared = `${name}: register of \`${clock}\``
    return [{ clock, signal, subject: name, declared, origin: signal.origin, values, port: undefined }]
  })

const outputs = (module: Module): readonly ClockedUse[] =>
  module.ports.flatMap((signal) => {
    const clock = clockOf(signal)
    if (signal.role !== 'output' || clock === undefined || clock === 'asynchronous') return []
    const values = whereDriven(module, signal, `driven here, for those who read it with \`${clock}\``)
    const name = `\`${variableOf(signal)}\``
    const declared = `${name}: output for \`${clock}\``
    return [{ clock, signal, subject: `output ${name}`, declared, origin: signal.origin, values, port: undefined }]
  })

const instanceInputs = (module: Module): readonly ClockedUse[] =>
  module.instances.flatMap((instance) =>
    inputsOf(instance).flatMap(({ port, signal }) => {
      if (port.domain === 'asynchronous') return []
      const clock = outsideClock(instance, port)
      const name = `\`${variableOf(instance)}.${port.name}\``
      const values = whereDriven(module, signal, `driven here, and read with \`${clock}\``)
      const declared = `input \`${port.name}\` of \`${instance.module.name}\`, which is read with \`${clock}\` here`
      return [{ clock, signal, subject: `input ${name}`, declared, origin: port.origin, values, port }]
    }),
  )

const memories = (module: Module): readonly ClockedUse[] => [
  ...writesOf(module).map(({ write, conditions }) => {
    const { memory, address, data, enables, domain, origin } = write
    const name = `\`${variableOf(memory)}\``
    const values = [address, data, ...(enables === undefined ? [] : [enables]), ...conditions]
    return {
      clock: domain.name,
      signal: undefined,
      subject: `the write to ${name}`,
      declared: `${name}: written at the edge of \`${domain.name}\``,
      origin: memory.origin,
      values: values.map((value) => ({ value, origin, note: `written at the edge of \`${domain.name}\`` })),
      port: undefined,
    }
  }),
  ...module.readPorts.map(({ memory, address, enable, output, domain, origin }) => {
    const name = `\`${variableOf(memory)}\``
    const values = [address, ...(enable === undefined ? [] : [enable])]
    return {
      clock: domain.name,
      signal: output,
      subject: `the read of ${name}`,
      declared: `${name}: read at the edge of \`${domain.name}\``,
      origin: memory.origin,
      values: values.map((value) => ({ value, origin, note: `read at the edge of \`${domain.name}\`` })),
      port: undefined,
    }
  }),
]

const watched = (module: Module): readonly ClockedUse[] => [
  ...module.properties.map(({ check, sentence, condition, domain, origin }) => ({
    clock: domain.name,
    signal: undefined,
    subject: `${check} '${sentence}'`,
    declared: '',
    origin,
    values: [{ value: condition, origin, note: `looked at at the edge of \`${domain.name}\`` }],
    port: undefined,
  })),
  ...module.probes.map(({ name, valid, record, domain, origin }) => ({
    clock: domain.name,
    signal: undefined,
    subject: `probe '${name}'`,
    declared: '',
    origin,
    values: [valid, record].map((value) => ({ value, origin, note: `sampled at the edge of \`${domain.name}\`` })),
    port: undefined,
  })),
]

/** Every place that drives a signal; the signal's own when there is none. */
const whereDriven = (module: Module, signal: Signal, note: string): ClockedUse['values'] => {
  const drives = drivesOf(module).get(signal) ?? []
  const fallback = signal.fallback === undefined ? [] : [{ value: signal.fallback, origin: signal.origin, note }]
  return [
    ...drives.flatMap(({ assign, conditions }) =>
      [assign.value, ...conditions].map((value) => ({ value, origin: assign.origin, note })),
    ),
    ...fallback,
  ]
}
