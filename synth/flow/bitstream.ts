/** From a design to the file for an FPGA. */
import type { Design } from '#ir'
import type { Pins } from '../boards/boards.ts'
import { pinnedBits } from './clock-ports.ts'
import { placeWithNextpnr } from './nextpnr.ts'
import { SynthesisError } from './synthesis-error.ts'
import { type SynthesisOptions, type SynthesisReport, synthesise } from './synthesise.ts'
import type { Target } from './targets.ts'
import { writeVivado } from './vivado.ts'

export interface BitstreamOptions extends Omit<SynthesisOptions, 'onProgress'> {
  /** Pins of the top's ports, by Verilog name; ports without are placed anywhere. */
  readonly pins: Pins
  /** The frequency to aim at, in hertz. */
  readonly clockHz: number
  /** Where nextpnr's search begins. @defaultValue 1 */
  readonly seed?: number
  readonly onProgress?: (stage: 'synthesis' | 'cells of each module' | 'place and route' | 'bitstream') => void
}

/** What placing and routing has given. */
export interface PlacementReport {
  /** Highest frequency of each clock in hertz, as nextpnr estimates it. */
  readonly clocks: Readonly<Record<string, number>>
  /** Cells used and there, by kind. */
  readonly utilization: Readonly<Record<string, { readonly used: number; readonly available: number }>>
  /** The file for the FPGA, and its size in bytes. */
  readonly file: string
  readonly bytes: number
}

export interface BitstreamReport extends PlacementReport {
  readonly synthesis: SynthesisReport
}

/**
 * Synthesises, places and routes a design, and writes its bitstream.
 *
 * Installed tools are used; without them those of npm packages, which there are for iCE40.
 *
 * Rejects: as `synthesise`; SYN-0102 when a tool is missing that no package has; SYN-0104 for the devices of Vivado, whose
 * script and constraints are written; SYN-0105 when a port has not as many pins as bits or there is no such port; SYN-0106
 * when nextpnr finds no place or no route.
 */
export const bitstream = async (
  design: Design,
  target: Target,
  options: BitstreamOptions,
): Promise<BitstreamReport> => {
  const pins = pinnedBits(design, options.pins)
  const synthesis = await synthesise(design, target, options)
  const { placement } = target
  if (placement.tool !== 'vivado') return { synthesis, ...(await placeWithNextpnr(design, placement, pins, options)) }

  writeVivado(design, placement, synthesis.verilog, pins, options)
  throw new SynthesisError(
    'SYN-0104',
    `${target.name} is placed by Vivado, which is not run from here; its script and constraints are written`,
    `where it is installed: (cd ${options.directory} && vivado -mode batch -source vivado.tcl)`,
  )
}
