// Explains why a simulator could not be opened: a probe or memory that the Verilog does not have as described.

import { SimulationError, type SimulationSource } from '#sim/build'

/** Turns the shim's `missing|bits|depth SCOPE NAME [FOUND]` into the description it is about. */
export function explainOpen(text: string, source: SimulationSource): SimulationError {
  const [what, scope = '', variable = '', found = ''] = text.split(' ')
  const path = scope.split('.').slice(2).join('.')
  const probe = source.probes.find((candidate) => candidate.path === path && candidate.wire === variable)
  const memory = source.memories.find((candidate) => candidate.path === path && candidate.variable === variable)
  const named = probe === undefined ? `memory \`${memory?.name}\`` : `probe \`${probe.name}\``
  const described = probe ?? memory
  const place = path === '' ? 'the top module' : `instance \`${path}\``
  if (what === 'bits') {
    const title = `${named}: \`${variable}\` in ${place} has ${found} bits, ${described?.bits} in the description`
    return new SimulationError({ code: 'SIM-0209', title })
  }
  if (what === 'depth') {
    const depth = Number(found) === 0 ? 'is a plain wire' : `has ${found} elements`
    const title = `${named}: \`${variable}\` in ${place} ${depth}, ${memory?.depth ?? 'a wire'} in the description`
    return new SimulationError({ code: 'SIM-0209', title })
  }
  return new SimulationError({
    code: 'SIM-0209',
    title: `${named}: there is no \`${variable}\` in ${place}`,
    help: `check the path, and that the module there is \`${described?.module}\``,
  })
}
