/** From a design to a netlist of cells, by yosys. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Design } from '#ir'
import { emitDesign } from '#emit'
import { type CellCounts, cellsInDesign, cellsInModules, countKinds, type ModuleCells } from './cell-counts.ts'
import { criticalPath, pathLength, type PathStep, wirePlaces } from './critical-path.ts'
import { flowTool, npmSource } from './flow-tool.ts'
import { SynthesisError } from './synthesis-error.ts'
import type { Target } from './targets.ts'

export interface SynthesisOptions {
  /** Where Verilog, netlist, script and log go. It is made when it is not there. */
  readonly directory: string
  /** Synthesises once more with the hierarchy kept, for the cells of each module. @defaultValue false */
  readonly modules?: boolean
  readonly onProgress?: (stage: 'synthesis' | 'cells of each module') => void
  readonly signal?: AbortSignal | undefined
}

export interface SynthesisReport extends CellCounts {
  /** Name of the top. */
  readonly design: string
  readonly target: string
  /** Version of yosys, and its npm package if it is not an installed one. */
  readonly tool: string
  /** Cells of the whole design by their name in the family. */
  readonly cells: Readonly<Record<string, number>>
  /** Cells on the longest path between flip-flops or memories (yosys `ltp`). */
  readonly levels: number
  readonly path: readonly PathStep[]
  /** What each module has of its own; undefined when it was not asked for. */
  readonly modules: readonly ModuleCells[] | undefined
  /** The netlist as JSON, for nextpnr. */
  readonly netlist: string
  /** The Verilog that was synthesised; its messages name lines of the design's source. */
  readonly verilog: readonly string[]
}

/**
 * Makes the netlist of a design for a target and counts its cells.
 *
 * Rejects: SYN-0103 when yosys does not take the design.
 */
export const synthesise = async (
  design: Design,
  target: Target,
  { directory, modules = false, onProgress, signal }: SynthesisOptions,
): Promise<SynthesisReport> => {
  onProgress?.('synthesis')
  mkdirSync(directory, { recursive: true })
  const { top, files, data, foreign } = emitDesign(design, { lines: 'source', contents: 'files' })
  for (const { name, text } of [...files, ...data]) writeFileSync(join(directory, name), text)
  for (const file of foreign) copyFileSync(file, join(directory, basename(file)))
  const verilog = [...foreign.map((file) => basename(file)), ...files.map(({ name }) => name)]
  const yosys = async (name: string, script: string, outputs: readonly string[]): Promise<void> => {
    writeFileSync(join(directory, name), script)
    const log = join(directory, 'yosys.log')
    const inputs = [name, ...verilog, ...data.map((file) => file.name)]
    const { ok, output } = await flowTool('yosys', ['-q', '-s', name], { inputs, outputs }, { directory, log, signal })
    if (ok) return
    const message = output.split('\n').find((line) => line.includes('ERROR')) ?? 'it ended without a message'
    throw new SynthesisError('SYN-0103', `yosys does not take \`${top}\`: ${message}`, `the log is ${log}`)
  }
  const read = (name: string): string => readFileSync(join(directory, name), 'utf8')
  await yosys('synth.ys', flatScript(verilog, top, target), ['netlist.json', 'stat.json', 'ltp.txt'])
  const { cells, creator } = cellsInDesign(read('stat.json'))
  const ltp = read('ltp.txt')
  if (modules) {
    onProgress?.('cells of each module')
    await yosys('modules.ys', modulesScript(verilog, top, target), ['modules.json'])
  }
  return {
    design: top,
    target: target.name,
    tool: [creator, ...npmSource('yosys')].join(' from '),
    cells,
    ...countKinds(cells, target.cells),
    levels: pathLength(ltp),
    path: criticalPath(
      ltp,
      wirePlaces(() => read('netlist.json'), top),
    ),
    modules: modules ? cellsInModules(read('modules.json'), top, target.cells) : undefined,
    netlist: join(directory, 'netlist.json'),
    verilog,
  }
}

const flatScript = (files: readonly string[], top: string, target: Target): string =>
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

const modulesScript = (files: readonly string[], top: string, target: Target): string =>
  [
    `read_verilog ${files.join(' ')}`,
    `${target.hierarchical} -top ${top}`,
    'tee -q -o modules.json stat -json',
    '',
  ].join('\n')
