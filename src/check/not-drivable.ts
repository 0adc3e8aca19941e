/** HDL-0207: the body sets a signal that somebody else sets. */
import { drivesOf } from '#analysis'
import type { Rule } from './rule.ts'
import { shapeOf, variableOf } from './words.ts'

/** Tells assignments to inputs, outputs of instances and words read from memories. */
export const notDrivable: Rule = (module) =>
  [...drivesOf(module)].flatMap(([signal, drives]) => {
    const owner = owners[signal.role]
    if (owner === undefined) return []
    return drives.map(({ assign }) => ({
      code: 'HDL-0207',
      title: `\`${variableOf(signal)}\` is set from outside of this body`,
      at: { origin: assign.origin, note: 'driven here' },
      also: [{ origin: signal.origin, note: owner }],
      help: ['drive a wire of your own:', `  const own = wire(${shapeOf(signal)})`],
    }))
  })

const owners: Readonly<Record<string, string>> = {
  input: 'an input: the parent drives it',
  instanceOutput: 'an output of an instance: the instance drives it',
  memoryOutput: 'a word of a memory: the read port drives it',
}
