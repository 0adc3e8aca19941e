/** Runs random designs in several engines, and says where they differ. */
import { resolve } from 'node:path'
import type { Fault } from './emitted.ts'
import { runIcarus } from './icarus-run.ts'
import type { Recipe } from './recipe.ts'
import type { Run } from './runs.ts'
import { cyclesOf, outputPorts, widthOf } from './stimulus.ts'
import { runVerilator } from './verilator-run.ts'
import { runWasm, type WasmRun } from './wasm-run.ts'
import { type Written, writeDesign } from './write-design.ts'

export type Simulator = 'icarus' | 'verilator'

/** Where the wasm engine and a simulator of the Verilog differ; or an engine that does not take the design at all. */
export interface Difference {
  readonly between: Simulator | 'language' | 'wasm'
  readonly text: string
}

export interface JudgeOptions {
  readonly simulators: readonly Simulator[]
  readonly cycles: number
  readonly fault?: Fault | undefined
  /** Whether simulators of Verilator stay in the cache. */
  readonly keep?: boolean | undefined
}

const scratch = resolve('out/agreement/source')
let written = 0

/** What there is to say about a design before other engines see it. */
interface Prepared {
  readonly written: Written
  readonly wasm: WasmRun
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** The design in the language and in the wasm engine. */
export const prepare = (recipe: Recipe, name: string, cycles: number): Prepared | Difference => {
  let between: Difference['between'] = 'language'
  try {
    const file = `${scratch}/${process.pid}_${written++}`
    const design = writeDesign(recipe, name, (round) => `${file}_${round}.js`)
    between = 'wasm'
    return { written: design, wasm: runWasm(design, cyclesOf(cycles)) }
  } catch (error) {
    return { between, text: messageOf(error) }
  }
}

/** For each design what differs, undefined where nothing does. */
export const judge = async (
  recipes: readonly Recipe[],
  options: JudgeOptions,
): Promise<readonly (Difference | undefined)[]> => {
  const prepared = recipes.map((recipe, index) => prepare(recipe, `d${index}`, options.cycles))
  const verdicts: (Difference | undefined)[] = prepared.map((each) => ('between' in each ? each : undefined))
  for (const simulator of options.simulators) {
    const open = prepared.flatMap((each, index) => ('between' in each || verdicts[index] ? [] : [{ ...each, index }]))
    const found = await compare(open, simulator, options)
    open.forEach(({ index }, at) => {
      verdicts[index] ??= found[at]
    })
  }
  return verdicts
}

const compare = async (
  designs: readonly Prepared[],
  simulator: Simulator,
  options: JudgeOptions,
): Promise<readonly (Difference | undefined)[]> => {
  if (designs.length === 0) return []
  try {
    const sources = designs.map((each) => each.written)
    const wasm = designs.map((each) => each.wasm)
    const cycles = cyclesOf(options.cycles)
    const runs =
      simulator === 'icarus'
        ? runIcarus(sources, wasm, cycles, options.fault)
        : await runVerilator(sources, wasm, cycles, { fault: options.fault, keep: options.keep })
    return designs.map((each, index) => differenceOf(each, runs[index], simulator))
  } catch (error) {
    const [only, ...others] = designs
    if (only === undefined || others.length === 0) return [{ between: simulator, text: messageOf(error) }]
    // Whose fault it is shows when each runs alone.
    const alone: (Difference | undefined)[] = []
    for (const each of designs) alone.push(...(await compare([each], simulator, options)))
    return alone
  }
}

const differenceOf = (
  { written, wasm }: Prepared,
  run: Run | undefined,
  simulator: Simulator,
): Difference | undefined => {
  const cycle = wasm.outputs.findIndex((row, index) => row !== run?.outputs[index])
  if (cycle >= 0) {
    const [left, right] = [binary(wasm.outputs[cycle]), binary(run?.outputs[cycle])]
    const ports = outputPorts(written.design)
    let at = Math.max(0, left.length - widthOf(ports))
    const lines = ports.flatMap(({ name, bits }) => {
      const [one, other] = [left.slice(at, at + bits), right.slice(at, at + bits)]
      at += bits
      return one === other ? [] : [`  ${name}  wasm: ${one}  ${simulator}: ${other}`]
    })
    return { between: simulator, text: [`in cycle ${cycle} (bits, the uppermost first):`, ...lines].join('\n') }
  }
  if (run?.properties === undefined) return undefined
  const keys = [...new Set([...(wasm.properties?.keys() ?? []), ...run.properties.keys()])]
  const lines = keys.flatMap((key) => {
    const [one, other] = [wasm.properties?.get(key) ?? 0, run.properties?.get(key) ?? 0]
    return one === other ? [] : [`  ${key}  wasm: ${one} times  ${simulator}: ${other} times`]
  })
  return lines.length === 0 ? undefined : { between: simulator, text: ['after all cycles:', ...lines].join('\n') }
}

const binary = (digits = ''): string =>
  [...digits]
    .map((digit) =>
      /[0-9a-f]/.test(digit) ? Number.parseInt(digit, 16).toString(2).padStart(4, '0') : digit.repeat(4),
    )
    .join('')
