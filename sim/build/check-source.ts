// Refuses descriptions that no simulator can be built from, before any tool runs.

import { SimulationError } from './error.ts'
import type { SimulationSource } from './source.ts'

const widestPortBits = 1 << 16

/** Throws SIM-0101 with every mistake of `source`, in the order of the description. */
export function checkSource(source: SimulationSource): void {
  const mistakes: string[] = []
  const say = (mistake: string): void => void mistakes.push(mistake)

  if (source.files.length === 0) say('there is no Verilog file')
  for (const { name } of source.files) {
    if (!/^[A-Za-z0-9_][A-Za-z0-9_.$-]*$/.test(name)) say(`file name \`${name}\` is not a plain file name`)
  }
  const implied = source.clocks ?? ['clk', 'rst']
  if (implied.length === 0 || implied.length > 32) say(`there are ${implied.length} clocks`)
  for (const { name, bits } of source.ports) {
    if (implied.includes(name)) say(`port \`${name}\` belongs to every top module and is not described`)
    sayBits(`port \`${name}\``, bits)
  }
  for (const { path, variable, bits } of source.watched ?? []) sayBits(`signal \`${path}.${variable}\``, bits)
  for (const { name, bits } of source.probes) sayBits(`probe \`${name}\``, bits)
  for (const { name, bits, depth } of source.memories) {
    sayBits(`memory \`${name}\``, bits)
    if (!Number.isInteger(depth) || depth < 1) say(`memory \`${name}\` has a depth of ${depth}`)
  }
  sayTwice('file', source.files)
  sayTwice('port', source.ports)
  sayTwice('probe', source.probes)
  sayTwice('memory', source.memories)

  if (mistakes.length > 0) {
    const title = `the description of \`${source.top}\` does not describe a simulator`
    throw new SimulationError({ code: 'SIM-0101', title, output: mistakes.map((mistake) => `  ${mistake}`).join('\n') })
  }

  function sayBits(what: string, bits: number): void {
    if (!Number.isInteger(bits) || bits < 1 || bits > widestPortBits) say(`${what} has a width of ${bits} bits`)
  }
  function sayTwice(what: string, named: readonly { readonly name: string }[]): void {
    const seen = new Set<string>()
    for (const { name } of named) {
      if (seen.has(name)) say(`${what} \`${name}\` is described twice`)
      seen.add(name)
    }
  }
}
