/** The network against its goals: every row of NoC section 12.3, the closed loads of 3.5 and 12.1, and curves. */
import { requestAnswerBench, rpcRows } from './noc-closed.ts'
import { areaRows, speedRows } from './noc-cost.ts'
import { drawCurves } from './noc-curves.ts'
import type { NocSettings } from './noc-networks.ts'
import { hotspotRows, idleRows, throughputRows } from './noc-open.ts'
import type { Row } from './row.ts'

const settings = (isQuick: boolean): NocSettings => {
  const onProgress = (text: string): void => void process.stderr.write(`noc: ${text}\n`)
  const seeds = isQuick ? [1] : [1, 2, 3]
  return isQuick
    ? { seeds, warmUp: 1000, cycles: 4000, closedCycles: 20_000, onProgress }
    : { seeds, warmUp: 4000, cycles: 16_000, closedCycles: 200_000, onProgress }
}

/** The group `noc`; `TESSERA_QUICK=1` measures shorter, with one seed. Draws out/bench/noc-*.svg. */
export const benchNoc = async (): Promise<readonly Row[]> => {
  const given = settings(process.env.TESSERA_QUICK === '1')
  const rows = [
    ...idleRows(given),
    ...throughputRows(given),
    ...hotspotRows(given),
    ...requestAnswerBench(given),
    ...rpcRows(given),
  ]
  for (const file of drawCurves(given)) process.stderr.write(`noc: ${file}\n`)
  return [...rows, ...(await areaRows(given)), ...(await speedRows(given))]
}
