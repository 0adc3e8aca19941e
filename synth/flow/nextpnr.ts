/** Place and route by nextpnr, and the file for the FPGA by the packer of its family. */
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Design } from '#ir'
import { findProgram, run, type RunResult } from '#tool'
import type { BitstreamOptions, PlacementReport } from './bitstream.ts'
import { clockPorts, type PinnedBit } from './clock-ports.ts'
import { flowTool, type ToolFiles } from './flow-tool.ts'
import { SynthesisError } from './synthesis-error.ts'

/** How a family is placed, routed and packed. */
interface Family {
  readonly constraintsFile: string
  readonly constraints: (pins: readonly PinnedBit[], clocks: readonly string[], megahertz: number) => string
  readonly arguments: readonly string[]
  readonly routed: string
  readonly packer: string
  readonly packerArguments: readonly string[]
  readonly bitstream: string
  /** What to install where the tools are in no npm package. */
  readonly install: string
}

const families: Readonly<Record<'nextpnr-ice40' | 'nextpnr-ecp5', Family>> = {
  'nextpnr-ice40': {
    constraintsFile: 'pins.pcf',
    constraints: (pins) => pins.map(({ bit, pin }) => `set_io ${bit} ${pin}\n`).join(''),
    arguments: ['--pcf', 'pins.pcf', '--pcf-allow-unconstrained', '--asc', 'routed.asc'],
    routed: 'routed.asc',
    packer: 'icepack',
    packerArguments: ['routed.asc', 'design.bin'],
    bitstream: 'design.bin',
    install: '',
  },
  'nextpnr-ecp5': {
    constraintsFile: 'pins.lpf',
    constraints: (pins, clocks, megahertz) =>
      [
        ...pins.map(({ bit, pin }) => `LOCATE COMP "${bit}" SITE "${pin}";\nIOBUF PORT "${bit}" IO_TYPE=LVCMOS33;\n`),
        ...clocks.map((clock) => `FREQUENCY PORT "${clock}" ${megahertz} MHZ;\n`),
      ].join(''),
    arguments: ['--lpf', 'pins.lpf', '--lpf-allow-unconstrained', '--textcfg', 'routed.config'],
    routed: 'routed.config',
    packer: 'ecppack',
    packerArguments: ['--compress', 'routed.config', 'design.bit'],
    bitstream: 'design.bit',
    install: 'apt-get install nextpnr-ecp5 fpga-trellis (Debian 13 or newer)',
  },
}

/**
 * Places, routes and packs the netlist in `options.directory`.
 *
 * Rejects: SYN-0102 when a tool is missing that no npm package has; SYN-0106 when there is no place or no route.
 */
export const placeWithNextpnr = async (
  design: Design,
  placement: { readonly tool: keyof typeof families; readonly device: readonly string[] },
  pins: readonly PinnedBit[],
  options: BitstreamOptions,
): Promise<PlacementReport> => {
  const { directory, signal } = options
  const family = families[placement.tool]
  const log = join(directory, 'place-and-route.log')
  const run = (name: string, args: readonly string[], files: ToolFiles): Promise<RunResult> =>
    familyTool(name, args, files, family, { directory, log, signal })
  const megahertz = options.clockHz / 1e6
  writeFileSync(join(directory, family.constraintsFile), family.constraints(pins, clockPorts(design), megahertz))

  options.onProgress?.('place and route')
  const routed = await run(
    placement.tool,
    [
      ...placement.device,
      ...['--json', 'netlist.json', ...family.arguments],
      ...['--report', 'report.json', '--freq', String(megahertz), '--seed', String(options.seed ?? 1)],
      // what the frequency is, is for the caller to judge
      '--timing-allow-fail',
    ],
    { inputs: ['netlist.json', family.constraintsFile], outputs: [family.routed, 'report.json'] },
  )
  if (!routed.ok) {
    const message =
      routed.output.split('\n').find((line) => line.startsWith('ERROR')) ?? 'nextpnr ended without a message'
    throw new SynthesisError('SYN-0106', `\`${design.top.name}\` does not fit: ${message}`, `the log is ${log}`)
  }

  options.onProgress?.('bitstream')
  const packed = await run(family.packer, family.packerArguments, {
    inputs: [family.routed],
    outputs: [family.bitstream],
  })
  if (!packed.ok)
    throw new SynthesisError('SYN-0106', `${family.packer} could not pack the design`, `the log is ${log}`)
  const file = join(directory, family.bitstream)
  return { ...readReport(readFileSync(join(directory, 'report.json'), 'utf8')), file, bytes: statSync(file).size }
}

const familyTool = (
  name: string,
  args: readonly string[],
  files: ToolFiles,
  family: Family,
  where: Parameters<typeof run>[2],
): Promise<RunResult> => {
  if (name === 'nextpnr-ice40' || name === 'icepack') return flowTool(name, args, files, where)
  const installed = findProgram(name)
  if (installed === undefined) throw new SynthesisError('SYN-0102', `${name} is not in the PATH`, family.install)
  return run(installed, args, where)
}

interface NextpnrReport {
  readonly fmax: Readonly<Record<string, { readonly achieved: number }>>
  readonly utilization: Readonly<Record<string, { readonly used: number; readonly available: number }>>
}

const readReport = (json: string): Pick<PlacementReport, 'clocks' | 'utilization'> => {
  const { fmax, utilization } = JSON.parse(json) as NextpnrReport
  const clocks = Object.fromEntries(
    Object.entries(fmax).map(([name, { achieved }]) => [name.replace(/\$.*$/, ''), Math.round(achieved * 1e6)]),
  )
  return { clocks, utilization }
}
