// Runs the functions of a test file on Verilog.

import type { Simulator } from '#sim/simulate'
import { bench, type Bench } from '#sim/tasks'
import type { VerilogDesign, VerilogPorts } from './open.ts'

/**
 * What a test of Verilog gets: everything of a bench, and the ports by name. `VerilogBench<{ enable: number; sum: bigint }>`
 * names the ports, of which those above 32 bits are bigints.
 */
export interface VerilogBench<
  Values extends Readonly<Record<string, number | bigint>> = Readonly<Record<string, number>>,
> extends Bench {
  readonly io: VerilogPorts<Values>
}

/** A function that a test file exports. */
export type VerilogTest = (bench: VerilogBench) => Promise<void> | void

/** How a test ended. */
export interface VerilogResult {
  readonly name: string
  readonly ok: boolean
  /** Simulated nanoseconds. */
  readonly time: number
  readonly seconds: number
  readonly error?: string
  /** The waveform of a test that failed. */
  readonly wave?: string
  /** Its last cycles as text. */
  readonly waveText?: string
}

export interface RunVerilogOptions {
  readonly seed?: number
  /** Where the waveform of a test that fails goes; none without. */
  readonly waveOf?: (name: string) => string
  readonly onResult?: (result: VerilogResult) => void
}

/** Cycles of a waveform that stand in the message of a failure. */
const shownCycles = 24

/** Runs tests one after the other, each on a simulator of its own; one that fails runs again, the same, with its waveform. */
export const runVerilogTests = async (
  design: VerilogDesign,
  tests: Readonly<Record<string, VerilogTest>>,
  { seed = 1, waveOf, onResult }: RunVerilogOptions = {},
): Promise<readonly VerilogResult[]> => {
  const results: VerilogResult[] = []
  for (const [name, test] of Object.entries(tests)) {
    const from = performance.now()
    const ended = await attempt(design, test, { seed })
    const seconds = (performance.now() - from) / 1000
    const result = ended.ok ? { name, seconds, ...ended } : { name, seconds, ...ended, ...(await shown(name)) }
    results.push(result)
    onResult?.(result)

    async function shown(failed: string): Promise<Pick<VerilogResult, 'wave' | 'waveText'>> {
      const wave = waveOf?.(failed)
      const again = await attempt(design, test, { seed, record: 'ports', ...(wave !== undefined && { wave }) })
      return { ...(wave !== undefined && { wave }), ...(again.text !== undefined && { waveText: again.text }) }
    }
  }
  return results
}

interface Attempt {
  readonly ok: boolean
  readonly time: number
  readonly error?: string
  readonly text?: string
}

const attempt = async (
  design: VerilogDesign,
  test: VerilogTest,
  options: NonNullable<Parameters<VerilogDesign['open']>[0]>,
): Promise<Attempt> => {
  using sim = await design.open(options)
  try {
    await bench(sim, (made) => test({ ...made, io: sim.io as unknown as VerilogPorts }))
    return { ok: true, time: sim.time }
  } catch (reason) {
    const error = reason instanceof Error ? reason.message : String(reason)
    return { ok: false, time: sim.time, error, ...(options.record !== undefined && { text: lastCycles(sim) }) }
  }
}

const lastCycles = (sim: Simulator): string =>
  sim.wave
    .toString()
    .split('\n')
    .map((row) => shortened(row))
    .join('\n')

/** A row with only its last samples. */
const shortened = (row: string): string => {
  const [, name = '', samples = ''] = /^(\S+\s+)(.*)$/.exec(row) ?? []
  const room = shownCycles * 2
  return samples.length <= room ? row : `${name}… ${samples.slice(-room)}`
}
