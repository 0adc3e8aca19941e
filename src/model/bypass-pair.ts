/**
 * A memory tile for the cores' own traffic: an engine of its own for classes C2 and C3, which does with modes 5 and 7 what that
 * of C0 and C1 does with reads and writes, on the same memory. NoC sections 2.4, 2.6 and 7.2.
 */
import { headFlit, memoryUsers, modes } from '#layout'
import type { SystemDescription } from '#layout'
import { fieldMask, fieldWriter } from './bits.ts'
import { flitMode } from './flits.ts'
import type { MemoryFields } from './records.ts'
import { dueFlit, flitSent } from './tcu-inject.ts'
import type { DueFlit } from './tcu-print.ts'
import { createTcuState } from './tcu-state.ts'
import type { TcuState } from './tcu-state.ts'

/** The engine of classes C2 and C3 in a memory tile. */
export interface BypassPair {
  readonly tcu: TcuState
  /** Whether writes are acknowledged with mode 0xD. NoC section 7.4. */
  readonly acknowledges: boolean
}

/** An engine for the memory of a tile. */
export const createBypassPair = (
  system: SystemDescription,
  { index, memory }: TcuState,
  acknowledges = false,
): BypassPair => ({ tcu: { ...createTcuState(system, index), memory }, acknowledges })

const withMode = fieldWriter(headFlit, 'mode')
const selectMask = fieldMask(headFlit, 'bsel')
/** A mode that every tile drops. */
const unassigned = 15

/** A head of class C2 or C3 as one of C0 or C1 with the same meaning. */
export const asCommandHead = (flit: bigint): bigint => {
  const mode = flitMode(flit)
  if (mode === modes.READ_REQ_2) return withMode(flit, modes.READ_REQ)
  return withMode(flit, mode === modes.WRITE_POSTED_2 ? modes.WRITE_POSTED : unassigned)
}

/** Forgets acknowledgements that nobody gets. */
export const settleBypass = ({ tcu, acknowledges }: BypassPair): void => {
  if (!acknowledges) tcu.acknowledgements.clear()
}

/** The flit of class C3 that is due; false when there is none. `isHead` tells whether it begins a packet. */
export const dueBypassFlit = ({ tcu }: BypassPair, sender: BypassSender, isHead: boolean, due: DueFlit): boolean => {
  if (!dueFlit(tcu, sender, due)) return false
  if (!isHead) return true
  const mode = flitMode(due.flit)
  if (mode === modes.TCU_ACK) due.flit = withMode(due.flit, modes.WRITE_ACK_2)
  else {
    // A failed read is a READ_RSP_2 of no bytes (NDEV-12).
    if (mode === modes.ERROR) due.flit &= ~selectMask
    due.flit = withMode(due.flit, modes.READ_RSP_2)
  }
  return true
}

/** Who sends a head of class C3. */
type BypassSender = 'acknowledgement' | 'response'

/** Which part of the engine a head of class C3 belongs to. */
export const bypassSender = ({ tcu }: BypassPair, flit: bigint): BypassSender =>
  !tcu.sending1 && flitMode(flit) === modes.WRITE_ACK_2 ? 'acknowledgement' : 'response'

/** The due flit has left. */
export const bypassFlitSent = ({ tcu }: BypassPair, sender: BypassSender, cycle: number): void => {
  flitSent(tcu, sender, cycle)
}

const { codes } = memoryUsers

/** An access of the engine as one of the TCU's, or nothing when it is none of this engine. */
export const asCommandAccess = (access: Readonly<MemoryFields>): Readonly<MemoryFields> | undefined => {
  if (access.user === codes.bypassResponse) return { ...access, user: codes.response }
  return access.user === codes.bypassReceive ? { ...access, user: codes.receive } : undefined
}
