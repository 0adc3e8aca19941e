/** FPGA families and devices, as data. */
import { SynthesisError } from './synthesis-error.ts'

/** How cells of a family are counted. */
export interface CellKinds {
  readonly lut: RegExp
  readonly flipFlop: RegExp
  readonly carry: RegExp
  readonly ram: RegExp
  readonly multiplier: RegExp
}

/** A device, and what makes a netlist for it. */
export interface Target {
  readonly name: string
  readonly summary: string
  /** The yosys command for one flat netlist, without `-top`. */
  readonly synthesis: string
  /** The same with the hierarchy kept. */
  readonly hierarchical: string
  readonly cells: CellKinds
  readonly placement: Placement
}

/** What places and routes a device: a nextpnr with its arguments, or Vivado with the name of the part. */
export type Placement =
  | { readonly tool: 'nextpnr-ice40' | 'nextpnr-ecp5'; readonly device: readonly string[] }
  | { readonly tool: 'vivado'; readonly part: string }

const ice40: CellKinds = {
  lut: /^SB_LUT4$/,
  flipFlop: /^SB_DFF/,
  carry: /^SB_CARRY$/,
  ram: /^SB_(RAM40|SPRAM)/,
  multiplier: /^SB_MAC16$/,
}

const ecp5: CellKinds = {
  lut: /^LUT4$/,
  flipFlop: /^TRELLIS_FF$/,
  carry: /^CCU2C$/,
  ram: /^(DP16KD|TRELLIS_DPR16X4)/,
  multiplier: /^MULT18X18D$/,
}

const xilinx: CellKinds = {
  lut: /^LUT[1-6]$/,
  flipFlop: /^FD[CPRS]E/,
  carry: /^CARRY/,
  ram: /^RAM/,
  multiplier: /^DSP48/,
}

/** All targets by name. */
export const targets: Readonly<Record<string, Target>> = {
  'ice40-hx8k': {
    name: 'ice40-hx8k',
    summary: 'Lattice iCE40 HX8K, package CT256',
    synthesis: 'synth_ice40',
    hierarchical: 'synth_ice40 -noflatten',
    cells: ice40,
    placement: { tool: 'nextpnr-ice40', device: ['--hx8k', '--package', 'ct256'] },
  },
  'ice40-up5k': {
    name: 'ice40-up5k',
    summary: 'Lattice iCE40 UP5K, package SG48',
    synthesis: 'synth_ice40 -device u -dsp',
    hierarchical: 'synth_ice40 -device u -dsp -noflatten',
    cells: ice40,
    placement: { tool: 'nextpnr-ice40', device: ['--up5k', '--package', 'sg48'] },
  },
  'ecp5-85k': {
    name: 'ecp5-85k',
    summary: 'Lattice ECP5 85k, speed 6, package CABGA381',
    synthesis: 'synth_ecp5',
    hierarchical: 'synth_ecp5 -noflatten',
    cells: ecp5,
    placement: { tool: 'nextpnr-ecp5', device: ['--85k', '--speed', '6', '--package', 'CABGA381'] },
  },
  xc7a100t: {
    name: 'xc7a100t',
    summary: 'AMD Artix-7 100T, package CSG324',
    synthesis: 'synth_xilinx -family xc7 -flatten -noiopad -noclkbuf',
    hierarchical: 'synth_xilinx -family xc7 -noiopad -noclkbuf',
    cells: xilinx,
    placement: { tool: 'vivado', part: 'xc7a100tcsg324-1' },
  },
  xcvu9p: {
    name: 'xcvu9p',
    summary: 'AMD Virtex UltraScale+ VU9P, package FLGA2104',
    synthesis: 'synth_xilinx -family xcup -flatten -noiopad -noclkbuf',
    hierarchical: 'synth_xilinx -family xcup -noiopad -noclkbuf',
    cells: xilinx,
    placement: { tool: 'vivado', part: 'xcvu9p-flga2104-2L-e' },
  },
}

/** The target of that name. Rejects: SYN-0101 when there is none. */
export const targetNamed = (name: string): Target => {
  const found = Object.hasOwn(targets, name) ? targets[name] : undefined
  if (found !== undefined) return found
  throw new SynthesisError(
    'SYN-0101',
    `there is no target '${name}'`,
    `the targets are ${Object.keys(targets).join(', ')}`,
  )
}
