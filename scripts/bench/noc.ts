/** The network against its goals: every row of NoC section 12.3, the closed loads of 3.5 and 12.1, and curves. */
import { boundRows } from './noc-bounds.ts'
import { requestAnswerBench, rpcRows } from './noc-closed.ts'
import { areaRows, generatorRows, speedRows } from './noc-cost.ts'
import { drawCurves } from './noc-curves.ts'
import { memoryRows } from './noc-memory.ts'
import type { NocSettings } from './noc-networks.ts'
import { hotspotRows, idleRows, throughputRows } from './noc-open.ts'
import { goalRow, type Row, unmeasured } from './row.ts'

const settings = (isQuick: boolean): NocSettings => {
  const begun = performance.now()
  const onProgress = (text: string): void => {
    process.stderr.write(`noc, ${Math.round((performance.now() - begun) / 1000)} s: ${text}\n`)
  }
  const given = { onProgress, seen: { packets: 0, faults: [] } }
  return isQuick
    ? { seeds: [1], warmUp: 1000, cycles: 4000, closedCycles: 20_000, ...given }
    : { seeds: [1, 2, 3], warmUp: 4000, cycles: 16_000, closedCycles: 60_000, ...given }
}

type Part = (settings: NocSettings) => readonly Row[] | Promise<readonly Row[]>

const curves: Part = (given) => {
  for (const file of drawCurves(given)) given.onProgress(file)
  return []
}

/** What all loads before have seen. */
const faultRow: Part = ({ seen, onProgress }) => {
  for (const fault of seen.faults.slice(0, 5)) onProgress(fault)
  const name = `lost, doubled, changed or overtaken, of ${seen.packets} packets`
  return seen.packets === 0 ? [] : [goalRow(name, seen.faults.length, '', { goal: 0 })]
}

/** Parts of the group, each of which can be named: what fails in one leaves the others alone. */
const parts: Readonly<Record<string, readonly Part[]>> = {
  idle: [idleRows],
  open: [throughputRows, faultRow],
  hotspot: [hotspotRows, faultRow],
  closed: [requestAnswerBench, rpcRows, faultRow],
  bounds: [boundRows],
  memory: [memoryRows],
  curves: [curves],
  generator: [generatorRows],
  area: [areaRows],
  speed: [speedRows],
}

const run = async (names: readonly string[]): Promise<readonly Row[]> => {
  const given = settings(process.env.TESSERA_QUICK === '1')
  const rows: Row[] = []
  for (const name of names)
    for (const part of parts[name] ?? []) {
      try {
        const found = await part(given)
        rows.push(...found)
      } catch (error) {
        rows.push(unmeasured(`noc, ${name}`, error))
      }
    }
  return rows
}

/** The group `noc`; `TESSERA_QUICK=1` measures shorter, with one seed. Draws out/bench/noc-*.svg. */
export const benchNoc = (): Promise<readonly Row[]> => run(Object.keys(parts))

/** Its parts as groups of their own: `noc-idle` and so on. */
export const nocParts: Readonly<Record<string, () => Promise<readonly Row[]>>> = Object.fromEntries(
  Object.keys(parts).map((name) => [`noc-${name}`, () => run([name])]),
)
