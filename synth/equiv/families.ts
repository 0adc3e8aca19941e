/** FPGA families: what their cells do, and how memories become cells. */
import { ice40Cells } from './ice40-cells.ts'

export interface Family {
  /** A cell that only this family has. */
  readonly sign: RegExp
  /** Names of the cells whose models there are, for yosys. */
  readonly logic: readonly string[]
  /** The models. */
  readonly models: string
  /** The ports of all cells, for yosys. */
  readonly library: string
  /** The commands that make such cells of the memories of a description. */
  readonly memorySteps: readonly string[]
}

export const families: Readonly<Record<string, Family>> = {
  ice40: {
    sign: /\bSB_(?:LUT4|DFF\w*|CARRY|RAM40_4K)\b/,
    logic: ['SB_LUT4', 'SB_CARRY', 'SB_DFF*'],
    models: ice40Cells,
    library: '+/ice40/cells_sim.v',
    memorySteps: [
      'memory -nomap',
      'opt_clean',
      'memory_libmap -lib +/ice40/brams.txt -lib +/ice40/spram.txt',
      'techmap -map +/ice40/brams_map.v -map +/ice40/spram_map.v',
      'ice40_braminit',
      'memory_map',
    ],
  },
}

/** The family whose cells a text names. */
export const familyOf = (text: string): string | undefined =>
  Object.keys(families).find((name) => families[name]!.sign.test(text))
