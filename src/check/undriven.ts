/** HDL-0201: somebody needs the value of a signal that nobody drives. */
import type { Module, Signal } from '#ir'
import { drivesOf } from '#analysis'
import { inputsOf, readerOf } from './reads.ts'
import type { Finding, Rule } from './rule.ts'
import { shapeOf, variableOf } from './words.ts'

/** Tells outputs, inputs of instances and wires that are read, but have neither a driver nor a fallback. */
export const undriven: Rule = (module) => {
  // Verilog that was not made here drives its outputs itself.
  if (module.external !== undefined) return []
  const drives = drivesOf(module)
  const silent = (signal: Signal): boolean =>
    (signal.role === 'output' || signal.role === 'wire') && signal.fallback === undefined && !drives.has(signal)

  const inputs = undrivenInputs(module, silent)
  const told = new Set(inputs.map(({ signal }) => signal))
  const others = [...module.ports, ...module.signals]
    .filter((signal) => silent(signal) && !told.has(signal))
    .flatMap((signal) => undrivenSignal(module, signal))
  return [...others, ...inputs.map(({ finding }) => finding)]
}

const undrivenSignal = (module: Module, signal: Signal): readonly Finding[] => {
  const reader = readerOf(module, signal)
  if (signal.role === 'wire' && reader === undefined) return []

  const name = variableOf(signal)
  const drive = `${name}.drive(value)`
  return [
    {
      code: 'HDL-0201',
      title: `\`${name}\` is never driven`,
      at: { origin: signal.origin, note: `${signal.role} without a driver` },
      also: reader === undefined ? [] : [{ origin: reader, note: 'read here' }],
      help:
        signal.role === 'output'
          ? ['drive it in the body:', `  ${drive}`]
          : [`to give it a value:  ${drive}`, `if it stays quiet:   wire(${shapeOf(signal)}, 0)`],
    },
  ]
}

const undrivenInputs = (
  module: Module,
  silent: (signal: Signal) => boolean,
): readonly { readonly signal: Signal; readonly finding: Finding }[] =>
  module.instances.flatMap((instance) =>
    inputsOf(instance)
      .filter(({ signal }) => silent(signal))
      .map(({ port, signal }) => ({
        signal,
        finding: {
          code: 'HDL-0201',
          title: `input \`${port.name}\` of \`${variableOf(instance)}\` is never driven`,
          at: { origin: instance.origin, note: `instance without a value for \`${port.name}\`` },
          also: [{ origin: port.origin, note: `input of \`${instance.module.name}\`` }],
          help: ['drive it next to the instance:', `  ${variableOf(instance)}.${port.name}.drive(value)`],
        },
      })),
  )
