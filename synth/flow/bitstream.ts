/** From a netlist to a bitstream: nextpnr-ice40 places and routes, icepack packs. */
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Design } from '#ir'
import { findProgram, run, type RunResult } from '#tool'
import type { Pins } from '../boards/boards.ts'
import { SynthesisError } from './synthesis-error.ts'
import { type SynthesisReport, synthesise } from './synthesise.ts'
import type { Target } from './targets.ts'

export interface BitstreamOptions {
  /** Where all files go. It is made when it is not there. */
  readonly directory: string
  /** Pins of the top's ports, by Verilog name; ports without are placed anywhere. */
  readonly pins: Pins
  /** The frequency to aim at, in hertz. */
  readonly clockHz: number
  /** Where nextpnr's search begins. @defaultValue 1 */
  readonly seed?: number
  readonly onProgress?: (stage: 'synthesis' | 'place and route' | 'bitstream') => void
  readonly signal?: AbortSignal
}

export interface BitstreamReport {
  readonly synthesis: SynthesisReport
  /** Highest frequency of each clock in hertz, as nextpnr estimates it. */
  readonly clocks: Readonly<Record<string, number>>
  /** Cells used and there, by kind. */
  readonly utilization: Readonly<Record<string, { readonly used: number; readonly available: number }>>
  /** The file for the FPGA, and its size in bytes. */
  readonly file: string
  readonly bytes: number
}

/**
 * Synthesises, places and routes a design, and writes its bitstream.
 *
 * An installed `nextpnr-ice40` and `icepack` are used; without them, those of the npm package.
 *
 * Rejects: as `synthesise`; SYN-0104 for a target that nothing here places; SYN-0105 when a port has not as many pins as
 * bits or there is no such port; SYN-0106 when nextpnr finds no place or no route.
 */
export const bitstream = async (
  design: Design,
  target: Target,
  options: BitstreamOptions,
): Promise<BitstreamReport> => {
  if (target.nextpnr === undefined)
    throw new SynthesisError(
      'SYN-0104',
      `${target.name} is not placed and routed here`,
      'the iCE40 targets are: ice40-hx8k, ice40-up5k',
    )
  const constraints = pinConstraints(design, options.pins)
  options.onProgress?.('synthesis')
  const { directory, signal } = options
  const synthesis = await synthesise(design, target, { directory, ...(signal && { signal }) })
  writeFileSync(join(directory, 'pins.pcf'), constraints)
  options.onProgress?.('place and route')
  const routed = await tool('nextpnr-ice40', ['netlist.json', 'pins.pcf'], ['routed.asc', 'report.json'], options, [
    ...target.nextpnr,
    ...['--json', 'netlist.json', '--pcf', 'pins.pcf', '--pcf-allow-unconstrained', '--asc', 'routed.asc'],
    ...['--report', 'report.json', '--freq', String(options.clockHz / 1e6), '--seed', String(options.seed ?? 1)],
    // what the frequency is, is for the caller to judge
    '--timing-allow-fail',
  ])
  if (!routed.ok) {
    const message =
      routed.output.split('\n').find((line) => line.startsWith('ERROR')) ?? 'nextpnr ended without a message'
    throw new SynthesisError(
      'SYN-0106',
      `\`${design.top.name}\` does not fit: ${message}`,
      `the log is ${logIn(directory)}`,
    )
  }
  options.onProgress?.('bitstream')
  const packed = await tool('icepack', ['routed.asc'], ['design.bin'], options, ['routed.asc', 'design.bin'])
  if (!packed.ok)
    throw new SynthesisError('SYN-0106', 'icepack could not pack the design', `the log is ${logIn(directory)}`)
  const file = join(directory, 'design.bin')
  return {
    synthesis,
    ...readReport(readFileSync(join(directory, 'report.json'), 'utf8')),
    file,
    bytes: statSync(file).size,
  }
}

const logIn = (directory: string): string => join(directory, 'place-and-route.log')

const tool = (
  name: 'nextpnr-ice40' | 'icepack',
  inputs: readonly string[],
  outputs: readonly string[],
  { directory, signal }: BitstreamOptions,
  args: readonly string[],
): Promise<RunResult> => {
  const installed = findProgram(name)
  const where = { directory, log: logIn(directory), signal }
  if (installed !== undefined) return run(installed, args, where)
  const runner = fileURLToPath(new URL('./yowasp-ice40.mjs', import.meta.url))
  return run(process.execPath, [runner, name, inputs.join(','), outputs.join(','), ...args], where)
}

/** `set_io leds[0] B5`. Rejects: SYN-0105. */
const pinConstraints = ({ top }: Design, pins: Pins): string => {
  const bits = new Map<string, number>(top.ports.map((port) => [port.name, port.bits]))
  for (const { name, reset } of top.domains) {
    const prefix = name === 'main' ? '' : `${name}_`
    bits.set(`${prefix}clk`, 1)
    if (reset !== 'none') bits.set(`${prefix}rst`, 1)
  }
  return Object.entries(pins)
    .flatMap(([port, given]) => {
      const list = typeof given === 'string' ? [given] : given
      const expected = bits.get(port)
      if (expected !== list.length)
        throw new SynthesisError(
          'SYN-0105',
          expected === undefined
            ? `\`${top.name}\` has no port \`${port}\``
            : `\`${port}\` has ${expected} bits, there are ${list.length} pins for it`,
          `the ports are ${[...bits].map(([name, width]) => `${name} (${width})`).join(', ')}`,
        )
      return list.map((pin, index) => `set_io ${port}${expected === 1 ? '' : `[${index}]`} ${pin}\n`)
    })
    .join('')
}

interface NextpnrReport {
  readonly fmax: Readonly<Record<string, { readonly achieved: number }>>
  readonly utilization: Readonly<Record<string, { readonly used: number; readonly available: number }>>
}

const readReport = (json: string): Pick<BitstreamReport, 'clocks' | 'utilization'> => {
  const { fmax, utilization } = JSON.parse(json) as NextpnrReport
  const clocks = Object.fromEntries(
    Object.entries(fmax).map(([name, { achieved }]) => [name.replace(/\$.*$/, ''), Math.round(achieved * 1e6)]),
  )
  return { clocks, utilization }
}
