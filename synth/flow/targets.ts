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
  /** The yosys command, without `-top`. */
  readonly synthesis: string
  readonly cells: CellKinds
  /** Arguments of nextpnr-ice40 for the device; undefined where nothing here places and routes. */
  readonly nextpnr: readonly string[] | undefined
}

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
    cells: ice40,
    nextpnr: ['--hx8k', '--package', 'ct256'],
  },
  'ice40-up5k': {
    name: 'ice40-up5k',
    summary: 'Lattice iCE40 UP5K, package SG48',
    synthesis: 'synth_ice40 -device u -dsp',
    cells: ice40,
    nextpnr: ['--up5k', '--package', 'sg48'],
  },
  'ecp5-85k': {
    name: 'ecp5-85k',
    summary: 'Lattice ECP5 85k',
    synthesis: 'synth_ecp5',
    cells: ecp5,
    nextpnr: undefined,
  },
  xc7a100t: {
    name: 'xc7a100t',
    summary: 'AMD Artix-7 100T',
    synthesis: 'synth_xilinx -family xc7 -flatten -noiopad -noclkbuf',
    cells: xilinx,
    nextpnr: undefined,
  },
  xcvu9p: {
    name: 'xcvu9p',
    summary: 'AMD Virtex UltraScale+ VU9P',
    synthesis: 'synth_xilinx -family xcup -flatten -noiopad -noclkbuf',
    cells: xilinx,
    nextpnr: undefined,
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
