// Runs Verilator on a design in a work directory.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SimulationError } from './error.ts'
import { readMessages } from './messages.ts'
import { run } from '#tool'
import { designHeader, shimFiles } from './shim-text.ts'
import type { SimulationSource, TraceFormat } from './source.ts'
import type { Tools } from './tools.ts'
import { verilatorConfig } from './verilator-config.ts'
import { checkPorts, readPorts } from './verilated-ports.ts'

/** A directory in which one build happens, and its log. */
export interface WorkPlace {
  readonly directory: string
  readonly log: string
  readonly signal?: AbortSignal | undefined
}

/** The C++ that Verilator wrote: names of files without `.cpp`, in the directory `objects`. */
export interface VerilatedFiles {
  readonly objects: string
  /** Where Verilator keeps its own headers and run-time sources. */
  readonly root: string
  readonly fast: readonly string[]
  readonly slow: readonly string[]
  /** Run-time sources, the same for every design. */
  readonly runtime: readonly string[]
}

/** Verilator's options that do not depend on the design. */
export const verilatorFlags = [
  ...['--cc', '-O3', '--x-assign', 'unique', '--x-initial', 'unique', '--assert', '--no-timing'],
  ...['--timescale', '1ns/1ps', '--prefix', 'Vtessera', '--Mdir', 'objects'],
  // Two optimisations of Verilator 5.006 compute wrong bits, which random designs found in comparison with the WebAssembly
  // engine, Icarus Verilog and the definition of the nodes: the first for some trees of `&`, `|` and `^` on slices, the other
  // for signed comparisons of narrow values that turn out to be constant.
  ...['-fno-const-bit-op-tree', '-fno-dfg-peephole'],
] as const

/** Writes the design into the work place and has Verilator translate it; its complaints become SIM-0105. */
export async function verilate(
  source: SimulationSource,
  trace: TraceFormat,
  tools: Tools,
  place: WorkPlace,
): Promise<VerilatedFiles> {
  const objects = join(place.directory, 'objects')
  mkdirSync(objects)
  writeFileSync(join(place.directory, 'tessera.vlt'), verilatorConfig(source))
  for (const { name, text } of source.files) writeFileSync(join(place.directory, name), text)

  const names = source.files.map(({ name }) => name)
  const traceFlags = trace === 'none' ? [] : [trace === 'vcd' ? '--trace' : '--trace-fst']
  const args = [...verilatorFlags, ...traceFlags, '--top-module', source.top, 'tessera.vlt', ...names]
  const result = await run(tools.verilator, args, place)
  if (!result.ok) {
    throw new SimulationError({
      code: 'SIM-0105',
      title: `Verilator does not accept the Verilog of \`${source.top}\``,
      messages: readMessages(result.output),
      output: result.killedBy === undefined ? result.output : `${result.output}\n(ended by ${result.killedBy})`,
      log: place.log,
    })
  }

  const ports = readPorts(readFileSync(join(objects, 'Vtessera.h'), 'utf8'))
  checkPorts(source, ports)
  writeFileSync(join(objects, 'design.h'), designHeader(source, ports, trace))
  for (const [name, text] of shimFiles()) writeFileSync(join(objects, name), text)
  return readFileLists(objects)
}

// The make include file is the interface that Verilator documents for build systems.
function readFileLists(objects: string): VerilatedFiles {
  const lists = readFileSync(join(objects, 'Vtessera_classes.mk'), 'utf8').replaceAll('\\\n', ' ')
  const list = (name: string): readonly string[] => {
    const match = new RegExp(`^${name} \\+=(.*)$`, 'm').exec(lists)
    return (match?.[1] ?? '').split(/\s+/).filter((word) => word !== '')
  }
  const root = /^VERILATOR_ROOT = (.+)$/m.exec(readFileSync(join(objects, 'Vtessera.mk'), 'utf8'))?.[1]
  if (root === undefined) throw new Error('Vtessera.mk does not say where Verilator is installed')
  return {
    objects,
    root,
    fast: [...list('VM_CLASSES_FAST'), ...list('VM_SUPPORT_FAST')],
    slow: [...list('VM_CLASSES_SLOW'), ...list('VM_SUPPORT_SLOW')],
    runtime: [...list('VM_GLOBAL_FAST'), ...list('VM_GLOBAL_SLOW')],
  }
}
