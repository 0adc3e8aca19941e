/** The tools of the flow: those that are installed, or else those inside npm packages. */
import { fileURLToPath } from 'node:url'
import { findProgram, run, type RunOptions, type RunResult } from '#tool'

/** Which npm package has a tool. */
const packages = {
  yosys: '@yowasp/yosys',
  'nextpnr-ice40': '@yowasp/nextpnr-ice40',
  icepack: '@yowasp/nextpnr-ice40',
} as const

export type PackagedTool = keyof typeof packages

/** Files that a tool reads and writes, relative to where it runs: a tool from npm sees no others. */
export interface ToolFiles {
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
}

/** The npm package that a tool is taken from; none for one that is installed. */
export const npmSource = (name: PackagedTool): readonly string[] =>
  findProgram(name) === undefined ? [`npm:${packages[name]}`] : []

/** Runs a tool to its end. A native one is several times faster. */
export const flowTool = (
  name: PackagedTool,
  args: readonly string[],
  { inputs, outputs }: ToolFiles,
  where: RunOptions,
): Promise<RunResult> => {
  const installed = findProgram(name)
  if (installed !== undefined) return run(installed, args, where)
  const runner = fileURLToPath(new URL('./yowasp.mjs', import.meta.url))
  return run(process.execPath, [runner, packages[name], name, inputs.join(','), outputs.join(','), ...args], where)
}
