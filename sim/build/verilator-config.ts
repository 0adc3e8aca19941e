// Writes Verilator's configuration file: which wires and memories stay visible, without touching the Verilog.

import type { SimulationSource } from './source.ts'

/** The text of a `.vlt` file that keeps probes and watched signals readable and the memories writable, and is silent about foreign files. */
export function verilatorConfig(source: SimulationSource): string {
  const probes = source.probes.map((probe) => visible('public_flat_rd', probe.module, probe.wire))
  const watched = (source.watched ?? []).map(({ module, variable }) => visible('public_flat_rd', module, variable))
  const memories = source.memories.map((memory) => visible('public_flat_rw', memory.module, memory.variable))
  const quiet = source.files.flatMap(({ name, foreign }) => (foreign === true ? [`lint_off -file "*${name}"`] : []))
  return ['`verilator_config', ...new Set([...quiet, ...probes, ...watched, ...memories]), ''].join('\n')
}

function visible(kind: string, module: string, variable: string): string {
  return `${kind} -module "${pattern(module)}" -var "${pattern(variable)}"`
}

// Verilator 5.006 compares with its own spelling of names, in which a second underscore and every special
// character are written as a code; a `*` there matches both spellings.
function pattern(name: string): string {
  return name.replace(/_(?=_)|[^A-Za-z0-9_]/g, (match) => (match === '_' ? '_*' : '*')).replace(/\*_/g, '*')
}
