/** HDL-0202: somebody reads a register that nobody sets. */
import { drivesOf } from '#analysis'
import { readerOf } from './reads.ts'
import type { Rule } from './rule.ts'
import { variableOf } from './words.ts'

/** Tells registers that are read, but have no `next` anywhere. */
export const unsetRegister: Rule = (module) =>
  module.signals.flatMap((signal) => {
    if (signal.role !== 'register' || drivesOf(module).has(signal)) return []
    const reader = readerOf(module, signal)
    if (reader === undefined) return []
    const name = variableOf(signal)
    const remains = signal.reset === undefined ? 'its value is random for ever' : `it stays ${signal.reset} for ever`
    return [
      {
        code: 'HDL-0202',
        title: `\`${name}\` is never set`,
        at: { origin: signal.origin, note: `register without \`next\`: ${remains}` },
        also: [{ origin: reader, note: 'read here' }],
        help: ['set it at the edge:', `  ${name}.next(value)`],
      },
    ]
  })
