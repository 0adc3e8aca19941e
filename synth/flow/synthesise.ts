/** From a design to a netlist of cells, by yosys. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Design } from '#ir'
import { emitVerilog } from '#emit'
import { findProgram, run } from '#tool'
import { SynthesisError } from './synthesis-error.ts'
import type { Target } from './targets.ts'

export interface SynthesisOptions {
  /** Where Verilog, netlist, script and log go. It is made when it is not there. */
  readonly directory: string
  readonly signal?: AbortSignal
}

export interface SynthesisReport {
  /** Name of the top. */
  readonly design: string
  readonly target: string
  /** Cells of the whole design by their name in the family. */
  readonly cells: Readonly<Record<string, number>>
  readonly luts: number
  readonly flipFlops: number
  readonly carries: number
  readonly rams: number
  readonly multipliers: number
  /** Cells on the longest path between flip-flops or memories (yosys `ltp`). */
  readonly levels: number
  /** The netlist as JSON, for nextpnr. */
  readonly netlist: string
  readonly verilog: readonly string[]
}

/**
 * Makes the netlist of a design for a target and counts its cells.
 *
 * Rejects: SYN-0102 when yosys is missing, SYN-0103 when it does not take the design.
 */
export const synthesise = async (
  design: Design,
  target: Target,
  { directory, signal }: SynthesisOptions,
): Promise<SynthesisReport> => {
  const yosys = findProgram('yosys')
  if (yosys === undefined) throw new SynthesisError('SYN-0102', 'yosys is not in the PATH', 'apt-get install yosys')
  mkdirSync(directory, { recursive: true })
  const verilog = emitVerilog(design).map(({ name, text }) => {
    writeFileSync(join(directory, name), text)
    return name
  })
  const top = design.top.name
  writeFileSync(join(directory, 'synth.ys'), yosysScript(verilog, top, target))
  const log = join(directory, 'yosys.log')
  const { ok, output } = await run(yosys, ['-q', '-s', 'synth.ys'], { directory, log, signal })
  if (!ok) {
    const message = output.split('\n').find((line) => line.includes('ERROR')) ?? 'it ended without a message'
    throw new SynthesisError('SYN-0103', `yosys does not take \`${top}\`: ${message}`, `the log is ${log}`)
  }
  const cells = cellsIn(readFileSync(join(directory, 'stat.json'), 'utf8'))
  const count = (kind: RegExp): number =>
    Object.entries(cells).reduce((sum, [name, number]) => (kind.test(name) ? sum + number : sum), 0)
  return {
    design: top,
    target: target.name,
    cells,
    luts: count(target.cells.lut),
    flipFlops: count(target.cells.flipFlop),
    carries: count(target.cells.carry),
    rams: count(target.cells.ram),
    multipliers: count(target.cells.multiplier),
    levels: levelsIn(readFileSync(join(directory, 'ltp.txt'), 'utf8')),
    netlist: join(directory, 'netlist.json'),
    verilog,
  }
}

const yosysScript = (files: readonly string[], top: string, target: Target): string =>
  [
    `read_verilog ${files.join(' ')}`,
    `${target.synthesis} -top ${top}`,
    'write_json netlist.json',
    'tee -q -o stat.json stat -json',
    // what is left without state is combinational; its longest path is what a clock period has to cover
    'flatten',
    `delete t:*DFF* t:FD?E* t:*_FF t:*RAM* t:DP16KD t:*DPR16X4 %u %u %u %u %u`,
    'tee -q -o ltp.txt ltp -noff',
    '',
  ].join('\n')

interface Stat {
  readonly design: { readonly num_cells_by_type: Readonly<Record<string, number>> }
}

const cellsIn = (json: string): Readonly<Record<string, number>> => (JSON.parse(json) as Stat).design.num_cells_by_type

const levelsIn = (text: string): number => Number(/length=(\d+)/.exec(text)?.[1] ?? 0)
