/** The Vivado flow: a script for batch mode, and its constraints. Vivado is licensed, so the script is all that is made here. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Design } from '#ir'
import { clockPorts, type PinnedBit } from './clock-ports.ts'

export interface VivadoFiles {
  /** `vivado.tcl` */
  readonly script: string
  /** `design.xdc` */
  readonly constraints: string
}

/** Periods of all clocks, and pins; what has no pin is placed anywhere. */
const vivadoConstraints = (design: Design, pins: readonly PinnedBit[], clockHz: number): string =>
  [
    ...clockPorts(design).map(
      (clock) => `create_clock -name ${clock} -period ${(1e9 / clockHz).toFixed(3)} [get_ports {${clock}}]\n`,
    ),
    ...pins.map(({ bit, pin }) => `set_property -dict {PACKAGE_PIN ${pin} IOSTANDARD LVCMOS33} [get_ports {${bit}}]\n`),
  ].join('')

/**
 * A script for `vivado -mode batch -source vivado.tcl`: without pins it synthesises and routes out of context, for area and
 * timing; with pins it writes a bitstream.
 */
const vivadoScript = (top: string, part: string, verilog: readonly string[], withPins: boolean): string =>
  [
    `# Area, timing and${withPins ? ' bitstream' : ' nothing else'} of ${top}: vivado -mode batch -source vivado.tcl`,
    `read_verilog {${verilog.join(' ')}}`,
    'read_xdc design.xdc',
    `synth_design -top ${top} -part ${part}${withPins ? '' : ' -mode out_of_context'}`,
    'opt_design',
    'place_design',
    'route_design',
    'report_utilization -hierarchical -file utilization.txt',
    'report_timing_summary -file timing.txt',
    ...(withPins ? ['write_bitstream -force design.bit'] : []),
    '',
  ].join('\n')

/** Writes script and constraints beside the Verilog. */
export const writeVivado = (
  design: Design,
  { part }: { readonly part: string },
  verilog: readonly string[],
  pins: readonly PinnedBit[],
  { directory, clockHz }: { readonly directory: string; readonly clockHz: number },
): VivadoFiles => {
  const files = { script: join(directory, 'vivado.tcl'), constraints: join(directory, 'design.xdc') }
  writeFileSync(files.script, vivadoScript(design.top.name, part, verilog, pins.length > 0))
  writeFileSync(files.constraints, vivadoConstraints(design, pins, clockHz))
  return files
}
