/**
 * Cycles of the TCU's commands on the generated RTL, in the conditions of the reference figures of TCU 2.0.1, section 11.2: two
 * tiles with a direct link of one cycle, memory that answers in one cycle, nothing else under way. The hardware runs in the
 * built-in engine.
 */
import { measureCycles } from '../../test/hdl/tcu/support/cycles.ts'
import { cyclesRow, type Row } from './row.ts'

/** The group `tcu`. */
export const benchTcu = (): Promise<readonly Row[]> =>
  Promise.resolve(
    measureCycles().map(({ name, cycles, reference, budget }) => cyclesRow(name, cycles, reference, budget)),
  )
